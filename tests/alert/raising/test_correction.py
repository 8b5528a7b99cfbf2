"""What became of a cited passage in a later version of its article."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alert.raising.correction import corrected, corrections
from monitor.model import Alert, Article, Citation, Document, Level, Published, Reason, StoryFacts

CITED = "Le ministre a promis 13 000 soldats à Kiev."
BODY = f"La réunion a duré deux heures. {CITED} Il repart demain pour Genève."


def article(body: str, title: str = "Une promesse") -> Article:
    return Article("A", "1", None, title, False, "", body, None, Published(), "fr")


def told(*quotes: str) -> Document:
    return {"evidence": [{"in": "body", "quote": one, "marks": [[0, 2]], "term": "t"} for one in quotes or (CITED,)]}


def of(later: str, *quotes: str, before: str = BODY) -> object:
    return corrected(told(*quotes), article(before), article(later))


def test_a_changed_figure_is_a_correction_with_its_words() -> None:
    assert of(BODY.replace("13 000", "3 000")) == {
        "kind": "changed",
        "passages": [
            {
                "in": "body",
                "before": CITED,
                "after": "Le ministre a promis 3 000 soldats à Kiev.",
                "diff": [
                    ["same", "Le ministre a promis "],
                    ["removed", "13 000"],
                    ["added", "3 000"],
                    ["same", " soldats à Kiev."],
                ],
            }
        ],
    }


def test_a_negation_is_a_correction() -> None:
    found = of(BODY.replace("a promis", "n'a pas promis"))
    assert isinstance(found, dict)
    assert found["kind"] == "changed"


def test_a_passage_that_is_gone_while_the_rest_stands_is_withdrawn() -> None:
    assert of(BODY.replace(CITED, "")) == {
        "kind": "withdrawn",
        "passages": [{"in": "body", "before": CITED, "after": None, "diff": [["removed", CITED]]}],
    }


def test_a_notice_in_place_of_the_article_withdraws_the_passage() -> None:
    found = of("Cet article a été retiré par la rédaction.")
    assert isinstance(found, dict)
    assert found["kind"] == "withdrawn"


def test_another_article_under_the_same_id_withdraws_nothing() -> None:
    other = article("Le prix du blé a monté de dix pour cent à Chicago.", "Le blé cher")
    assert corrected(told(), article(BODY), other) is None


def test_a_version_that_only_ends_earlier_withdraws_nothing() -> None:
    assert of("La réunion a duré deux heures.") is None


def test_what_stands_elsewhere_or_in_other_typography_is_no_correction() -> None:
    assert of(f"{CITED} Il repart demain pour Genève.\nUn paragraphe de plus.") is None
    assert of(BODY.replace("é", "e").upper()) is None
    assert of(BODY.replace("13 000", "13\u202f000")) is None


def test_a_typing_error_put_right_is_no_correction() -> None:
    assert of(BODY, "Le ministre a promsi 13 000 soldats à Kiev.", before=BODY.replace("promis", "promsi")) is None


def test_short_words_and_figures_are_never_typing_errors() -> None:
    assert of(BODY.replace("à Kiev", "à Kyiv"))
    assert of(BODY.replace("13 000 soldats", "14 000 soldats"))


def test_only_the_passages_that_changed_are_told() -> None:
    found = of(BODY.replace("demain", "lundi"), CITED, "Il repart demain pour Genève.")
    assert isinstance(found, dict)
    assert [one["before"] for one in found["passages"]] == ["Il repart demain pour Genève."]


sentence = st.lists(st.sampled_from("le roi la loi dix onze non oui Kiev Rome".split()), min_size=2, max_size=8).map(
    lambda words: " ".join(words).capitalize() + "."
)


@given(st.lists(sentence, min_size=1, max_size=6), st.data())
def test_the_diff_tells_both_passages_whole(body: list[str], data: st.DataObject) -> None:
    cited = data.draw(st.sampled_from(body))
    later = data.draw(st.lists(sentence, min_size=1, max_size=6))
    found = corrected(told(cited), article(" ".join(body)), article(" ".join(later)))
    for one in found["passages"] if found else []:
        kept = [text for kind, text in one["diff"] if kind != "added"]
        given = [text for kind, text in one["diff"] if kind != "removed"]
        assert " ".join("".join(kept).split()) == one["before"]
        assert " ".join("".join(given).split()) == (one["after"] or "")


@given(st.lists(sentence, min_size=1, max_size=6), st.data())
def test_an_article_never_corrects_itself(body: list[str], data: st.DataObject) -> None:
    text = " ".join(body)
    assert corrected(told(data.draw(st.sampled_from(body))), article(text), article(text)) is None


@pytest.mark.parametrize(
    ("called", "before", "now"),
    [
        ("Trois mille", "Trois mille", "Treize mille"),  # the article gives the story its title
        ("Une promesse", "Trois mille", "Une promesse"),  # another one does
        ("Treize mille", "Treize mille", "Treize mille"),
    ],
)
def test_a_story_is_called_what_the_article_that_gives_it_its_title_is_called_now(
    called: str, before: str, now: str
) -> None:
    document = {**told(), "story": {"id": "s", "title": called}, "rule": {"id": "r"}, "new": []}
    cited = article(BODY, before)
    alert = Alert("r", "v", Level.HIGH, (), "s", Reason.FIRST, "r/s/1", document=document)
    story = StoryFacts("s", called, datetime(2026, 3, 2, tzinfo=UTC), 1, 1)
    later = article(BODY.replace("13 000", "3 000"), "Treize mille")
    (correction,) = corrections(later, 2, [], [Citation(alert, 1, cited, (), story)])
    assert correction.document["story"]["title"] == now
    # The store goes on calling the story what its first article was called.
    again = Alert("r", "v", Level.HIGH, (), "s", Reason.FIRST, "r/s/2", document=correction.document)
    match = Alert("r", "v", Level.HIGH, (), "s", Reason.UPDATE, "r/s/3", document=document | {"article": {}})
    last = article(BODY.replace("13 000", "300"), "Trois cents")
    stands = {**told("Le ministre a promis 3 000 soldats à Kiev."), **{"story": correction.document["story"]}}
    citation = Citation(Alert(**{**_fields(again), "document": correction.document | stands}), 2, later, (), story)
    (third,) = corrections(last, 3, [match], [citation])
    assert third.document["story"]["title"] == ("Trois cents" if now == later.title else "Une promesse")


def _fields(alert: Alert) -> dict[str, object]:
    return {name: getattr(alert, name) for name in Alert.__slots__}

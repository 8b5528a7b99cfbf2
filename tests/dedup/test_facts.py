"""The facts of an article, each as it is spoken."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.dedup.facts import Sentence, read
from monitor.dedup.figures import NUMBER_WORDS
from monitor.dedup.spoken import all_spoken, spoken
from monitor.model import Article, Published
from monitor.text import words

EMPTY = Article("A", "1", None, "", False, "", "", None, Published(), "fr")


def only(text: str) -> Sentence:
    (sentence,) = read(replace(EMPTY, body=text)).text
    return sentence


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        ("+1,2 %", "plus 1.2 pourcent"),
        ("-1,2 %", "moins 1.2 pourcent"),
        ("12 pour cent", "12 pourcent"),
        ("5 €", "5 euro"),
        ("£1.9m", "1900000 livre"),
        ("$3 million", "3000000 dollar"),
        ("3 million dollars", "3000000 dollar"),
        ("1 200 et 1\u202f200", "1200 et 1200"),
        ("6:40 p.m.", "18h40"),
        ("3.25am", "3h25"),
        ("16h47 ou 16 h 47", "16h47 ou 16h47"),
        ("May 5", "5 may"),
        ("94mph", "94 mph"),
        ("Nantes - Lille 2-1", "nantes lille 2 1"),
        ("Solenn Guivarc'h", "solenn guivarch"),
        ("l’Œuvre", "l oeuvre"),
        ("En janvier, deux éleveurs", "en janvier 2 eleveurs"),
    ],
)
def test_what_is_written_otherwise_is_heard_the_same(written: str, heard: str) -> None:
    assert " ".join(spoken(written)) == heard


# Only letters: signs, figures and words for them have a reading of their own.
letters = st.text(alphabet=st.characters(categories=["Lu", "Ll", "Lo", "Mn", "Zs", "Po"], exclude_characters="%"))


@given(letters.filter(lambda text: "cent" not in text.casefold() and NUMBER_WORDS.isdisjoint(words(text))))
def test_the_fast_reading_of_words_is_that_of_the_text_module(text: str) -> None:
    heard = " ".join(spoken(text))
    if not any(one in heard for one in ("'h", "euro")):
        assert heard.replace(" ", "") == "".join(words(text.replace("c'h", "ch").replace("c’h", "ch")))


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("🎉 L’été → là : « œuvre » !", "l ete la oeuvre"),
        ("Søren § 3 ¿qué?", "soren 3 que"),
        ("Il y a 3,5 % de 1 200 élus, etc.", "il y a 3.5 pourcent de 1200 elus etc"),
        ("a" * 100, f"{'a' * 80} {'a' * 20}"),
        ("vingt. Deux", "20 2"),
        ("~ 12 ~ mille", "12000"),
    ],
)
def test_pictures_signs_and_accents_are_no_part_of_words(text: str, heard: str) -> None:
    assert " ".join(word for words_ in all_spoken(text.split(". ")) for word in words_) == heard


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("Marc Tessier a parlé à Bayonne.", ["tessier", "bayonne"]),
        ("L'Otan et l'ONU se taisent.", ["otan", "onu"]),
        ("Hier, le maire de Villefranche-de-Rouergue est parti.", ["villefranche", "rouergue"]),
        ("Le Premier ministre a vu le Conseil d'État mardi.", []),
        ("She met First Minister Ross on Monday in May.", ["ross"]),
        ("« Je pars », a dit Étienne Carsac.", ["etienne", "carsac"]),
        ("TGV en panne près de Šibenik.", ["tgv", "sibenik"]),
        ("FERRY EN PANNE AU LARGE DE BASTIA", []),
        ("Ferry Runs Aground Off Mull Coast Before Dawn", []),
        ("Deux morts à Lyon", ["lyon"]),
    ],
)
def test_names_are_capitalised_words_that_open_nothing(text: str, sure: list[str]) -> None:
    assert [word for name in only(text).names if name.sure for word in name.words] == sure


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Douze blessés et 4,5 % des 1 200 cas", [("12", ""), ("4.5", "%"), ("1200", "")]),
        ("1,8 million d'euros en trois semaines", [("1800000", "euro"), ("3", "semaine")]),
        ("Une dizaine de chiens", [("10", "")]),
        ("Le 13 mars à 20 h 30", []),
        ("L'A35 et la D104", []),
    ],
)
def test_numbers_have_their_unit_and_are_no_dates(text: str, numbers: list[tuple[str, str]]) -> None:
    assert [(one.value, one.unit) for one in only(text).numbers] == numbers


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("Vendredi 13 mars à 20 h 30", ("day 5", "13.3", "20h30")),
        ("It opens on Friday, March 13 at 8:30 p.m.", ("day 5", "13.3", "20h30")),
        ("Fin mars, ou en avril 2026", ("month 3", "month 4")),
        ("Il mars ses projets", ()),
        ("En janvier, deux éleveurs", ("month 1",)),
    ],
)
def test_dates_are_days_months_and_hours(text: str, dates: tuple[str, ...]) -> None:
    assert only(text).dates == dates


@pytest.mark.parametrize(
    "text",
    [
        "« On pars demain », dit-il.",
        "“On pars demain”, dit-il.",
        '"On pars demain", dit-il.',
        "‘On pars demain’, dit-il.",
    ],
)
def test_quotations_have_any_marks(text: str) -> None:
    assert only(text).quotes == (("on", "pars", "demain"),)


def test_a_quotation_goes_on_in_the_next_sentence() -> None:
    first, second = read(replace(EMPTY, body="Il dit : « Je pars. Je reviens demain », puis sort.")).text
    assert (first.quotes, second.quotes) == ((("je", "pars"),), (("je", "reviens", "demain"),))


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("Il n'a fait aucune victime.", ["aucune"]),
        ("She wasn't there and will not come.", ["t", "not"]),
        ("La compagnie dément.", ["dement"]),
        ("Le courant ne passe plus.", ["plus"]),
        ("Personne n'est venu.", ["personne"]),
        ("Une personne est venue, non loin de là, pas moins de trois fois.", []),
        ("He fails a test and failed to come.", ["failed"]),
        ("Il consulte sans attendre.", []),
    ],
)
def test_denials_are_words_that_deny(text: str, denied: list[str]) -> None:
    sentence = only(text)
    assert [sentence.words[at] for at in sentence.denials] == denied


def test_the_place_of_writing_is_not_what_an_article_says() -> None:
    said = read(replace(EMPTY, lede="BRUXELLES - Un détenu s'est évadé."))
    assert (said.dateline, said.text[0].said) == (("bruxelles",), "Un détenu s'est évadé.")


def test_a_line_of_the_page_is_not_what_an_article_says() -> None:
    said = read(replace(EMPTY, body="Un détenu s'est évadé.\n\nPartager sur Facebook Partager sur X"))
    assert [one.said for one in said.text] == ["Un détenu s'est évadé."]


@given(st.text(max_size=300), st.text(max_size=300))
def test_a_sentence_is_what_stands_at_its_place(lede: str, body: str) -> None:
    article = replace(EMPTY, title="Titre", lede=lede, body=body)
    for sentence in read(article).sentences:
        assert sentence.said in (article.title, *article.lede.splitlines(), lede, body) or sentence.said in lede + body
        assert " ".join(sentence.words) == " ".join(spoken(sentence.said))
        assert (sentence.names, sentence.numbers, sentence.dates, sentence.quotes, sentence.denials) is not None

"""Words of texts as numbers: the same words as a text's runs, whatever was read before."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.match.passages import lexicon
from monitor.match.passages.lexicon import Lexicon
from monitor.text import tokens

text = st.one_of(
    st.text(),
    st.text(alphabet="aBÉœ.,'’–\n 1»_\x01\xa0²ʼ\u0301🛡\ud800", max_size=60),
    st.lists(st.sampled_from(["Paix", "paix", "été", "e\u0301", "OtanLes", "13.000", "5.", ". ", " ", "\n", "ʼ"])).map(
        "".join
    ),
)
SHARED = Lexicon()


def written(text: str, read: lexicon.Read) -> list[tuple[str, str, int, int]]:
    """The words of a text as a lexicon reads them: foldings and offsets."""
    columns = read.numbers.tolist(), read.starts.tolist(), read.ends.tolist()
    return [(read.lexicon.words[n], read.lexicon.cased[n], start, end) for n, start, end in zip(*columns, strict=True)]


@given(text)
@example("13.000ʼ")
@example("\u0301paix")
@example("1.5km")
@example("YouTube")
def test_a_clear_text_is_read_as_its_words(text: str) -> None:
    read = SHARED.read(text)
    if read.clear:
        assert written(text, read) == [(one.word, one.cased, one.start, one.end) for one in tokens(text)]
    assert read.breaks.tolist() == [at for at, one in enumerate(text) if one == "\n"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "le 13.01.2022, 4,5% «d’été»…\n\nＯＴＡＮ — l'Otan 🛡 (1,2)",
        "和平 Йемен\x00مصر",
        "YouTube et BlackRock. Fin.",
    ],
)
def test_most_texts_are_clear(text: str) -> None:
    assert Lexicon().read(text).clear


@pytest.mark.parametrize("text", ["sur YouTubeLes vidéos", "YouTube.Fin", "13.000e", "a" * 81, "\u0301a"])
def test_a_text_with_a_run_that_may_be_several_words_is_not_clear(text: str) -> None:
    assert not Lexicon().read(text).clear
    assert not Lexicon().read(f"paix {text} paix").clear


@given(st.lists(text, max_size=5).map(" ".join))
def test_a_long_text_is_read_in_blocks_as_a_short_one(text: str) -> None:
    whole = SHARED.read(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lexicon, "_BLOCK", 4)
        patch.setattr(lexicon, "_POWERS", lexicon._POWERS[:7])
        patch.setattr(lexicon, "_INVERSES", lexicon._INVERSES[:7])
        parts = Lexicon().read(text)
    assert parts.clear is whole.clear
    assert not whole.clear or written(text, parts) == written(text, whole)
    assert parts.breaks.tolist() == whole.breaks.tolist()


def test_a_word_has_one_number_wherever_it_stands_and_others_have_others() -> None:
    words = ["paix", "Paix", "PAIX", "apix", "pai", "aix", "paixx", "13.000", "13,000", "été"]
    read = SHARED.read(" ".join([*words, *reversed(words)]))
    assert read.numbers.tolist() == read.numbers.tolist()[::-1]
    assert len(set(read.numbers.tolist())) == len(words)


def test_words_that_share_their_place_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexicon, "_PLACE_BITS", 1)
    monkeypatch.setattr(lexicon, "_SHIFT", 63)
    text = "un mot deux mots trois mot un"
    crowded = Lexicon()
    for _ in range(2):
        assert [word for word, *_ in written(text, crowded.read(text))] == text.split()


def test_what_is_learnt_is_bounded_and_a_new_lexicon_takes_the_place_of_a_full_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lexicon, "_ROOM", 8)
    monkeypatch.setattr(lexicon, "_FULL", 4)
    monkeypatch.setattr(lexicon, "_latest", [Lexicon()])
    first = lexicon.read("un deux trois")
    assert lexicon.read("quatre").lexicon is first.lexicon
    assert lexicon.read("cinq").lexicon is not first.lexicon
    assert [word for word, *_ in written("un deux trois", first)] == ["un", "deux", "trois"]
    assert not Lexicon().read(" ".join(f"mot{number}" for number in range(9))).clear

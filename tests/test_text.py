"""The same letters: folding, words with offsets, sentences, digests."""

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text import (
    PARAGRAPH_GAP,
    digest,
    first_word,
    fold,
    sentences,
    tokens,
    unaccented,
    words,
)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Élysée", "elysee"),
        ("Cœur", "coeur"),
        ("Ærø", "aero"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("Йемен", "иемен"),
        ("ＯＴＡＮ", "otan"),
        ("e\u0301te\u0301", "ete"),
    ],
)
def test_accents_case_and_ligatures_never_matter(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_a_composed_and_a_decomposed_text_have_the_same_words(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    assert words(composed) == words(unicodedata.normalize("NFD", composed))


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_tokens_point_back_at_the_text(text: str) -> None:
    found = tokens(text)
    assert all(fold(text[one.start : one.end]) == one.word for one in found)
    assert [one.position for one in found if one.width == 1] == sorted({one.position for one in found})


# The two voicing marks of half-width Japanese count as letters where they stand alone, and as marks behind a letter.
LETTERS = st.characters(codec="utf-8", exclude_characters="\uff9e\uff9f")
WRITTEN = st.one_of(st.text(LETTERS, max_size=80), st.text("aBÉœßŁ.,'’ʼ\u0301\n 1»ﬁİ", max_size=80))


@given(WRITTEN)
def test_offsets_lead_back_to_the_text_letter_by_letter(text: str) -> None:
    found = [one for one in tokens(text) if one.width == 1]
    places = [place for one in found for place in range(one.start, one.end)]
    assert places == sorted(set(places))
    left_out = {text[place] for place in range(len(text)) if place not in places}
    assert not [letter for letter in left_out if letter.isalnum() and letter not in "ʼʻ"]
    for one in found:
        letters = [letter for letter in text[one.start : one.end] if not unicodedata.combining(letter)]
        assert "".join(map(fold, letters)) == one.word


@given(st.text(alphabet="aéœe\u0301\u0327Ａゞﾞ가ª½Éß"), st.text(alphabet="aéœe\u0301\u0327Ａゞﾞ가ª½Éß"))
def test_accents_are_taken_off_letter_by_letter(one: str, other: str) -> None:
    assert unaccented(f"{one}x{other}") == f"{unaccented(one + 'x')}{unaccented('x' + other)[1:]}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("l'Otan et l’OTAN", ["l", "otan", "et", "l", "otan"]),
        ("cessez-le-feu", ["cessez", "le", "feu"]),
        ("plus de 13.000 morts.", ["plus", "de", "13.000", "morts"]),
        ("le 13.01.2022, 4,5%", ["le", "13.01.2022", "4,5"]),
        ("MM. Blinken\u00a0et\u202fLavrov", ["mm", "blinken", "et", "lavrov"]),
    ],
)
def test_a_word_is_a_run_of_letters_and_digits(text: str, expected: list[str]) -> None:
    assert [one.word for one in tokens(text)] == expected


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('était "longue".Le ministre', "le"),
        ("a promis M.Lavrov hier", "lavrov"),
        ("la rencontre Russie-OtanLes discussions", "otan"),
        ("une réponse écrite.Berne attendPoutine a parlé.Fin", "poutine"),
    ],
)
def test_missing_spaces_are_bridged(text: str, word: str) -> None:
    assert word in [one.word for one in tokens(text)]


@pytest.mark.parametrize("brand", ["YouTube", "McDonald", "BlackRock", "iPhone", "TikTok"])
def test_a_name_with_a_capital_inside_stays_one_word_in_a_clean_text(brand: str) -> None:
    assert [one.word for one in tokens(f"Le groupe {brand} a répondu. Il conteste.")][2] == brand.lower()


def test_a_glued_word_can_be_read_as_a_whole_too() -> None:
    found = tokens("Sur YouTubeLes vidéos")
    whole = [one for one in found if one.width > 1]
    assert [(one.word, one.position, one.width) for one in whole] == [("youtubeles", 1, 2)]


def test_a_line_break_is_far_in_words() -> None:
    last, first = tokens("fin\n\ndébut")
    assert first.position - last.position > PARAGRAPH_GAP


def _said(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


def test_sentences_end_at_stops_and_line_breaks_but_not_after_a_title_or_an_initial() -> None:
    assert _said("M. Dupont est venu. Il a vu J. Martin.\nAh ?") == [
        "M. Dupont est venu.",
        "Il a vu J. Martin.",
        "Ah ?",
    ]


def test_sentences_glued_together_are_told_apart() -> None:
    assert _said('Il a dit "non".Le reste attend.') == ['Il a dit "non".', "Le reste attend."]


@given(st.text(max_size=300))
def test_sentences_are_in_order_and_hold_every_letter(text: str) -> None:
    spans = sentences(text)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
    kept = "".join("".join(text[start:end].split()) for start, end in spans)
    assert [c for c in kept if c.isalnum()] == [c for c in text if c.isalnum()]


def test_a_digest_ignores_white_space_and_nothing_else() -> None:
    assert digest("a b", "c\n") == digest("ab", "c")
    assert digest("ab", "c") != digest("a", "bc")
    assert digest("ab.") != digest("ab")


def test_reading_words_is_linear_in_hostile_text() -> None:
    for hostile in ("a" * 500_000, "aB" * 250_000, '."' * 250_000, "\u0301" * 300_000, "1." * 250_000):
        tokens(hostile)
        sentences(hostile)


@given(st.text() | st.text("aé\u0301 \n'.1,_ʼ"))
def test_the_first_word_is_the_first_of_all(text: str) -> None:
    assert [word for word in [first_word(text)] if word] == words(text)[:1]

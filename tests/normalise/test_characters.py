"""One spelling for each letter, and nothing that nobody sees."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.normalise.characters import is_sound, tidy
from monitor.normalise.mojibake import repaired


@pytest.mark.parametrize(
    ("found", "text"),
    [
        ("E\u0301lyse\u0301e", "Élysée"),
        ("se\u00adcu\u200bri\u2060té\ufeff", "securité"),
        ("Lav\u200drov Blin\u200cken", "Lavrov Blinken"),
        ("\u202eabc\u202c \u2066d\u2069\u200e", "abc d"),
        ("a\x00b\x1bc\x7f", "abc"),
        ("a\r\nb\rc\u2028d\u2029e\x0bf\x0cg\x1ch", "a\nb\nc\nd\ne\nf\ng\nh"),
        # U+0080-U+009F are what Windows-1252 has there, and sequences of UTF-8 what they stand for.
        ("L\x92Otan dit \x93non\x94\x85 12 \x80", "L’Otan dit “non”… 12 €"),
        ("s\xc3\xa9curit\xc3\xa9, d\xc3\xa9j\xc3\xa0", "sécurité, déjà"),
        ("s\xc3\u200b\xa9curit\xc3\xad", "sécurití"),
        ("\ud83d\ude92", "🚒"),
        ("a\tb", "a b"),
        ("4\u00a0500\u202fkm", "4\u00a0500\u202fkm"),
        ("\ud800x", "\ufffdx"),
    ],
)
def test_text_is_spelt_one_way(found: str, text: str) -> None:
    assert tidy(found) == text


@pytest.mark.parametrize("text", ["\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "👩\u200d🚒"])
def test_joiners_stay_where_they_are_spelling(text: str) -> None:
    assert tidy(text) == text


def test_a_heap_of_marks_on_one_letter_is_cut_to_what_a_script_can_need() -> None:
    tidied = tidy("a" + "\u0301\u0316" * 5_000 + "b")
    assert len(tidied) <= 32
    assert tidied[-1] == "b"
    assert unicodedata.is_normalized("NFC", tidied)


@given(st.lists(st.text() | st.text("eàéâïœÃÂ©«»’ \u00a0\u202fжё😀\u0301\u00ad\u200b\u0085\n")).map("".join))
def test_nothing_is_left_to_put_right(text: str) -> None:
    tidied = tidy(text)
    assert unicodedata.is_normalized("NFC", tidied)
    assert not {"\u00ad", "\u200b", "\u0085", "\r", "\t"} & set(tidied)
    assert len(tidied) > 20 or repaired(tidied) == tidied


@pytest.mark.parametrize(
    "text", ["Élysée, « œuvre » – l’été… 12 €", "Йемен и Ёлка", "Ναί", "été\u202f: ☀\ufe0f 😀", "À la"]
)
def test_sound_text_stays_as_it_is(text: str) -> None:
    assert tidy(text) == text


@given(st.text(st.sampled_from("eÃÂâ€œ©®éî ’«\u00a0\u0301\u200b\n\x92Ð\u00ad\r"), max_size=12), st.integers(0, 12))
def test_no_part_of_a_sound_text_is_put_right(text: str, at: int) -> None:
    if is_sound(text):
        assert (tidy(text[:at]), tidy(text), tidy(text[at:])) == (text[:at], text, text[at:])
    else:
        assert tidy(text) == tidy(tidy(text))

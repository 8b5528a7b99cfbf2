"""Regular expressions: RE2 over each field as shown, linear in the text, refused where they cannot be meant."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.match.regex import MAX_PATTERN, Pattern, PatternError, encoded, plain


@pytest.mark.parametrize(
    ("when", "text", "passages"),
    [
        ('{regex: "G[0-9]+"}', "le G7, le G20 et le g8", ["G7", "G20"]),
        ('{regex: "(?i)g[0-9]+"}', "le G7, le G20 et le g8", ["G7", "G20", "g8"]),
        ('{regex: "sécurité"}', "sécurité, securite, SÉCURITÉ", ["sécurité"]),
        ('{regex: "(?i)SÉCURITÉ"}', "sécurité", ["sécurité"]),
        ('{regex: "^Moscou"}', "Moscou et Moscou\n\nMoscou", ["Moscou"]),
        ('{regex: "(?m)^Moscou$"}', "Moscou et Moscou\n\nMoscou", ["Moscou"]),
        ('{regex: "un.deux"}', "un\ndeux", None),
        ('{regex: "(?s)un.deux"}', "un\ndeux", ["un\ndeux"]),
        ('{regex: "Kiev"}', "Moscou", None),
        ('{regex: "(gaz)(ier)?"}', "gazier, gaz", ["gazier", "gaz"]),
        ('{regex: "\\\\b"}', "Moscou", []),
    ],
)
def test_an_expression_is_looked_for_in_the_text_as_shown(found, when, text, passages):
    assert found(when, text) == passages


def test_evidence_names_the_expression_and_counts_characters_in_its_field(match, article):
    one = article("é𝒳 12 €", title="à 7 €", lede="rien")
    found = match('{regex: "[0-9]+ €"}', one)
    assert [(e.field, e.start, e.end, e.text, e.term) for e in found.evidence] == [
        ("title", 2, 5, "7 €", "[0-9]+ €"),
        ("body", 3, 7, "12 €", "[0-9]+ €"),
    ]


def test_passages_of_words_and_expressions_come_in_reading_order_each_once(match, article):
    one = article("un long mot, puis 12 morts et un mort", title="7 fois un mort")
    found = match('{any: [{phrase: [un mort, mot]}, {regex: "[0-9]+"}, {regex: "un mort"}]}', one)
    assert [(e.field, e.start, e.text, e.term) for e in found.evidence] == [
        ("title", 0, "7", "[0-9]+"),
        ("title", 7, "un mort", "un mort"),
        ("body", 8, "mot", "mot"),
        ("body", 18, "12", "[0-9]+"),
        ("body", 30, "un mort", "un mort"),
    ]


def test_an_expression_takes_fields_and_goes_with_words(found, article):
    one = article("Kiev, 12 morts", title="3 morts", lede="4 morts")
    assert found('{regex: "[0-9]+ morts", in: [title, body]}', one) == ["3 morts", "12 morts"]
    assert found('{regex: "[0-9]+ morts", in: lede, phrase: Kiev}', one) is None
    assert found('{all: [{regex: "[0-9]+ morts", in: lede}, {phrase: Kiev}]}', one) == ["4 morts", "Kiev"]
    assert found('{not: {regex: "[0-9]+ blessés"}}', one) == []


def test_a_derived_title_is_searched_once(found, article):
    one = article("", title="Lavrov part", title_derived=True, lede="Lavrov part.")
    assert found("{regex: Lavrov}", one) == ["Lavrov"]
    assert found("{regex: Lavrov, in: title}", one) is None


def test_half_characters_in_a_text_are_no_trouble(found):
    assert found('{regex: "b."}', "a\ud800b\udc00 c") == ["b\udc00"]


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("(abc", "is no regular expression of RE2: missing ): (abc"),
        ("[abc", "is no regular expression of RE2: missing ]: [abc"),
        ("a(?=b)", "is no regular expression of RE2: invalid perl operator: (?="),
        ("(a)\\1", "is no regular expression of RE2: invalid escape sequence: \\1"),
        ("a{2000}", "is no regular expression of RE2: invalid repetition size: {2000}"),
        ("x*", "fits an empty text, and so every article"),
        ("", "fits an empty text, and so every article"),
        ("Kiev|", "fits an empty text, and so every article"),
        ("a" * (MAX_PATTERN + 1), "is longer than 10000 bytes"),
        ("é" * (MAX_PATTERN // 2 + 1), "is longer than 10000 bytes"),
        ("\ud800", "holds half of a character"),
    ],
)
def test_an_expression_that_cannot_be_used_says_why(pattern, problem):
    with pytest.raises(PatternError) as caught:
        Pattern(pattern)
    assert str(caught.value) == problem


def test_an_expression_of_the_greatest_length_is_taken():
    assert Pattern("a" * MAX_PATTERN).spans(b"a" * MAX_PATTERN) == [(0, MAX_PATTERN)]


@pytest.mark.parametrize(
    "pattern", ["(" * 4_000 + "a" + ")" * 4_000, "((a{100}){100}){100}", "(" * 9_000, "[" * 9_000, r"\pL{1,1000}"]
)
def test_an_expression_made_to_hurt_is_read_or_refused_at_once(pattern):
    started = time.process_time()
    with contextlib.suppress(PatternError):
        Pattern(pattern)
    assert time.process_time() - started < 1


MEGABYTE = 1_000_000


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(a+)+$", "a" * MEGABYTE + "b"),
        ("(a+)+$|a", "a" * MEGABYTE + "b"),  # each passage is known only at the end of the text
        ("(x+x+)+y", "x" * MEGABYTE),
        (".*.*.*=.*", "é" * MEGABYTE),
        ("(?s).", "é" * MEGABYTE),
        (r"\b", "a " * MEGABYTE),
    ],
)
def test_a_text_of_a_megabyte_takes_less_than_a_second(pattern, text):
    compiled, raw = Pattern(pattern), encoded(text)
    started = time.process_time()
    compiled.spans(raw)
    assert time.process_time() - started < 1


@given(st.text("aé𝒳 \ud800\n", max_size=30), st.sampled_from(["a", "é+", ".", "(?s).", "[^a]", "𝒳 ?", r"\n", "a|é"]))
def test_passages_are_never_empty_and_follow_each_other(text, pattern):
    found = Pattern(pattern).spans(encoded(text))
    assert found is None or all(start < end for start, end in found)
    places = [0, *(place for span in found or () for place in span), len(text)]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("written", "meant"), [(r"a\/b", "a/b"), (r"a\\/b", r"a\\/b"), (r"\d\/", r"\d/"), (r"\Qa\/b\E", r"\Qa\/b\E")]
)
def test_a_backslash_before_a_slash_is_needed_between_slashes_only(written, meant):
    assert plain(written) == meant

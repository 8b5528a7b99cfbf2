"""The words of texts and where each stands, without reading more than is asked for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.match.passages.words import Words
from monitor.text import Token, tokens

text = st.one_of(
    st.text(max_size=60), st.lists(st.sampled_from(["Paix", "paix", "OtanLes", "13.000", ". ", " ", "\n"]))
)


@given(st.lists(text.map("".join), max_size=3))
def test_each_word_stands_where_the_tokens_of_its_text_stand(texts: list[str]) -> None:
    expected: dict[str, list[Token]] = {}
    for number, one in enumerate(texts):
        for token in tokens(one):
            placed = token._replace(position=number * 1000 + token.position)
            expected.setdefault(token.word, []).append(placed)
    words = Words([(one, number * 1000) for number, one in enumerate(texts)])
    assert {*words} == expected.keys()
    assert len(words) == len(expected)
    assert {word: words[word] for word in words} == expected
    assert words.get("nowhere") is None
    assert ("nowhere" in words, all(word in words for word in expected)) == (False, True)

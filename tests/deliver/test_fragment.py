"""A page -> what chats can show of it: words, links and emphasis, nothing that only a mail program needs."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.deliver.fragment import fragment


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        (
            '<html><head><title>t</title><style>p{}</style></head><body style="x"><p class="a">un  <b>deux</b>\n</p>',
            "<p>un <b>deux</b> </p>",
        ),
        ("<mark style='x'>blé</mark> <del>a</del> <ins>b</ins> <strong>c</strong> <em>d</em>",
         "<b>blé</b> <s>a</s> <u>b</u> <b>c</b> <i>d</i>"),
        ('<div style="DISPLAY : none">vu <img src=x>de<div>personne</div></div><p>vu</p>', "<p>vu</p>"),
        ("<table><tr><td><p>un</p></td></tr></table>", "<p>un</p>"),
        ('<a href="https://e.org/?a=1&amp;b=2">un</a>', '<a href="https://e.org/?a=1&amp;b=2">un</a>'),
        ('<a href="javascript:x()">un</a> <a>deux</a>', "un deux"),
        ('<a href="https://e.org/&quot;onclick=x">un</a>', "un"),
        ("<ul><li>un</li><li> </li></ul><ul> </ul>", "<ul><li>un</li></ul>"),
        ("&lt;script&gt;x&lt;/script&gt; &amp;amp;", "&lt;script&gt;x&lt;/script&gt; &amp;amp;"),
        ("<script>x</script><p>un</p>", "<p>un</p>"),
        ("</p></a></div>un", "</p>un"),
    ],
)  # fmt: skip
def test_what_is_kept(page: str, shown: str) -> None:
    assert fragment(page) == shown


@given(st.text("<>/&;\"'= abpdivhrefscript", max_size=80))
def test_nothing_but_the_few_tags_ever_comes_out(page: str) -> None:
    tags = re.findall(r"<[^>]*>?", fragment(page))
    assert all(
        re.fullmatch(r"</?(p|br|b|i|u|s|a|blockquote|ul|ol|li|h[1-4])>|<a href=\"https?://[^\"]+\">", t) for t in tags
    )

"""Of markup the article is read: title, paragraphs, address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.normalise.characters import tidy
from monitor.normalise.html import read_html, read_inline

PAGE = """<!doctype html><html><head><title>Titre du site</title><link rel="canonical" href="https://a.example/un">
<style>p {}</style></head><body><header><h2>Le Journal</h2></header><nav><p>Menu</p></nav>
<main><article><header><h1>Le <em>vrai</em> titre</h1><p>Le chapeau.</p></header>
<figure><img src="x.jpg" alt="rien"><figcaption>La légende</figcaption></figure>
<p>Un&nbsp;: d&eacute;j&agrave; <a href="#">lié</a>.</p>
<aside><p>Ailleurs</p></aside><p>Deux<br>Trois</p>
<form><label>Votre courriel</label><input></form><script>var x = "<p>non</p>"</script>
<footer>Pied</footer></article></main>
<footer><p>Mentions</p></footer></body></html>"""


def test_a_page_is_read_without_what_surrounds_its_article() -> None:
    page = read_html(PAGE)
    assert page.title == "Le vrai titre"
    assert page.paragraphs == ["Le chapeau.", "Un\u00a0: déjà lié.", "Deux", "Trois"]
    assert page.captions == ["La légende"]
    assert page.url == "https://a.example/un"


def test_without_a_heading_the_title_is_that_of_the_page() -> None:
    assert read_html("<title>Un &amp; deux</title><p>Texte.").title == "Un & deux"
    assert read_html("<p>Texte.").title == ""


def test_a_known_title_leaves_every_heading_in_the_text() -> None:
    page = read_html("<title>x</title><h1>Titre</h1><p>Texte.", titled=True)
    assert (page.title, page.paragraphs) == ("", ["Titre", "Texte."])


@pytest.mark.parametrize(
    ("markup", "paragraphs"),
    [
        ("<p>un<p>deux", ["un", "deux"]),
        ("un<br><br/>deux", ["un", "deux"]),
        ("<div>un<div>deux</div>trois</div>", ["un", "deux", "trois"]),
        ("<ul><li>un<li>deux</ul>", ["un", "deux"]),
        ("<table><tr><td>un<td>deux<tr><td>trois</table>", ["un", "deux", "trois"]),
        ("<p>un <b>d</b><i>eu</i>x</p>", ["un deux"]),
        ("<p> un\n  deux\t</p>", ["un deux"]),
        ("&lt;b&gt; &amp;amp; &#233;&hellip;", ["<b> &amp; é…"]),
        ("un<script>alert(1)</script><style>x</style><!-- non -->", ["un"]),
        ('<p><img src="http://t.example/pixel.gif" width=1 height=1></p>', []),
        ("<p>&nbsp;</p>", []),
        ("s&eacute;cu&shy;ri&#8203;t&#x65;&#x301; &#x202e;x&#8232;y", ["sécurité x y"]),
        ("a < b & c", ["a < b & c"]),
        ("<h2>Intertitre</h2><blockquote>Dit</blockquote>", ["Intertitre", "Dit"]),
        ("", []),
        ("<frameset>", []),
    ],
)
def test_blocks_become_paragraphs(markup: str, paragraphs: list[str]) -> None:
    assert read_html(markup).paragraphs == paragraphs


def test_a_form_around_the_whole_page_is_not_dropped() -> None:
    assert read_html("<form><h1>T</h1><p>Texte.</p><input></form>").paragraphs == ["Texte."]


def test_an_article_without_text_gives_the_page() -> None:
    assert read_html("<article></article><p>Texte.</p>").paragraphs == ["Texte."]


def test_several_articles_without_a_heading_are_all_read() -> None:
    assert read_html("<article><p>Un</article><article><p>Deux</article>").paragraphs == ["Un", "Deux"]


@pytest.mark.parametrize(
    ("markup", "url"),
    [
        ('<meta property="og:url" content=" https://a.example/x ">', "https://a.example/x"),
        ('<link rel="alternate canonical" href="https://a.example/y">', "https://a.example/y"),
        ('<link rel="canonical" href="/relative">', None),
        ('<link rel="canonical" href="javascript:x">', None),
        ("<link rel=canonical>", None),
    ],
)
def test_the_address_is_the_one_that_the_page_declares(markup: str, url: str | None) -> None:
    assert read_html(markup + "<p>x").url == url


def test_a_title_is_one_line_of_text() -> None:
    assert read_inline("Un &lt;b&gt; <b>titre</b>\n &amp;\tco<br>fin") == "Un <b> titre & co fin"


@pytest.mark.parametrize("count", [600, 3_000, 20_000])
def test_nothing_is_lost_below_the_depth_that_is_parsed(count: int) -> None:
    paragraphs = read_html("".join(f"<div>a{n}" for n in range(count))).paragraphs
    assert paragraphs == [f"a{n}" for n in range(count)]


def test_a_large_page_with_deep_menus_keeps_its_scripts_out_of_the_text() -> None:
    icons = "<svg><path d=''/><circle/></svg>" * 1_000
    page = read_html(f"<div>{icons}<script>var a = 1</script><nav>Menu</nav><p>Texte.</p></div>")
    assert page.paragraphs == ["Texte."]


def test_many_flat_paragraphs_are_left_as_they_are() -> None:
    assert len(read_html("<p>x" * 5_000).paragraphs) == 5_000


def test_formatting_that_is_never_closed_does_not_multiply() -> None:
    paragraphs = read_html("".join(f"<p><b class={n}>x" for n in range(3_000))).paragraphs
    assert paragraphs == ["x"] * 3_000


PIECES = st.sampled_from(
    [
        *["<p>", "</p>", '<p class="a">', "<br>", "<br/>", '<br clear="all" />', "</br>", "<p/>"],
        *["<b>", "</b>", "<em>", "</em>", '<a href="x y">', "</a>", '<img src="x" />', "<span>", "</span>", "<sup>"],
        *[
            "<div>",
            "</div>",
            "<p",
            "<p>>",
            "<<b>p>",
            "<p a=b>",
            '<p a="<b>">',
            "&amp;",
            "<P>",
            "<p\u00a0x>",
            "<!-- -->",
        ],
        *["mot", "é", "e\u0301", "\u0301", "Ã", "©", " ", "  ", "\n", "a > b", "\u200d", "\u00ad"],
    ]
)


@given(st.lists(PIECES).map("".join))
def test_simple_markup_says_what_the_parser_reads_in_it(markup: str) -> None:
    markup = tidy(markup)  # what stands before it is a comment: no more simple
    assert read_html(markup, titled=True) == read_html(f"<!---->{markup}", titled=True)


@pytest.mark.parametrize("markup", ["Une phrase.", "  Une\n phrase. ", "<p>Une <b>phrase</b>.", "Une&#32;phrase."])
def test_a_line_of_markup(markup: str) -> None:
    assert read_inline(markup) == "Une phrase."
    assert read_html(markup, titled=True).paragraphs == ["Une phrase."]

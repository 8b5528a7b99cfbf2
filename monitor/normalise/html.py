"""Markup -> title, paragraphs and address of the article in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.normalise.characters import tidy

_DROPPED = frozenset(
    "head script style noscript template nav aside footer iframe object embed applet svg math canvas audio video "
    "select button input textarea datalist dialog menu title".split()
)
_LEFT_OUT = _DROPPED | {"form", "header"}
_BLOCKS = frozenset(
    "address article blockquote body br center dd details div dl dt fieldset figure form h1 h2 h3 h4 h5 h6 header "
    "hgroup hr html legend li main ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
# Blocks that nest, unlike p or li, which close themselves.
_NESTING = (_BLOCKS | {"nav", "aside", "footer", "dialog", "menu"}) - set("body html br hr p li dt dd td th tr".split())
# Open ones are opened again in every following paragraph: an unclosed hundred makes a hundred nodes of each.
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())
_MAX_OPEN = 8
# Browsers stop at 512; lexbor takes quadratic time for open blocks (20,000 in 2.5 s, 200,000 in 250 s).
_MAX_DEPTH = 500
_FEW_TAGS = 2_000

# Tags that part lines wherever they stand, and tags that never do.
_ATTRIBUTES = r"(?:[ \n]+[\w:-]+=\"[^\"<>]*\")*[ \n]*/?>"
_LINE_TAG = re.compile(rf"<(?:/?p|br){_ATTRIBUTES}")
_PHRASE_TAG = re.compile(rf"</?(?:a|b|em|i|img|small|span|strong|sub|sup|u){_ATTRIBUTES}")
_OPENING = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>?")
_SPACES = re.compile(r" {2,}")
_WEB = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
# The names under which pages give their date of publication, most exact first; "ld" is JSON-LD, "time" the element.
_DATED = (
    "article:published_time og:published_time datepublished ld dc.date.issued dcterms.issued dc.date dcterms.date "
    "parsely-pub-date sailthru.date citation_publication_date pubdate publishdate publish-date publish_date date time"
).split()
_LINKED_DATA = re.compile(r'"datePublished"\s{0,9}:\s{0,9}"([^"]{4,60})"')
_TIME = 'time[itemprop~="datePublished"], time[pubdate]'
_MAX_DATE = 100


@dataclass(frozen=True, slots=True)
class Page:
    """What markup holds: `title` "" and `url` None when it names none; `captions` are marked as such.

    `dated` are the dates of publication in its data, (name, text as written), the most exact first.
    """

    title: str
    paragraphs: list[str]
    url: str | None = None
    captions: list[str] = field(default_factory=list)
    dated: tuple[tuple[str, str], ...] = ()


def read_html(markup: str, *, titled: bool = False, sound: bool = False) -> Page:
    """Read a page or a fragment; `titled`: its title is known, so that none is looked for in it.

    `sound`: its characters and all parts of it are tidy as they stand.

    Blocks become paragraphs, white space collapses, entities are resolved once. What surrounds an article (menus,
    asides, footers, forms, scripts) and what only shows something (images, players) is left out.
    """
    if titled and (blocks := _simple(markup, sound=sound)) is not None:
        return Page("", blocks)
    tree = LexborHTMLParser(_defused(markup))
    if tree.body is None:
        return Page("", [])
    # Fragments of feeds seldom hold these elements: to ask the tree for them takes 13 us, as long as to build it.
    lower = markup.lower()
    heading = None if titled else _heading(tree)
    captions: list[str] = []
    root = (_root(tree, heading) if "<article" in lower or "<main" in lower else None) or tree.body
    paragraphs = list(_paragraphs(root, heading, captions))
    if not paragraphs and root.tag != "body":
        paragraphs = list(_paragraphs(tree.body, heading, captions))
    title = "" if titled else line(heading) or line(tree.css_first("title"))
    address = _address(tree) if "<link" in lower or "<meta" in lower else None
    return Page(title, paragraphs, address, captions, () if titled else _dated(tree, root))


def read_inline(markup: str) -> str:
    """The text of markup as one line: for titles."""
    if "<" not in markup and "&" not in markup:
        return _squeezed(markup)
    tree = LexborHTMLParser(_defused(markup))
    return line(tree.body)


def _simple(markup: str, *, sound: bool) -> list[str] | None:
    """The paragraphs of markup that is text, lines and phrases only; None for any other, which needs a parser.

    Such were 930 of 1,537 items of captured feeds, and they are read in half the time. With these tags the text is the
    same for any nesting, closed or not.
    """
    if "&" in markup:
        return None
    blocks = markup.replace("</p>", "<p>").split("<p>")  # most tags, in a tenth of the time
    if any("<" in block for block in blocks):
        lines = [line for block in blocks for line in (_LINE_TAG.split(block) if "<" in block else (block,))]
        blocks = [_PHRASE_TAG.sub("", line) if "<" in line else line for line in lines]
        if any("<" in block for block in blocks):
            return None
        if blocks != lines:  # what stood on either side of a tag may be one character
            return [text for block in blocks if (text := _squeezed(block))]
    squeezed = _spaced if sound else _squeezed
    return [text for block in blocks if (text := squeezed(block))]


def line(node: LexborNode | None) -> str:
    """The text inside a node as one line."""
    return " ".join(_paragraphs(node, None, [])) if node else ""


def _defused(markup: str) -> str:
    """The same markup, without the tags that only serve to exhaust the parser."""
    if markup.count("<") < _FEW_TAGS:
        return markup
    depth = deepest = 0
    opened = dict.fromkeys(_FORMATTING, 0)
    for closing, name in _OPENING.findall(markup):
        tag = name.lower()
        step = -1 if closing else 1
        if tag in opened:
            opened[tag] += step
        elif tag in _NESTING:
            depth = max(depth + step, 0)
            deepest = max(deepest, depth)
    if deepest <= _MAX_DEPTH and max(opened.values()) <= _MAX_OPEN:
        return markup
    return _flattened(markup)


def _flattened(markup: str) -> str:
    depth = 0

    def flatten(found: re.Match[str]) -> str:
        nonlocal depth
        tag = found[2].lower()
        if tag in _FORMATTING:
            return ""
        if tag not in _NESTING:
            return found[0]
        before, depth = depth, max(depth + (-1 if found[1] else 1), 0)
        return found[0] if max(before, depth) <= _MAX_DEPTH else "<br>"

    return _TAG.sub(flatten, markup)


def _heading(tree: LexborHTMLParser) -> LexborNode | None:
    return tree.css_first("article h1") or tree.css_first("main h1") or tree.css_first("h1")


def _root(tree: LexborHTMLParser, heading: LexborNode | None) -> LexborNode | None:
    """The element that holds the article: the one around its heading, else the only one that says so."""
    node = heading.parent if heading else None
    while node is not None and node.tag not in ("article", "main"):
        node = node.parent
    articles = tree.css("article")
    return node or tree.css_first("main") or (articles[0] if len(articles) == 1 else None)


def _paragraphs(root: LexborNode, heading: LexborNode | None, captions: list[str]) -> Iterator[str]:
    """The text of each block under a node, in order and without the heading; captions are put aside."""
    parts: list[str] = []
    for piece in (*_pieces(root, heading, captions), None):
        if piece is not None:
            parts.append(piece)
        elif parts:
            if text := _squeezed("".join(parts)):
                yield text
            parts = []


def _pieces(root: LexborNode, heading: LexborNode | None, captions: list[str]) -> Iterator[str | None]:
    """The texts under a node in order, None where a block begins or ends; no recursion, for depth."""
    skipped = heading.mem_id if heading else None
    node = root.first_child
    while node is not None:
        inner = None
        if node.is_text_node:
            yield node.text_content or ""
        else:
            tag = node.tag  # each question to a node takes 0.1 us, and there are 190 nodes in a fragment
            if tag in _BLOCKS:
                yield None
            if tag == "figcaption":
                captions.append(_squeezed(node.text()))
            elif not (tag in _LEFT_OUT and _surrounds(node, tag)) and (skipped is None or node.mem_id != skipped):
                inner = node.first_child
        while inner is None:
            inner = node.next
            if inner is None:
                node = node.parent
                if node is None or node.mem_id == root.mem_id:
                    return
                if node.tag in _BLOCKS:
                    yield None
        node = inner


def _surrounds(node: LexborNode, tag: str) -> bool:
    """Whether an element of those left out stands around articles; the header of an article holds its standfirst."""
    if tag == "form":
        return node.css_first("p") is None  # some sites wrap the whole page into one
    if tag != "header":
        return True
    parent = node.parent
    while parent is not None and parent.tag not in ("article", "main"):
        parent = parent.parent
    return parent is None


def _squeezed(text: str) -> str:
    # Only now, because entities may stand for what nobody sees as well: &shy; &#8203; &#x202e;
    return _spaced(tidy(text))


def _spaced(text: str) -> str:
    """A text as one line with single spaces."""
    text = text.strip().replace("\n", " ")
    # Most texts have single spaces: to search for others takes a tenth of putting one for each.
    return _SPACES.sub(" ", text) if "  " in text else text


def _address(tree: LexborHTMLParser) -> str | None:
    """The address that a page declares as its own."""
    for selector, attribute in (('link[rel~="canonical"]', "href"), ('meta[property="og:url"]', "content")):
        node = tree.css_first(selector)
        url = (node.attributes.get(attribute) or "").strip() if node else ""
        if _WEB.fullmatch(url):
            return url
    return None


def _dated(tree: LexborHTMLParser, root: LexborNode) -> tuple[tuple[str, str], ...]:
    """The dates of publication that a page gives outside the text of the article under `root`."""
    found: dict[str, str] = {}
    for node in tree.css("meta[content], [itemprop=datePublished]"):
        given = node.attributes
        name = (given.get("property") or given.get("name") or given.get("itemprop") or "").lower()
        found.setdefault(name, given.get("content") or given.get("datetime") or "")
    for node in tree.css('script[type="application/ld+json"]'):
        if stated := _LINKED_DATA.search(node.text()):
            found.setdefault("ld", stated[1])
    # Asked as "article time" it takes quadratic time for nested ones: 36,000 in 12 s.
    within = root.css_first("time[datetime]") if root.tag != "body" else None
    if time := tree.css_first(_TIME) or within:
        found.setdefault("time", time.attributes.get("datetime") or "")
    return tuple((name, text.strip()[:_MAX_DATE]) for name in _DATED if (text := found.get(name, "")).strip())

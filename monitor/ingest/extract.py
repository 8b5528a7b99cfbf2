"""An Item and the bytes of the page it links to -> the Item with the text of the page; runs inside a worker process."""

from __future__ import annotations

import html
import re
from collections.abc import Set
from dataclasses import replace
from enum import StrEnum
from typing import Any

from monitor.charset import decode
from monitor.model import Item
from monitor.text import words

# What is kept of a page; some 130 printed pages.
MAX_TEXT = 500_000
# Shorter words are those that any text of a language has.
_LONG = 5
# The share of the long words of title and teaser that the right page must have. Another article has 6 % of them, one in
# a hundred more than half (2,358 pairs from captured feeds).
_SAME = 0.5
# With this share of its words the teaser is a part of the page, and not to be told twice.
_HELD = 0.8

_TAG = re.compile(r"<[^<>]*>")
_ABOUT = ('.//meta[@property="og:title"]', './/meta[@property="og:description"]', './/meta[@name="description"]')
# What pages say instead of their text or between it. Longer paragraphs are text that happens to speak of such things.
_MAX_ASKING = 300
_ASKING = re.compile(
    r"(?:(?:cet|l['’]) ?article|(?:ce|le) contenu|la suite|cette page)[^.!?]{0,60} réservée?s? (?:aux|à nos) abonné"
    r"|il (?:vous )?reste [^.!?]{1,30} (?:de cet article|à lire)|(?:déjà|pas encore) abonnée? ?[?:]"
    r"|(?:abonnez|connectez|inscrivez|identifiez)-vous (?:\S+ ){0,6}(?:lire|accéder|continuer|poursuivre|profiter)"
    r"|pour (?:lire (?:la suite|cet article)|continuer (?:la|votre) lecture|accéder à cet article)"
    r"|(?:nous|ce site) (?:et nos partenaires )?utilis(?:ons|e) des (?:cookies|traceurs)"
    r"|(?:this|the rest of this) (?:article|story|content|page) is (?:\S+ ){0,4}(?:subscribers|members)"
    r"|already (?:a subscriber|have an account)|not (?:yet )?a subscriber"
    r"|(?:subscribe|sign in|sign up|log in|register) (?:\S+ ){0,6}(?:read|continue|unlock|access|keep)"
    r"|to (?:continue|keep) reading|(?:we|this (?:web)?site) (?:and our partners )?uses? cookies",
    re.IGNORECASE,
)


class Outcome(StrEnum):
    """What became of reading a page; all but READ leave the item with the feed's own text."""

    READ = "read"
    SHORT = "short"  # no more text than the feed gives: a teaser, a wall, a form to log in
    OTHER = "other"  # the page speaks of something else
    EMPTY = "empty"  # no HTML, or no text to be found in it: a film, a picture
    FAILED = "failed"  # not answered, or the death of its reader


def complete(item: Item, page: bytes, charset: str | None) -> tuple[Item, Outcome]:
    """The item of a feed with the main text of its page as paragraphs of HTML; `charset` is what the server declared.

    The page is believed when it holds more text than the feed and half of the long words of the item's title and text.
    A teaser that is no part of the page's text stays in front of it, so that nothing a feed said is lost.
    """
    title, said = _plain(item.title), _plain(str(item.content))
    about, paragraphs = _read(decode(page, charset), title)
    text = "\n".join(paragraphs)[:MAX_TEXT]
    if not text:
        return item, Outcome.EMPTY
    if len(text) <= len(said):
        return item, Outcome.SHORT
    known = _long(text)
    if _share(f"{title} {said}", known | _long(about)) < _SAME:
        return item, Outcome.OTHER
    kept = text.split("\n") if _share(said, known) >= _HELD else [said, *text.split("\n")]
    return replace(item, content="".join(f"<p>{html.escape(one, quote=False)}</p>\n" for one in kept)), Outcome.READ


def _read(page: str, title: str) -> tuple[str, list[str]]:
    """What a page says about itself, and the paragraphs of its main text without what asks to log in.

    Its heading is left out too, where `title` and text have its words: it would stand where the lede is looked for.
    """
    import trafilatura  # noqa: PLC0415 - 0.2 s and 30 MB, for the processes that read pages only

    tree = trafilatura.load_html(page)
    if tree is None:
        return "", []
    heading = _inner(tree.find(".//h1"))
    about = [heading, _inner(tree.find(".//title")), *(_meta(tree.find(path)) for path in _ABOUT)]
    document: Any = trafilatura.bare_extraction(tree, include_comments=False)
    lines = (document.text or "").split("\n") if document else []
    paragraphs = [one for line in lines if (one := line.strip().removeprefix("- ")) and not _asks(one)]
    if paragraphs and heading and words(paragraphs[0]) == words(heading):
        rest = _long(" ".join([title, *paragraphs[1:]]))
        paragraphs = paragraphs[1:] if _share(heading, rest) >= _HELD else paragraphs
    return " ".join(about), paragraphs


def _inner(node: Any) -> str:
    return " ".join("".join(node.itertext()).split()) if node is not None else ""


def _meta(node: Any) -> str:
    return str(node.get("content") or "") if node is not None else ""


def _asks(paragraph: str) -> bool:
    return len(paragraph) <= _MAX_ASKING and _ASKING.match(paragraph) is not None


def _plain(markup: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", markup)).split())


def _long(text: str) -> Set[str]:
    return {word for word in words(text) if len(word) >= _LONG}


def _share(text: str, known: Set[str]) -> float:
    """The share of the long words of a text that are known; all of them when it has none."""
    wanted = _long(text)
    return len(wanted & known) / len(wanted) if wanted else 1.0

"""The page of a message -> the few tags that chats know, without what only a mail program needs."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser

_KEPT = frozenset({"p", "br", "b", "i", "u", "s", "a", "blockquote", "ul", "ol", "li", "h1", "h2", "h3", "h4"})
_CALLED = {"mark": "b", "strong": "b", "em": "i", "del": "s", "ins": "u"}
_NOT_READ = frozenset({"head", "style", "script", "title"})
_VOID = frozenset({"br", "hr", "img", "meta", "link", "input", "wbr", "col"})
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_WEB = re.compile(r"https?://[^\s\"<>]+", re.IGNORECASE)


def fragment(page: str) -> str:
    """The body of a page in paragraphs, lists, quotations, links and bold, italic, underlined or struck words."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return re.sub(r"<(b|i|u|s|p|li|ul|ol|blockquote|h[1-4])>\s*</\1>", "", "".join(reader.parts)).strip()


class _Reader(HTMLParser):
    """Writes what is kept to `parts`; `_skipped` are the open elements within one that nobody sees."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._skipped: list[str] = []
        self._links: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag that chats know, without its looks."""
        facts = dict(attrs)
        unseen = tag in _NOT_READ or _HIDDEN.search(facts.get("style") or "")
        if (self._skipped or unseen) and tag not in _VOID:
            self._skipped.append(tag)
        if self._skipped:
            return
        tag = _CALLED.get(tag, tag)
        if tag == "a":
            target = facts.get("href") or ""
            self._links.append(bool(_WEB.fullmatch(target)))
            self.parts += [f'<a href="{escape(target)}">'] if self._links[-1] else []
        elif tag in _KEPT:
            self.parts.append(f"<{tag}>")

    def handle_endtag(self, tag: str) -> None:
        """End what was kept."""
        if self._skipped:
            if tag in self._skipped:
                while self._skipped.pop() != tag:
                    pass
            return
        tag = _CALLED.get(tag, tag)
        if tag == "a":
            self.parts += ["</a>"] if self._links and self._links.pop() else []
        elif tag in _KEPT and tag not in _VOID:
            self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Keep words, with single spaces between them."""
        if not self._skipped:
            self.parts.append(escape(re.sub(r"\s+", " ", data), quote=False))

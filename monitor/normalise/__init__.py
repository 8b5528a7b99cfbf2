"""Item -> Article: what was found at a source becomes title, lede, body, date, agency and language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import dropwhile

from monitor.charset import decode
from monitor.model import Article, Item, Markup
from monitor.normalise import boilerplate, dates, language, lines, titles, wire
from monitor.normalise.characters import tidy
from monitor.normalise.html import Page, read_html, read_inline
from monitor.normalise.mail import unpack

__all__ = ["normalise"]

# About 80 printed pages. Matching and telling copies apart take 3 s a MB, in the daemon, while others wait.
MAX_TEXT = 300_000


def normalise(item: Item, languages: Sequence[str], now: datetime) -> Article:
    """Read one item; never raises, whatever its bytes.

    `languages` are the candidates for detection (BCP 47 primary tags); `now` (aware) guards against dates in the
    future and is never a date itself.
    """
    item, foot = unpack(item, now) if item.markup is Markup.MAIL else (item, [])
    page = _read(item)
    head = wire.read_head(page.paragraphs)
    text = boilerplate.sift(head.paragraphs)
    paragraphs = text.kept
    title = page.title
    if not title and paragraphs and not head.dateline:
        title = _take_title(paragraphs)
    if title:
        paragraphs = list(dropwhile(lambda paragraph: titles.repeats(paragraph, title), paragraphs))
    opened = wire.take_dateline(paragraphs[0]) if paragraphs else wire.Stated("")
    teaser = wire.take_tail(opened.text)
    lede, body, rest = _cut(teaser.text, "\n\n".join(paragraphs[1:]))
    url = item.url or page.url or head.url
    return Article(
        source=item.source,
        guid=item.guid,
        url=url,
        title=title or titles.derived(lede),
        title_derived=not title and bool(lede),
        lede=lede,
        body=body,
        agency=head.agency or opened.agency or text.agency or teaser.agency,
        published=dates.settle(item.published, (teaser.date, opened.date, *head.dates), url, now),
        language=language.detect((title, lede, body), languages),
        declared=item.language,
        tags=item.tags,
        boilerplate=tuple(
            filter(None, (*head.removed, opened.removed, teaser.removed, *text.removed, *page.captions, *foot))
        )
        + ((rest,) if rest else ()),
        refused=item.refused,
    )


def _read(item: Item) -> Page:
    """The characters of an item as title and paragraphs."""
    raw = decode(item.content) if isinstance(item.content, bytes) else item.content
    title = tidy(item.title)
    if item.markup is Markup.TEXT:
        return Page(" ".join(title.split("\n")).strip(), lines.paragraphs(tidy(raw)))
    page = read_html(tidy(raw), titled=bool(title.strip()))
    return Page(read_inline(title) or page.title, page.paragraphs, page.url, page.captions)


def _cut(lede: str, body: str) -> tuple[str, str, str]:
    """Lede and body up to MAX_TEXT characters, and a line that says so when there was more."""
    if len(lede) + len(body) <= MAX_TEXT:
        return lede, body, ""
    lede = lede[:MAX_TEXT]
    return lede, body[: MAX_TEXT - len(lede)].rstrip(), f"the text after {MAX_TEXT} characters is not read"


def _take_title(paragraphs: list[str]) -> str:
    """Take the first paragraph off when it is the title."""
    first = paragraphs[0]
    return paragraphs.pop(0) if titles.is_title(first) and not wire.take_tail(first).removed else ""

"""Item -> Article: what was found at a source becomes title, lede, body, date, agency and language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from monitor.charset import decode
from monitor.model import Article, DateFound, Item, Markup, Published
from monitor.normalise import dates, language, lines, titles, urls
from monitor.normalise.characters import tidy
from monitor.normalise.html import Page, read_html, read_inline
from monitor.normalise.layout import MAX_TEXT, lay_out
from monitor.normalise.mail import unpack
from monitor.normalise.printed import parse
from monitor.normalise.told import REACH
from monitor.normalise.urls import canonical

__all__ = ["MAX_TEXT", "canonical", "normalise"]


def normalise(item: Item, languages: Sequence[str], now: datetime) -> Article:
    """Read one item; never raises, whatever its bytes.

    `languages` are the candidates for detection (BCP 47 primary tags); `now` (aware) guards against dates in the
    future and is never a date itself.
    """
    item, foot = unpack(item, now) if item.markup is Markup.MAIL else (item, [])
    page = _read(item)
    text = lay_out(page)
    lede, body = text.lede, text.body
    dated = [*_declared(item), *(DateFound("page", written, parse(written)) for _, written in page.dated), *text.dates]
    published, found = dates.settle(dated, text.url, f"{lede}\n{body[:REACH]}", now)
    detected = language.detect((text.title, lede, body), languages, item.language)
    return Article(
        source=item.source,
        guid=item.guid,
        url=text.url,
        page=urls.page(text.url) if text.url else None,
        title=text.title or titles.derived(lede),
        title_derived=not text.title and bool(lede),
        lede=lede,
        body=body,
        agency=text.agency,
        published=published,
        language=detected.language,
        declared=item.language,
        confidence=detected.confidence,
        scores=detected.scores,
        tags=item.tags,
        boilerplate=(*text.removed, *foot),
        refused=item.refused,
        dates=found,
    )


def _declared(item: Item) -> list[DateFound]:
    """The date that the source itself gives."""
    if item.refused:
        return [DateFound("feed", item.refused, Published(), "cannot be true")]
    return [DateFound("feed", item.published.value or "", item.published)] if item.published.start else []


def _read(item: Item) -> Page:
    """The characters of an item as title, paragraphs and address."""
    raw = decode(item.content) if isinstance(item.content, bytes) else item.content
    title = tidy(item.title)
    if item.markup is Markup.TEXT:
        return Page(" ".join(title.split("\n")).strip(), lines.paragraphs(tidy(raw)), item.url)
    markup = tidy(raw)
    page = read_html(markup, titled=bool(title.strip()), sound=markup is raw)
    title, url = read_inline(title) or page.title, item.url or page.url
    return Page(title, page.paragraphs, url, page.captions, page.dated)

"""A page -> its title, lede and body, and what the lines around them stated."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import dropwhile

from monitor.model import DateFound
from monitor.normalise import boilerplate, titles, wire
from monitor.normalise.html import Page

# About 80 printed pages. Matching and telling copies apart take 3 s a MB, in the daemon, while others wait.
MAX_TEXT = 300_000
# Taking one line off may show that the next one is none of the text either, so a text is read until nothing changes:
# normalising twice changes nothing. Hostile texts could make that quadratic.
_MOST_ROUNDS = 40
_MOST_WORK = 1_000_000


@dataclass(slots=True)
class Layout:
    """The parts of a text; `dates` the most reliable first, `removed` the lines that are no part of it."""

    title: str
    paragraphs: list[str]
    url: str | None = None
    agency: str | None = None
    dates: list[DateFound] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    @property
    def lede(self) -> str:
        """The first paragraph, "" for none."""
        return self.paragraphs[0] if self.paragraphs else ""

    @property
    def body(self) -> str:
        """The other paragraphs."""
        return "\n\n".join(self.paragraphs[1:])


def lay_out(page: Page) -> Layout:
    """The parts of a page. Without a title it is the first line, where that has the form of one."""
    kept, rest = _cut(page.paragraphs)
    layout = Layout(page.title, kept, page.url)
    size = sum(map(len, kept))
    changed = _strip(layout, untitled=not page.title)
    rounds = min(_MOST_ROUNDS, _MOST_WORK // (size + 1))
    while changed and rounds:
        changed = _strip(layout)
        rounds -= 1
    layout.removed += [*page.captions, *([f"the text after {MAX_TEXT} characters is not read"] if rest else [])]
    return layout


def _cut(paragraphs: list[str]) -> tuple[list[str], bool]:
    """The paragraphs up to MAX_TEXT characters, and whether there were more."""
    kept: list[str] = []
    room = MAX_TEXT
    for paragraph in paragraphs:
        if len(paragraph) > room:
            cut = paragraph[: max(room, 0)].rstrip()
            return [*kept, cut] if cut else kept, True
        kept.append(paragraph)
        room -= len(paragraph) + len("\n\n")
    return kept, False


def _strip(layout: Layout, *, untitled: bool = False) -> bool:
    """Take off once what stands around the text; whether there was anything, the title included."""
    before = layout.paragraphs
    head = wire.read_head(before, titled=bool(layout.title), url=layout.url, dated=bool(layout.dates))
    text = boilerplate.sift(head.paragraphs)
    paragraphs = text.kept
    if untitled and paragraphs and not head.dateline:
        layout.title = _take_title(paragraphs)
    layout.title, site = titles.without_site(layout.title, layout.url)
    if title := layout.title:
        paragraphs = list(dropwhile(lambda paragraph: titles.repeats(paragraph, title), paragraphs))
    opened = wire.take_dateline(paragraphs[0]) if paragraphs else wire.Stated("")
    teaser = wire.take_tail(opened.text)
    layout.paragraphs = [paragraph for paragraph in (teaser.text, *paragraphs[1:]) if paragraph]
    layout.url = layout.url or head.url
    layout.agency = layout.agency or head.agency or opened.agency or text.agency or teaser.agency
    layout.dates += [date for date in (teaser.date, opened.date, *head.dates) if date]
    removed = (site, *head.removed, opened.removed, teaser.removed, *text.removed)
    layout.removed += [line for line in removed if line]
    return layout.paragraphs != before


def _take_title(paragraphs: list[str]) -> str:
    """Take the first paragraph off when it is the title."""
    first = paragraphs[0]
    return paragraphs.pop(0) if titles.is_title(first) and not wire.take_tail(first).removed else ""

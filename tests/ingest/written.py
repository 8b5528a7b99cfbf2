"""A seed -> well-formed feeds of every format, as publishers write them."""

from __future__ import annotations

import html
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

_WORDS = {
    "fr": "ministre accord été vote région hausse prix école grève forêt train signé gel enquête mer « budget » côte"
    " d’eau 12 40 2024 3,5 % euros pour dans avec sans le la les un des et que qui sur par plus",
    "en": "council vote court ruling storm bridge union prices harbour strike talks election rain report team season"
    " coach 12 40 2024 3.5 under after while the of and to in for with on more",
    "de": "Brüssel Köln Straße Wahl Streik Haushalt Zug Küste Regen Gericht Übung Preise Schule für über 12 40 2024"
    " der die das und mit von auf",
}
# What was seen in damaged feeds, or is known to upset parsers.
DAMAGES = [
    "&#xD800;", "&#0;", "&#x110000;", "&#99999999999999999999;", "&#" + "9" * 5000 + ";", "\x00", "\x1b[2J", "\uffff",
    "&nope;", "&", "<", "<b>", "</p>", "a < b & c", "<media:player>", "<height></height>", "xml:base='http://[::1'",
    "<link>http://[</link>", "<pubDate>99999999999999</pubDate>", '<a href="', "&#xZZ;", "<guid/>",
]  # fmt: skip
START = datetime(2024, 3, 1, 9, 30, tzinfo=UTC)
RSS = (
    '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"'
    ' xmlns:media="http://search.yahoo.com/mrss/">'
)
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
)
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr-FR">'


@dataclass(frozen=True)
class Written:
    """One item as it stands in a feed: its id, its title as HTML, and its whole element."""

    id: str
    title: str
    xml: str


@dataclass(frozen=True)
class WrittenFeed:
    """A feed as it stands: `head`, the items, `tail`."""

    head: str
    items: tuple[Written, ...]
    tail: str

    @property
    def text(self) -> str:
        """The whole of it."""
        return self.head + "\n".join(item.xml for item in self.items) + self.tail

    @property
    def body(self) -> bytes:
        """Its bytes."""
        return self.text.encode()


def corpus(seed: int, feeds: int, items: int = 30) -> Iterator[WrittenFeed]:
    """So many feeds of RSS 2.0, Atom and RSS 1.0 in French, English and German, every other one with whole texts."""
    chance = random.Random(seed)
    for number in range(feeds):
        make = (_rss, _atom, _rss, _rdf, _rss)[number % 5]
        say = _Voice(chance, _WORDS[("fr", "en", "fr", "de")[number // 2 % 4]].split())
        yield make(say, f"site{number}.example", items, full=number % 2 == 0)


class _Voice:
    """Words, sentences and pages by chance."""

    def __init__(self, chance: random.Random, words: list[str]) -> None:
        self.chance = chance
        self._words = words

    def word(self) -> str:
        return self.chance.choice(self._words)

    def words(self, least: int, most: int) -> str:
        return " ".join(self.chance.choices(self._words, k=self.chance.randint(least, most))).capitalize()

    def page(self, paragraphs: int) -> str:
        return '<figure><img src="https://site.example/a.jpg" alt="" width="640"/></figure>' + "\n".join(
            f"<p>{self.words(30, 60)}, <strong>{self.word()}</strong> {self.words(10, 20)}"
            f' <a href="https://site.example/{n}?a=1&amp;b=2">{self.word()}</a>.'
            f"<br/><em>{self.words(8, 20)}</em>&nbsp;!</p>"
            for n in range(paragraphs)
        )

    def short(self) -> str:
        return f"<description><![CDATA[<p>{self.words(20, 60)} [&#8230;]</p>]]></description>"

    def full(self, full: bool) -> str:
        page = self.page(self.chance.randint(4, 14)) if full else ""
        return f"<content:encoded><![CDATA[{page}]]></content:encoded>" if full else ""


def _when(n: int) -> datetime:
    return START - timedelta(minutes=17 * n)


def _rss(say: _Voice, host: str, items: int, full: bool) -> WrittenFeed:
    def item(n: int) -> Written:
        guid, title = f"https://{host}/?p={n}", say.words(5, 12)
        categories = "".join(f"<category><![CDATA[{say.word()}]]></category>" for _ in range(n % 4))
        xml = (
            f"<item><title>{title}</title><link>https://{host}/{n}/{say.chance.randrange(10**6)}.html</link>"
            f"<comments>https://{host}/{n}/#comments</comments><dc:creator><![CDATA[{say.words(2, 2)}]]>"
            f"</dc:creator><pubDate>{format_datetime(_when(n))}</pubDate>{categories}"
            f'<guid isPermaLink="false">{guid}</guid>{say.short()}{say.full(full)}'
            + (f'<enclosure url="https://{host}/{n}.jpg" length="1" type="image/jpeg"/>' if n % 3 == 0 else "")
            + f'<media:thumbnail url="https://{host}/{n}.png"/></item>'
        )
        return Written(guid, title, xml)

    head = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{RSS}<channel><title>{host}</title><link>https://{host}/</link>'
        f'<atom:link href="https://{host}/feed" rel="self"/><description>d</description><language>fr-FR</language>'
        "<ttl>30</ttl>"
    )
    return WrittenFeed(head, tuple(map(item, range(items))), "</channel></rss>")


def _rdf(say: _Voice, host: str, items: int, full: bool) -> WrittenFeed:
    def item(n: int) -> Written:
        guid, title = f"https://{host}/{n}", say.words(5, 12)
        xml = (
            f'<item rdf:about="{guid}"><title>{title}</title><link>{guid}</link>'
            f"<dc:date>{_when(n).isoformat()}</dc:date>"
            f"<dc:creator>{say.words(2, 2)}</dc:creator><dc:subject>{say.word()}</dc:subject>"
            f"{say.short()}{say.full(full)}</item>"
        )
        return Written(guid, title, xml)

    head = f'{RDF}<channel rdf:about="https://{host}/"><title>{host}</title><dc:language>fr</dc:language></channel>'
    return WrittenFeed(head, tuple(map(item, range(items))), "</rdf:RDF>")


def _atom(say: _Voice, host: str, items: int, full: bool) -> WrittenFeed:
    def item(n: int) -> Written:
        guid, title = f"tag:{host},2024:{n}", say.words(5, 12)
        text = say.page(say.chance.randint(4, 14) if full else 1)
        xml = (
            f'<entry><title type="html">{title}</title><id>{guid}</id><link rel="alternate" href="https://{host}/{n}"/>'
            f'<link rel="enclosure" href="https://{host}/{n}.mp3"/><updated>{_when(n - 1).isoformat()}</updated>'
            f"<published>{_when(n).isoformat()}</published><author><name>{say.words(2, 2)}</name></author>"
            f'<category term="{say.word()}"/><summary>{say.words(10, 20)} &amp; plus</summary>'
            f'<content type="html">{html.escape(text, quote=False)}</content></entry>'
        )
        return Written(guid, title, xml)

    head = f'<?xml version="1.0"?>{ATOM}<title>{host}</title><id>tag:{host}</id><link href="https://{host}/"/>'
    return WrittenFeed(head, tuple(map(item, range(items))), "</feed>")

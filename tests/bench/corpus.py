"""A number -> a feed of thirty items as the press writes them, the same each time; no two items share a sentence.

The measures are those of a corpus of 200 feeds: 30 items and 94 KB a feed, half of the feeds with whole articles, half
with teasers. The words mean nothing; they look like French to whoever counts letters, and are as frequent as words are.
"""

from __future__ import annotations

import functools
import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

ITEMS = 30
NAMES = 9000  # so many different numbers are there beside the counted ones
_WORDS = 12_000
# The most frequent ones; the others are made of syllables. As in any language a word is as frequent as its rank is low.
_FREQUENT = (
    "de la le et les des en un du une que pour dans est qui sur par au plus avec pas il ne ce son se aux d'un à sa ses "
    "mais ou comme cette été deux après depuis entre sous contre sans leur tout aussi lors dont avant selon encore"
).split()
_SYLLABLES = (
    "ba bel bi bour ca cer chan cô cou da dé di don fé fi for ga gné gou gri ja jeu la lan lé li lou ma men mi mon na "
    "né ni nou pa par pé pi pré qué ra ré ri rou sa sé si sou ta té ti tion tou tri va vé vi voi"
).split()


@functools.cache
def lexicon() -> tuple[str, ...]:
    """Words by rank."""
    draw = random.Random(1)
    made = dict.fromkeys(_FREQUENT)
    while len(made) < _WORDS:
        made["".join(draw.choices(_SYLLABLES, k=draw.choice((2, 3, 3, 4))))] = None
    return tuple(made)


def feed(number: int, items: int = ITEMS, first: int = 0) -> bytes:
    """RSS 2.0 with the items `first` to `first + items` of a feed, newest on top."""
    long = number % 2 == 0
    inner = "".join(_item(number, nth, long) for nth in range(first + items - 1, first - 1, -1))
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f"<channel><title>Gazette {number}</title><link>https://gazette-{number}.example/</link>"
        f"<description>Toute l'actualité</description><language>fr</language>\n{inner}</channel></rss>\n"
    ).encode()


def _item(number: int, nth: int, long: bool) -> str:
    draw = random.Random(number * 1000 + nth)
    text = [_sentence(draw, number, nth, place) for place in range(33 if long else 4)]
    date = format_datetime(datetime(2024, 1, 5, 12, tzinfo=UTC) + timedelta(minutes=37 * nth + number % 37))
    link = f"https://gazette-{number}.example/2024/{nth}/article.html"
    paragraphs = "".join(f"<p>{' '.join(text[start : start + 4])}</p>" for start in range(0, len(text), 4))
    content = f"<content:encoded><![CDATA[{paragraphs}]]></content:encoded>" if long else ""
    return (
        f"<item><title>{text[0][:70].rsplit(' ', 1)[0]}</title><link>{link}</link>"
        f'<guid isPermaLink="true">{link}</guid><pubDate>{date}</pubDate><dc:creator>Rédaction</dc:creator>'
        f"<category>Actualité</category><description>&lt;p&gt;{' '.join(text[:2])}&lt;/p&gt;</description>{content}"
        "</item>\n"
    )


def _sentence(draw: random.Random, number: int, nth: int, place: int) -> str:
    """Some twenty words, two of them names, around three numbers of which one is its own."""
    own = (number * 100 + nth) * 50 + place
    words = [lexicon()[int(_WORDS ** draw.random()) - 1] for _ in range(draw.randrange(13, 20))]
    words[3], words[9] = words[3].title(), f"{words[9].title()} {draw.randrange(NAMES)}"
    return f"Le numéro {own} {' '.join(words)} de {draw.randrange(NAMES)} euros."

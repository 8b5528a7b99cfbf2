"""Article -> Told: where its sentences stand, and each as spoken words; all that finding its copies needs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from monitor.dedup.spoken import all_spoken
from monitor.model import Article, Held
from monitor.text import sentences, words

REMEMBERED = 64
"""Articles whose reading is remembered: wire copy comes in bursts, and each copy is compared with the same few."""

# Lines that a page says of itself (buttons, desks, rights) where nothing told them from the text (see
# monitor.normalise): they hide no copy and bring no news.
_FURNITURE = re.compile(
    r"\W*(?:(?:share|partager)\b.*\b(?:facebook|whatsapp)|(?:abonnez|inscrivez)-vous\b|vous aimez nos\b|copyright\b"
    r"|no part of this\b|(?:reporting|editing|writing) by\b|rédigé par\b|notre dossier\b"
    r"|by (?:our|online)\b|par (?:le service|notre|la rédaction)\b)",
    re.IGNORECASE,
)
_NOTICE = 15  # words of such a line
_OPENERS = frozenset(  # its first word as spoken, or a sign before it: most lines need no closer look
    "share partager abonnez inscrivez vous copyright no reporting editing writing by redige notre par "
    "pourcent euro dollar livre plus moins degres".split()
)
# BRUXELLES - or (Bichkek) before a text; what names an agency too is taken off before (see monitor.normalise.wire).
_DATELINE = re.compile(
    r"[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ'’. -]{2,30}(?:, [\w. ]{2,20})? (?:--?|[‒–—―]) (?=\S)"
    r"|\([A-ZÀ-ÖØ-Þ][\w'’ -]{2,30}\) (?=[A-ZÀ-ÖØ-Þ«“\"])"
)


@dataclass(frozen=True, eq=False)
class Told:
    """The sentences of an article that say something: `spans` are (text, start, end), `words` those of each as spoken.

    The first is the title when the article is `titled`. `dateline` are the words of a place before the text: where it
    was written, not what it says.
    """

    spans: tuple[tuple[str, int, int], ...]
    words: tuple[list[str], ...]
    titled: bool
    dateline: tuple[str, ...]


def told(article: Article | Held) -> Told:
    """The sentences of an article as spoken; a title that was derived from the first one is none."""
    return _told("" if article.title_derived else article.title, article.lede, article.body)


@lru_cache(maxsize=REMEMBERED)
def _told(title: str, lede: str, body: str) -> Told:
    place = found[0] if (found := _DATELINE.match(lede)) else ""
    spans = [(title, 0, len(title))] if title else []
    spans += [(lede, max(a, len(place)), b) for a, b in sentences(lede) if b > len(place)]
    spans += [(body, a, b) for a, b in sentences(body)]
    said = all_spoken([text[a:b] for text, a, b in spans]) if spans else []
    titled = bool(title and said[0])
    for at in range(len(said) - 1, titled - 1, -1):
        if not said[at] or _is_furniture(said[at], *spans[at]):
            del spans[at], said[at]
    return Told(tuple(spans), tuple(said), titled, tuple(words(place)))


def _is_furniture(said: list[str], text: str, start: int, end: int) -> bool:
    """Whether `text[start:end]`, in these words, is what a page says of itself."""
    return len(said) <= _NOTICE and said[0] in _OPENERS and _FURNITURE.match(text, start, end) is not None

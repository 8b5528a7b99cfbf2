"""Rule, story, article and evidence -> their parts of the Alert document that every receiver gets."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, Protocol

from monitor.alert.pieces import most_telling
from monitor.model import Article, Document, Evidence, Level, Reason, StoryFacts, Trigger
from monitor.text import sentences

# A passage is the sentence around a match; of a longer sentence this many characters on either side are quoted.
MAX_CONTEXT = 240
# A match in every paragraph of a long text explains itself by those that show most of its terms.
MAX_PASSAGES = 12


class Rule(Protocol):
    """What an alert needs to know of a watch rule."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def level(self) -> Level: ...
    @property
    def tags(self) -> tuple[str, ...]: ...
    @property
    def novelty(self) -> str: ...
    @property
    def trigger(self) -> Trigger | None: ...


def about_rule(rule: Rule) -> dict[str, Any]:
    """The `rule` of a document."""
    return {"id": rule.id, "title": rule.title, "level": rule.level, "tags": list(rule.tags), "version": rule.version}


def about_story(story: StoryFacts) -> dict[str, Any]:
    """The `story` of a document."""
    return {
        "id": story.id,
        "title": story.title,
        "first_seen": story.first_seen.isoformat(timespec="seconds"),
        "articles": story.articles,
        "sources": story.sources,
    }


def about_article(article: Article, ident: int) -> dict[str, Any]:
    """The `article` of a document; `text_sha256` is over its fields as shown, one a line."""
    text = "\n".join(filter(None, (article.title, article.lede, article.body)))
    return {
        "id": ident,
        "title": article.title,
        "url": article.url,
        "source": article.source,
        "agency": article.agency,
        "published": {"value": article.published.value, "precision": article.published.precision},
        "language": article.language,
        "text_sha256": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
    }


def test_document(receiver: str, now: datetime) -> Document:
    """A marked alert that stands for no article, to try a receiver with."""
    return {
        "id": None,
        "key": f"test/{now:%Y%m%dT%H%M%SZ}",
        "reason": Reason.TEST,
        "rule": {
            "id": "monitor.test",
            "title": f"Test of {receiver}",
            "level": Level.INFO,
            "tags": ["operator"],
            "version": "",
        },
        "story": None,
        "article": None,
        "evidence": [],
        "new": [],
        "also": [],
    }


def passages(article: Article, evidence: Sequence[Evidence]) -> list[dict[str, Any]]:
    """The quoted sentences around the evidence: `{in, quote, marks: [[start, end]], term}`, in reading order.

    Marks are offsets into the quote, half open, in code points. What one term found in one sentence is one passage. Of
    many sentences the title stays, which is shown anyway, and those that show most terms.
    """
    found: dict[tuple[str, int, int, str], list[Evidence]] = {}
    spans = {name: sentences(text) for name, text in article.searchable()}
    for one in evidence:
        start, end = _around(one, spans[one.field])
        found.setdefault((one.field, start, end, one.term), []).append(one)
    return [
        {
            "in": field,
            "quote": getattr(article, field)[start:end],
            "marks": [[one.start - start, one.end - start] for one in marked],
            "term": term,
        }
        for (field, start, end, term), marked in _telling(found)
    ]


Place = tuple[str, int, int]
"""A field, and where a sentence begins and ends in it."""


def _telling(found: dict[tuple[str, int, int, str], list[Evidence]]) -> list[tuple[Any, list[Evidence]]]:
    """At most MAX_PASSAGES of what was found, in its order: whole sentences, as far as there is room."""
    if len(found) <= MAX_PASSAGES:
        return list(found.items())
    terms: dict[Place, set[str]] = {}
    for field, start, end, term in found:
        terms.setdefault((field, start, end), set()).add(term)
    kept = {place for place in terms if place[0] == "title"}
    room = MAX_PASSAGES - sum(len(terms[place]) for place in kept)
    ordered = most_telling({place: shown for place, shown in terms.items() if place not in kept}, MAX_PASSAGES)
    for place in ordered:
        if len(terms[place]) <= room:
            kept.add(place)
            room -= len(terms[place])
    best = [(key, marked) for key, marked in found.items() if key[:3] in kept]
    return best[:MAX_PASSAGES]


def _around(one: Evidence, spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The span of the sentences that hold a piece of evidence, cut where they are too long to quote."""
    first = bisect_right(spans, one.start, key=itemgetter(1))
    touched = spans[first : bisect_left(spans, one.end, key=itemgetter(0))]
    start = min([one.start, *(start for start, _ in touched)])
    end = max([one.end, *(end for _, end in touched)])
    return max(start, one.start - MAX_CONTEXT), min(end, one.end + MAX_CONTEXT)

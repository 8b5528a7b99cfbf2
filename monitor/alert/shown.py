"""Alert documents about one article -> what a message shows of them: every text one line, every link a web address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from monitor.alert.wording import EVENTS, LEVELS, REASONS, WITHDRAWN, Wording, msg
from monitor.model import Document, Reason
from monitor.plain import one_line, plain

# People read the sentences that say most; the document keeps all of them.
MAX_QUOTES = 3
# What is longer is no headline, no sentence and no link that anybody would type.
_HEADLINE, _SENTENCE, _NAME, _LINK = 250, 600, 100, 1_500
_PASSAGE = 2_000  # three times what a quoted sentence has at most
_SHORT = 120  # of a headline that is quoted below
_OTHERS = 8  # other articles by their headlines; more are counted
_LINES = 40  # new sentences, or lines of an operator alert
_ITSELF = "news-monitor"  # what an operator alert without an object is about
FOLLOWING = frozenset({Reason.NEW_FACTS, Reason.UPDATE})
"""Reasons of messages that show what is new, and not again why the rule matched."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text: `how` is "" or "mark" for matched words, "removed" and "added" for a difference."""

    text: str
    how: str = ""


@dataclass(frozen=True, slots=True)
class Other:
    """Another article of the story: `relation` in words."""

    source: str
    title: str
    url: str | None
    relation: str


@dataclass(frozen=True, slots=True)
class Change:
    """A passage that was cited and is written otherwise now, or not at all (`now` empty)."""

    before: tuple[Piece, ...]
    now: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """Why somebody gets this: the rule, how much it matters (`code` as in the model) and the reason, in words.

    `own`: it is no rule of theirs, the monitor tells of itself.
    """

    rule: str
    title: str
    code: str
    level: str
    reason: str
    own: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """What a message shows of one article, or of one event of the monitor itself (no `origin`).

    `causes` has each rule that tells of it, the one that matters most first. `following`: people know the story, so
    that `new` comes first. `copies` and `more` are sentences, as `condition` and `story` are; "" says nothing.
    """

    causes: tuple[Cause, ...]
    headline: tuple[Piece, ...]
    url: str | None
    language: str | None
    origin: str
    quotes: tuple[tuple[Piece, ...], ...]
    new: tuple[str, ...]
    others: tuple[Other, ...]
    copies: str
    more: str
    condition: str
    story: str
    changes: tuple[Change, ...]
    withdrawn: bool
    following: bool

    @property
    def title(self) -> str:
        """The headline as plain text."""
        return "".join(piece.text for piece in self.headline)

    @property
    def sentences(self) -> Iterator[str]:
        """What it says, the most telling first, for a glance."""
        cited = ("".join(piece.text for piece in quote) for quote in self.quotes)
        return (
            chain(self.new, cited)
            if self.following
            else chain([self.condition] * bool(self.condition), cited, self.new)
        )


def shown(documents: Sequence[Document], words: Wording) -> Shown:
    """Documents of one article (or a single one of none) as one thing to read."""
    ranked = sorted(documents, key=rank, reverse=True)
    first, article = ranked[0], ranked[0]["article"]
    causes = tuple(cause(one, words) for one in ranked)
    evidence = [passage for one in documents for passage in one["evidence"]]
    headline, cited = _headline(first, evidence, words)
    new = dict.fromkeys(_sentence(line) for one in documents for line in one["new"][: _LINES + 1])
    if first["reason"] == Reason.TEST:
        new[words.gettext("Messages to this receiver arrive.")] = None
    if "life" in first:
        new = dict.fromkeys(_life(first["life"], words))
    others = [other for other in first["also"] if other["relation"] != "duplicate"]
    return Shown(
        causes=causes,
        headline=headline,
        url=web_address(article["url"]) if article else None,
        language=article["language"] if article and str(article["language"]).isalpha() else None,
        origin=_origin(article, words) if article else "",
        quotes=cited,
        new=tuple(_some(list(new), _LINES, words)),
        others=tuple(_other(one, words) for one in others[:_OTHERS]),
        copies=_copies([one for one in first["also"] if one["relation"] == "duplicate"], words),
        more=words.count("and %(n)s more", "and %(n)s more", len(others) - _OTHERS) if others[_OTHERS:] else "",
        condition=next((_condition(one["condition"], words) for one in ranked if one.get("condition")), ""),
        story=_story(first["story"], words),
        changes=tuple(_change(one) for one in (first.get("correction") or {}).get("passages", ())),
        withdrawn=_withdrawn(first),
        following=all(one["reason"] in FOLLOWING for one in documents) and bool(new),
    )


def _life(life: dict[str, int], words: Wording) -> list[str]:
    """The numbers of a heartbeat, a line each; what there is none of is told where it is good news."""
    pending = words.count("%(n)s delivery pending", "%(n)s deliveries pending", life["pending"])
    failing = words.count("%(n)s failing source", "%(n)s failing sources", life["failing"])
    dead = words.count("%(n)s delivery given up", "%(n)s deliveries given up", life["dead"])
    late = words.count(
        "%(n)s alert found missing and sent late", "%(n)s alerts found missing and sent late", life["late"]
    )
    return [
        words.count("%(n)s healthy source", "%(n)s healthy sources", life["sources"] - life["failing"]),
        *([failing] * bool(life["failing"])),
        words.count("%(n)s article since yesterday", "%(n)s articles since yesterday", life["articles"]),
        words.count("%(n)s alert since yesterday", "%(n)s alerts since yesterday", life["alerts"]),
        pending if life["pending"] else words.gettext("nothing pending"),
        *([dead] * bool(life["dead"])),
        *([late] * bool(life["late"])),
    ]


def _sentence(text: str) -> str:
    """A sentence as one line; what nobody could read is cut before it is cleaned."""
    return one_line(text[: 4 * _SENTENCE], limit=_SENTENCE)


def rank(document: Document) -> int:
    """How much an alert matters."""
    return list(LEVELS).index(document["rule"]["level"])


def cause(document: Document, words: Wording) -> Cause:
    """Why somebody gets an alert, in words."""
    rule = document["rule"]
    reason = WITHDRAWN if _withdrawn(document) else REASONS[document["reason"]]
    title = one_line(rule["title"], limit=_NAME) or rule["id"]
    own = document["reason"] in (Reason.OPERATOR, Reason.TEST)
    return Cause(rule["id"], title, rule["level"], words.say(LEVELS[rule["level"]]), words.say(reason), own)


def _withdrawn(document: Document) -> bool:
    return (document.get("correction") or {}).get("kind") == "withdrawn"


def _event(document: Document, words: Wording) -> str:
    """What happened, where no article tells it: to the monitor, or to what a rule watches for."""
    rule = document["rule"]
    if rule["id"] in EVENTS:
        return words.say(EVENTS[rule["id"]])
    if document["reason"] == Reason.TEST:
        receiver = rule["title"].removeprefix("Test of ")
        return words.gettext("test of %(receiver)s", receiver=receiver)
    return rule["title"] if document["reason"] == Reason.OPERATOR else words.say(REASONS[document["reason"]])


def headline_of(document: Document, words: Wording) -> str:
    """The headline of an article; without one what a document is about."""
    article = document["article"]
    if article:
        return one_line(article["title"] or "", limit=_HEADLINE) or words.gettext("untitled")
    event = one_line(_event(document, words), limit=_HEADLINE)
    about = one_line(document.get("about") or "", limit=_HEADLINE)
    if about in ("", _ITSELF):
        return event[:1].upper() + event[1:]
    return words.gettext("%(about)s: %(event)s", about=about, event=event)


def _headline(
    document: Document, evidence: list[dict[str, Any]], words: Wording
) -> tuple[tuple[Piece, ...], tuple[tuple[Piece, ...], ...]]:
    """The headline with its matched words marked, and the quotations that do not repeat it.

    A headline that was made of the first sentence is cut where that sentence is quoted as a whole.
    """
    article, headline = document["article"], headline_of(document, words)
    cited = quotes({"evidence": [passage for passage in evidence if passage["in"] != "title"]})
    marks = [mark for passage in evidence if passage["in"] == "title" for mark in passage["marks"]]
    if not article or headline != article["title"]:
        marks = []
    for index, (quote, found) in enumerate(cited):
        line = one_line(quote, limit=len(quote))
        if line == headline:
            pieces, rest = _pieces(quote, found), cited[:index] + cited[index + 1 :]
            return pieces, tuple(_pieces(*one) for one in rest)
        if line.startswith(headline.removesuffix("…")):
            headline, marks = one_line(headline, limit=_SHORT), []
    return _pieces(headline, marks), tuple(_pieces(*one) for one in cited)


def _origin(article: dict[str, Any], words: Wording) -> str:
    """Who published it and when, as far as that is known."""
    named = list(dict.fromkeys(one_line(one, limit=_NAME) for one in (article["source"], article["agency"]) if one))
    return ", ".join([*named, words.published(article["published"])])


def web_address(url: str | None) -> str | None:
    """A web address that can be shown and followed; any other scheme may run something where it is clicked."""
    if not url or len(url) > _LINK or not url.isprintable() or " " in url or plain(url) != url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def _other(one: dict[str, Any], words: Wording) -> Other:
    relation = words.say(msg("another version") if one["relation"] == "update" else msg("same story"))
    title, source = one_line(one["title"] or "", limit=_HEADLINE), one_line(one["source"] or "", limit=_NAME)
    return Other(source, title or words.gettext("untitled"), web_address(one["url"]), relation)


def _copies(copies: Sequence[dict[str, Any]], words: Wording) -> str:
    names = list(dict.fromkeys(one_line(one["source"] or one["title"] or "", limit=_NAME) for one in copies))
    if not names:
        return ""
    counted = words.count("%(n)s copy", "%(n)s copies", len(copies))
    return words.gettext("%(copies)s: %(names)s", copies=counted, names=words.listed(_some(names, _OTHERS, words)))


def _some(lines: list[str], most: int, words: Wording) -> list[str]:
    rest = len(lines) - most
    return lines if rest <= 0 else [*lines[:most], words.count("%(n)s other", "%(n)s others", rest)]


def _story(story: dict[str, Any] | None, words: Wording) -> str:
    """How far a story has come, once there is more than this article."""
    if not story or story["articles"] <= 1:
        return ""
    return words.gettext(
        "Story since %(since)s: %(articles)s from %(sources)s",
        since=words.moment(datetime.fromisoformat(story["first_seen"])),
        articles=words.count("%(n)s article", "%(n)s articles", story["articles"]),
        sources=words.count("%(n)s source", "%(n)s sources", story["sources"]),
    )


def _condition(facts: dict[str, Any], words: Wording) -> str:
    """The facts of a condition over time as one sentence."""
    named = [one_line(one, limit=_NAME) for one in facts.get("sources") or facts.get("actors") or ()]
    match facts["kind"]:
        case "sources":
            count = words.count("%(n)s independent source", "%(n)s independent sources", len(named))
            shape, values = msg("%(count)s within %(within)s: %(names)s."), {"count": count}
        case "first-mention":
            shape, values = msg("%(names)s: mentioned together for the first time in %(within)s."), {}
        case "spike":
            count = words.count("%(n)s article", "%(n)s articles", facts["articles"])
            shape = msg("%(count)s within %(within)s, against %(usual)s usually (mean of %(against)s).")
            values = {"count": count, "usual": words.number(facts["usual"]), "against": words.span(facts["against"])}
        case "quiet":
            shape = msg("No article has matched since %(since)s, for more than %(after)s.")
            values = {
                "since": words.moment(datetime.fromisoformat(facts["since"])),
                "after": words.span(facts["after"]),
            }
        case _:
            return ""
    within = words.span(facts["within"]) if "within" in facts else ""
    return words.say(shape, names=words.listed(_some(named, _OTHERS, words)), within=within, **values)


def _change(passage: dict[str, Any]) -> Change:
    """Both sides of a difference, each with its own words marked."""
    before, now = passage["before"], passage["after"]
    if now is None:
        return Change((Piece(one_line(before, limit=_SENTENCE), "removed"),), ())
    parts = [(how, _spaced(text)) for how, text in passage.get("diff") or [["removed", before], ["added", now]]]
    old = [Piece(text, "removed" if how == "removed" else "") for how, text in parts if how != "added"]
    new = [Piece(text, "added" if how == "added" else "") for how, text in parts if how != "removed"]
    return Change(_readable(old), _readable(new))


def quotes(alert: Document) -> list[tuple[str, list[list[int]]]]:
    """The sentences to show, each once with all its marks: those with most of the rule's terms, in reading order."""
    marks: dict[str, list[list[int]]] = {}
    terms: dict[str, set[str]] = {}
    for passage in alert["evidence"]:
        marks.setdefault(passage["quote"], []).extend(passage["marks"])
        terms.setdefault(passage["quote"], set()).add(passage["term"])
    best = sorted(terms, key=lambda quote: -len(terms[quote]))[:MAX_QUOTES]
    return [(quote, marks[quote]) for quote in marks if quote in best]


def _pieces(quote: str, marks: Sequence[Sequence[int]]) -> tuple[Piece, ...]:
    """A text cut at its marks."""
    at, parts = 0, []
    for start, end in merged(marks):
        parts += [Piece(_spaced(quote[at:start])), Piece(_spaced(quote[start:end]), "mark")]
        at = end
    return _readable([*parts, Piece(_spaced(quote[at:]))])


def _readable(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Pieces that hold something, up to a length that somebody would read."""
    kept, left = [], _PASSAGE
    for piece in pieces:
        if piece.text and left > 0:
            kept.append(piece if len(piece.text) <= left else Piece(f"{piece.text[:left]}…", piece.how))
            left -= len(piece.text)
    return tuple(kept)


def _spaced(text: str) -> str:
    """A part of a line: white space of any kind and length is one space."""
    return re.sub(r"\s+", " ", plain(text))


def merged(marks: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Marks in order, overlapping ones joined."""
    found: list[tuple[int, int]] = []
    for start, end in sorted((mark[0], mark[1]) for mark in marks):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found

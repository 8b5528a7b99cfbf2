"""Alert documents about one article -> what a message shows of them: every text one line, every link a web address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from monitor.alert.message.telling import NAME, NAMES, condition, some, told
from monitor.alert.message.wording import EVENTS, KINDS, LEVELS, REASONS, WITHDRAWN, Wording, msg
from monitor.alert.pieces import MAX_QUOTES, SENTENCE, Change, Piece, changed, pieces, quotes
from monitor.model import Document, Reason
from monitor.plain import one_line, plain

# What is longer is no headline and no link that anybody would type.
_HEADLINE, _LINK = 250, 1_500
_SHORT = 120  # of a headline that is quoted below
_OTHERS = 8  # other articles by their headlines; more are counted
NEW = 40
"""New sentences of an article, or lines of an operator alert; more are counted."""

_ITSELF = "news-monitor"  # what an operator alert without an object is about
FOLLOWING = frozenset({Reason.NEW_FACTS, Reason.UPDATE})
"""Reasons of messages that show what is new, and not again why the rule matched."""

_KNOWN = FOLLOWING | {Reason.CORRECTION}


@dataclass(frozen=True, slots=True)
class Other:
    """Another article of the story: `relation` in words, `copies` a sentence on those that carry the same text."""

    source: str
    title: str
    url: str | None
    relation: str
    copies: str = ""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why somebody gets this: the rule, how much it matters (`code` as in the model), the reason, in words.

    `kind` names what is no plain news (a correction, a reminder, a spike, ..), else ""; `corrects`: a correction or a
    withdrawal. `own`: it is no rule of theirs, the monitor tells of itself.
    """

    rule: str
    title: str
    code: str
    level: str
    kind: str
    corrects: bool
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
    following: bool

    @property
    def kind(self) -> str:
        """What it is to all who get it where it is no plain news, else ""."""
        kinds = {one.kind for one in self.causes}
        return kinds.pop() if len(kinds) == 1 else ""

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


def shown(documents: Sequence[Document], words: Wording, most: int = MAX_QUOTES, news: int = NEW) -> Shown:
    """Documents of one article (or a single one of none) as one thing to read: so many quotations and new sentences.

    Each sentence stands once: what a correction cites is no quotation and not new as well.
    """
    ranked = sorted(documents, key=rank, reverse=True)
    first, article = ranked[0], ranked[0]["article"]
    corrections = {(each["before"], each["after"]): each for one in documents for each in _corrected(one)}
    now = {_sentence(each["after"] or "") for each in corrections.values()}
    evidence = [each for one in documents for each in one["evidence"]]
    evidence = [each for each in evidence if each["in"] == "title" or _sentence(each["quote"]) not in now]
    headline, cited = _headline(first, evidence, words, most)
    new = dict.fromkeys(each for one in documents for each in map(_sentence, one["new"]) if each not in now)
    following = all(one["reason"] in _KNOWN for one in documents) and bool(new or corrections)
    if (lines := _own(first, words)) is not None:
        new = dict.fromkeys(lines)
    else:
        new = _not_said(new, headline, () if following else cited)
    texts = _texts(first["also"])
    copies = [text for text in texts if text[0]["relation"] == "duplicate"]
    others = [text for text in texts if text[0]["relation"] != "duplicate"]
    return Shown(
        causes=tuple(cause(one, words) for one in ranked),
        headline=headline,
        url=web_address(article["url"]) if article else None,
        language=article["language"] if article and str(article["language"]).isalpha() else None,
        origin=origin_of(article, words) if article else "",
        quotes=cited,
        new=tuple(some(list(new), news, words)),
        others=tuple(_other(text, words) for text in others[:_OTHERS]),
        copies=_copies([one for text in copies for one in text], sum(1 + _further(text) for text in copies), words),
        more=words.count("and %(n)s more", "and %(n)s more", len(others) - _OTHERS) if others[_OTHERS:] else "",
        condition=next((condition(one["condition"], words) for one in ranked if one.get("condition")), ""),
        story=_story(first["story"], words),
        changes=tuple(map(changed, corrections.values())),
        following=following,
    )


def _own(document: Document, words: Wording) -> list[str] | None:
    """What the monitor says of itself; None where it says nothing, or in its own words."""
    if document["reason"] == Reason.TEST:
        return [words.gettext("Messages to this receiver arrive.")]
    return told(document, words)


def _not_said(new: dict[str, None], headline: Sequence[Piece], cited: Sequence[Sequence[Piece]]) -> dict[str, None]:
    """What is new besides what is cited; the headline, which stands above, is news only where nothing else is."""
    texts = [_sentence("".join(piece.text for piece in parts)) for parts in (headline, *cited)]
    left = dict.fromkeys(one for one in new if one not in texts[1:])
    return dict.fromkeys(one for one in left if one != texts[0]) or left


def _corrected(document: Document) -> Sequence[dict[str, Any]]:
    passages: Sequence[dict[str, Any]] = (document.get("correction") or {}).get("passages", ())
    return passages


def _sentence(text: str) -> str:
    """A sentence as one line; what nobody could read is cut before it is cleaned."""
    return one_line(text[: 4 * SENTENCE], limit=SENTENCE)


def rank(document: Document) -> int:
    """How much an alert matters."""
    return list(LEVELS).index(document["rule"]["level"])


def cause(document: Document, words: Wording) -> Cause:
    """Why somebody gets an alert, in words."""
    rule = document["rule"]
    kind, reason = KINDS.get(document["reason"], ""), REASONS[document["reason"]]
    if _withdrawn(document):
        kind, reason = WITHDRAWN
    title = one_line(rule["title"], limit=NAME) or rule["id"]
    own = document["reason"] in (Reason.OPERATOR, Reason.TEST)
    level, corrects = words.say(LEVELS[rule["level"]]), document["reason"] == Reason.CORRECTION
    return Cause(rule["id"], title, rule["level"], level, kind and words.say(kind), corrects, words.say(reason), own)


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
    event, about = one_line(_event(document, words), limit=_HEADLINE), document.get("about") or ""
    if document["reason"] not in (Reason.OPERATOR, Reason.TEST):
        about = document["rule"]["title"]
    about = one_line(about, limit=_HEADLINE)
    if about in ("", _ITSELF):
        return event[:1].upper() + event[1:]
    return words.gettext("%(about)s: %(event)s", about=about, event=event)


def _headline(
    document: Document, evidence: list[dict[str, Any]], words: Wording, most: int
) -> tuple[tuple[Piece, ...], tuple[tuple[Piece, ...], ...]]:
    """The headline with its matched words marked, and at most so many quotations that do not repeat it.

    A headline that was made of the first sentence is cut where that sentence is quoted as a whole.
    """
    article, headline = document["article"], headline_of(document, words)
    said = [passage for passage in evidence if passage["in"] != "title"]
    marks = [mark for passage in evidence if passage["in"] == "title" for mark in passage["marks"]]
    if not article or headline != article["title"]:
        marks = []
    for quote, found in quotes(said):
        if one_line(quote, limit=len(quote)) == headline:
            rest = quotes((passage for passage in said if passage["quote"] != quote), max(most - 1, 1))
            return pieces(quote, found), tuple(pieces(*one) for one in rest)
    cited = quotes(said, most)
    begin = headline.removesuffix("…")
    if any(one_line(quote, limit=len(quote)).startswith(begin) for quote, _ in cited):
        headline, marks = one_line(headline, limit=_SHORT), []
    return pieces(headline, marks), tuple(pieces(*one) for one in cited)


def origin_of(article: dict[str, Any], words: Wording) -> str:
    """Who published it and when, as far as that is known."""
    named = list(dict.fromkeys(one_line(one, limit=NAME) for one in (article["source"], article["agency"]) if one))
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


def _texts(also: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Other articles by the text that they carry, its original first."""
    texts: dict[Any, list[dict[str, Any]]] = {}
    for index, one in enumerate(also):  # a document of an older version of this program has no ids
        texts.setdefault(one.get("duplicate_of") or one.get("id") or f"{index}", []).append(one)
    return list(texts.values())


def _further(text: Sequence[dict[str, Any]]) -> int:
    """How many articles carry a text besides the first of those listed."""
    return max(len(text) - 1, int(text[0].get("copies", 0)))


def _other(text: Sequence[dict[str, Any]], words: Wording) -> Other:
    one, copies = text[0], _copies(text[1:], _further(text), words)
    relation = words.say(msg("another version") if one["relation"] == "update" else msg("same story"))
    title, source = one_line(one["title"] or "", limit=_HEADLINE), one_line(one["source"] or "", limit=NAME)
    return Other(source, title or words.gettext("untitled"), web_address(one["url"]), relation, copies)


def _copies(copies: Sequence[dict[str, Any]], number: int, words: Wording) -> str:
    """How many copies there are, and by whom those are that are listed."""
    if not number:
        return ""
    counted = words.count("%(n)s copy", "%(n)s copies", number)
    names = list(dict.fromkeys(one_line(one["source"] or one["title"] or "", limit=NAME) for one in copies))
    if not names:
        return counted
    rest = max(len(names) - NAMES, 0) + number - len(copies)
    named = names[:NAMES] + [words.count("%(n)s other", "%(n)s others", rest)] * bool(rest)
    return words.gettext("%(copies)s: %(names)s", copies=counted, names=words.listed(named))


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

"""A delivery -> the page that its message shows: folded by story, the stories by level, with a table of contents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from monitor.alert.message.shown import NEW, Cause, Shown, cause, headline_of, origin_of, rank, shown, web_address
from monitor.alert.message.wording import LEVELS, Wording, msg, pair
from monitor.alert.pieces import MAX_QUOTES
from monitor.model import Delivery, DeliveryKind, Document, Reason
from monitor.plain import one_line

SUBJECT = 110
"""Characters of a subject that most mail programs show on a wide screen."""

_URGENT = ("high", "critical")
_TITLE = 160  # characters of the name of a story
_RULE = 36  # of the name of a rule in a subject, which headlines need more
_RULES = 12  # that the end of a message names
_SOME_NEW = 10  # new sentences of one article among others


class Room(NamedTuple):
    """How much of a message is shown whole: its `stories`, `articles` of each of several, those of one that is `alone`.

    Of what is left there are `lines`, one for each article; what has not even a line is counted.
    """

    stories: int
    articles: int
    alone: int
    lines: int


ROOMS = (
    Room(60, 6, 60, 300),
    Room(60, 3, 30, 300),
    Room(60, 1, 20, 300),
    Room(30, 1, 15, 300),
    Room(15, 1, 12, 300),
    Room(10, 1, 8, 240),
    Room(5, 1, 5, 200),
    Room(3, 1, 3, 160),
    Room(2, 1, 2, 120),
    Room(1, 1, 1, 60),
    Room(1, 1, 1, 20),
    Room(1, 1, 1, 5),
    Room(1, 1, 1, 0),
)
"""From the most that anybody reads in a mail to what always fits: the first in which a message is not too large."""


@dataclass(frozen=True, slots=True)
class Line:
    """An article by its headline, which says what is no plain news; `alerts` are told of it."""

    title: str
    url: str | None
    origin: str
    alerts: int


@dataclass(frozen=True, slots=True)
class Block:
    """One story, or one event of the monitor: its articles, or only their headlines (`lines`).

    Where it is no plain news, its `heading` says so before its title.
    """

    number: int
    title: str
    heading: str
    level: str
    note: str
    entries: tuple[Shown, ...]
    lines: tuple[Line, ...]

    @property
    def alerts(self) -> int:
        """How many alerts it tells."""
        return sum(len(one.causes) for one in self.entries) + sum(one.alerts for one in self.lines)


@dataclass(frozen=True, slots=True)
class Section:
    """The stories of one level (`code` as in the model, "" for the monitor itself) under its heading."""

    code: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What one message shows. `single` is a message of one story, which needs no contents.

    `brief` are stories of which there are headlines only, `more` counts the alerts beyond; `counted` says of what
    nobody is told one by one. `causes` has each rule once, that of the alert that matters most first (the first of
    equals): of a single story `rule` and `key` are of that one, as its subject is, else `rule` is the only one ("RULE"
    of several). `glance` is for a list of mails.
    """

    kind: DeliveryKind
    subject: str
    glance: str
    title: str
    intro: str
    single: bool
    sections: tuple[Section, ...]
    brief: tuple[Block, ...]
    more: str
    counted: str
    causes: tuple[Cause, ...]
    rule: str
    key: str


def lay_out(delivery: Delivery, words: Wording, room: Room = ROOMS[0]) -> Page:
    """The page of a delivery, in so much room."""
    stories = _stories(delivery.alerts)
    single = delivery.kind is DeliveryKind.GROUP and len(stories) == 1
    blocks, brief = _blocks(stories, words, room, single=single)
    left = len(delivery.alerts) - sum(block.alerts for block in [*blocks, *brief])
    rules: dict[Any, Document] = {}
    for one in sorted(delivery.alerts, key=rank, reverse=True):
        rules.setdefault((one["rule"]["id"], one["rule"]["level"]), one)
    causes = [cause(one, words) for one in list(rules.values())[:_RULES]]
    first = next(iter(rules.values()))
    title = blocks[0].title if single else _title(delivery, stories, words)
    return Page(
        kind=delivery.kind,
        subject=_subject(delivery, blocks[0], causes[0], title, words)
        if single
        else _gathered(blocks[0], title, words),
        glance=_glance(blocks[0]) if single else "; ".join(block.heading for block in blocks[:3]),
        title=title,
        intro=_intro(delivery.kind, left, words),
        single=single,
        sections=_sections(blocks, words),
        brief=tuple(brief),
        more=words.count("and %(n)s more alert", "and %(n)s more alerts", left) if left else "",
        counted=_counted(delivery.counted, words),
        causes=tuple(causes),
        rule=first["rule"]["id"] if single or len({one.rule for one in causes}) == 1 else "RULE",
        key=(first["key"] or "") if single else "",
    )


Story = Sequence[Document]
"""The alerts of one story, or a single one of the monitor itself, in the order in which they came."""


def _stories(alerts: Sequence[Document]) -> list[Story]:
    """Alerts by story, those that matter most first, else in the order in which they came."""
    stories: dict[Any, list[Document]] = {}
    for index, one in enumerate(alerts):
        stories.setdefault(one["story"]["id"] if one["story"] else index, []).append(one)
    return sorted(stories.values(), key=lambda story: -max(map(rank, story)))


def _headline(story: Story, words: Wording) -> str:
    """What a story is called, the same as long as it goes on."""
    about = story[-1]["story"]
    return one_line((about or {}).get("title") or "", limit=_TITLE) or headline_of(story[-1], words)


def _kind(causes: Sequence[Cause]) -> str:
    """What a story is to its readers: a correction if it has one, else what all that is told of it is."""
    corrections = [one.kind for one in causes if one.corrects]
    kinds = {one.kind for one in causes}
    return corrections[-1] if corrections else kinds.pop() if len(kinds) == 1 else ""


def _heading(title: str, kind: str, words: Wording) -> str:
    return words.gettext("%(about)s: %(event)s", about=kind, event=title) if kind else title


def _blocks(stories: Sequence[Story], words: Wording, room: Room, *, single: bool) -> tuple[list[Block], list[Block]]:
    """The first stories whole, the rest by their headlines, as far as there is room for them."""
    blocks: list[Block] = []
    lines, most = room.lines, room.alone if len(stories) == 1 else room.articles
    for number, story in enumerate(stories, 1):
        if number > room.stories and not lines:
            break
        blocks.append(_block(number, story, words, (most if number <= room.stories else 0, lines), single=single))
        lines -= len(blocks[-1].lines)
    return blocks[: room.stories], blocks[room.stories :]


def _block(number: int, alerts: Story, words: Wording, most: tuple[int, int], *, single: bool) -> Block:
    """One story, with at most so many articles and further headlines; among others each article has one quote.

    What two rules tell of one article is shown once.
    """
    articles: dict[Any, list[Document]] = {}
    for index, one in enumerate(alerts):
        articles.setdefault(one["article"]["id"] if one["article"] else index, []).append(one)
    groups = list(articles.values())
    whole = _whole(groups, most[0])
    quoted, new = MAX_QUOTES if single else 1, NEW if single and len(whole) == 1 else _SOME_NEW
    entries = [shown(groups[index], words, quoted, new) for index in whole]
    if not single:
        entries = [replace(one, others=(), more="") for one in entries]
    # The story is told once, as far as it has come.
    entries = [*(replace(one, story="", others=(), more="", copies="") for one in entries[:-1]), *entries[-1:]]
    rest = [group for index, group in enumerate(groups) if index not in whole]
    title, kind = _headline(alerts, words), _kind([cause(one, words) for one in alerts])
    return Block(
        number,
        title,
        _heading(title, kind, words),
        max(alerts, key=rank)["rule"]["level"],
        words.count("%(n)s alert", "%(n)s alerts", len(alerts)) if len(alerts) > 1 else "",
        tuple(entries),
        tuple(_line(group, words) for group in rest[: most[1]]),
    )


def _whole(groups: Sequence[Sequence[Document]], most: int) -> list[int]:
    """Which articles to show whole: that with which the story began, corrections, then the newest, in their order.

    Who reads digests only has never seen the first one.
    """

    def worth(index: int) -> tuple[bool, bool, int]:
        return index == 0, any(one["reason"] == Reason.CORRECTION for one in groups[index]), index

    return sorted(sorted(range(len(groups)), key=worth, reverse=True)[:most])


def _line(alerts: Sequence[Document], words: Wording) -> Line:
    """An article by its headline."""
    article, kind = alerts[-1]["article"], _kind([cause(one, words) for one in alerts])
    title = _heading(headline_of(alerts[-1], words), kind, words)
    if not article:
        return Line(title, None, "", len(alerts))
    return Line(title, web_address(article["url"]), origin_of(article, words), len(alerts))


def _sections(blocks: Sequence[Block], words: Wording) -> tuple[Section, ...]:
    found = []
    for code, level in reversed(LEVELS.items()):
        if of_level := [block for block in blocks if block.level == code]:
            found.append(Section(code, words.gettext("Level: %(level)s", level=words.say(level)), tuple(of_level)))
    return tuple(found)


_TITLES = {
    DeliveryKind.GROUP: msg("%(count)s"),
    DeliveryKind.DIGEST: msg("Digest: %(count)s"),
    DeliveryKind.SUMMARY: msg("After your quiet hours: %(count)s"),
    DeliveryKind.SPILL: msg("In one message: %(count)s"),
}
_INTROS = {
    DeliveryKind.GROUP: "",
    DeliveryKind.DIGEST: "",
    DeliveryKind.SUMMARY: msg("These alerts were kept back during your quiet hours."),
    DeliveryKind.SPILL: msg("Your limit of messages was reached, so the alerts that followed are gathered here."),
}


def _intro(kind: DeliveryKind, left: int, words: Wording) -> str:
    """Why these alerts come together, and whether all of them are here."""
    missing = pair(
        "There was no room for %(n)s of them; the end of this message says where to find it.",
        "There was no room for %(n)s of them; the end of this message says where to find them.",
    )
    return " ".join(filter(None, (words.say(_INTROS[kind]), words.count(*missing, left) if left else "")))


_UNTOLD = {
    "nothing-new": pair("%(n)s article with nothing new", "%(n)s articles with nothing new"),
    "duplicate": pair("%(n)s copy", "%(n)s copies"),
    "silence": pair("%(n)s silenced alert", "%(n)s silenced alerts"),
    "inhibition": pair("%(n)s alert hidden by a more important one", "%(n)s alerts hidden by more important ones"),
}


def _subject(delivery: Delivery, story: Block, first: Cause, title: str, words: Wording) -> str:
    """What is at stake, then whose rule it is. It stays the same but for "Re:", so that mail programs keep the thread.

    Only what must not be taken for news says so: readers look for the first mail of a story by its subject.
    """
    known = {one["reason"] for one in delivery.alerts}
    if known & {Reason.OPERATOR, Reason.TEST}:
        name = words.gettext("News monitor")
        if first.rule == "monitor.heartbeat":  # that one glance is enough, which is what it is for
            title = words.gettext("%(about)s: %(event)s", about=title, event=", ".join(story.entries[0].new))
        return _cut(f"{_urgent(story, words)}{name} - {title}")
    again = known <= {Reason.NEW_FACTS, Reason.UPDATE, Reason.EVERY, Reason.REPEAT}
    begin = f"{'Re: ' if again else ''}{_urgent(story, words)}"
    if known & {Reason.CORRECTION, Reason.LATE, Reason.SPIKE}:
        title = story.heading
    rules = len({one.rule for entry in story.entries for one in entry.causes})
    end = f" - {_cut(first.title, _RULE)}" + (f" (+{rules - 1})" if rules > 1 else "")
    if not delivery.alerts[-1]["article"]:  # the title names the rule
        end = ""
    return begin + _cut(title, SUBJECT - len(begin) - len(end)) + end


def _gathered(first: Block, title: str, words: Wording) -> str:
    return _cut(f"{_urgent(first, words)}{title} - {first.heading}")


def _urgent(story: Block, words: Wording) -> str:
    return f"[{words.say(LEVELS[story.level]).upper()}] " if story.level in _URGENT else ""


def _cut(text: str, limit: int = SUBJECT) -> str:
    """One line, cut behind a word where it is too long; behind a letter where its words have no end."""
    line = one_line(text, limit=limit)
    behind = line.rfind(" ", limit // 2)
    return f"{line[:behind].rstrip(' ,;:.-')}…" if len(line) == limit and line[-1] == "…" and behind > 0 else line


def _title(delivery: Delivery, stories: Sequence[Story], words: Wording) -> str:
    """How many alerts, on how many stories; what the monitor tells of itself is no story."""
    count = words.count("%(n)s alert", "%(n)s alerts", len(delivery.alerts))
    number = sum(one["reason"] == Reason.CORRECTION for one in delivery.alerts)
    corrections = words.count("%(n)s correction", "%(n)s corrections", number)
    if number == len(delivery.alerts):
        count = corrections
    if told := sum(story[0]["article"] is not None for story in stories):
        on = words.count("%(n)s story", "%(n)s stories", told)
        count = words.gettext("%(alerts)s on %(stories)s", alerts=count, stories=on)
    if 0 < number < len(delivery.alerts):
        count = words.gettext("%(alerts)s, including %(corrections)s", alerts=count, corrections=corrections)
    return words.say(_TITLES[delivery.kind], count=count)


def _counted(counted: Mapping[str, int], words: Wording) -> str:
    """Of how many alerts nobody is told one by one, and why."""
    other = pair("%(n)s other", "%(n)s others")
    parts = [words.count(*_UNTOLD.get(why, other), number) for why, number in counted.items() if number]
    return words.gettext("Also: %(parts)s.", parts=words.listed(parts)) if parts else ""


def _glance(block: Block) -> str:
    """What a list of mails shows beside the subject."""
    newest = block.entries[-1]
    return next(newest.sentences, "") or newest.causes[0].reason

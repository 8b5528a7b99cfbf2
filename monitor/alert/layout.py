"""A delivery -> the page that its message shows: folded by story, the stories by level, with a table of contents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from monitor.alert.pieces import MAX_QUOTES
from monitor.alert.shown import Cause, Shown, cause, headline_of, rank, shown, web_address
from monitor.alert.wording import LEVELS, Wording, msg, pair
from monitor.model import Delivery, DeliveryKind, Document, Reason
from monitor.plain import one_line

SUBJECT = 110
"""Characters of a subject that most mail programs show on a wide screen."""

_URGENT = ("high", "critical")
_TITLE = 160  # characters of the name of a story
_RULE = 36  # of the name of a rule in a subject, which headlines need more
_RULES = 12  # that the end of a message names
FULL = 60
"""Stories of a message that are shown whole at most."""

_BRIEF = 300  # more are shown by their headlines; the rest is counted
_ENTRIES, _WHOLE = 6, 20  # articles of one story, where there are others and where it is alone
_NEW = 10  # new sentences of one article among others


@dataclass(frozen=True, slots=True)
class Block:
    """One story, or one event of the monitor: what is shown of each article, and how many more there are.

    Where it is no plain news, its `heading` says so before its title.
    """

    number: int
    title: str
    heading: str
    level: str
    note: str
    entries: tuple[Shown, ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A story by its headline only."""

    number: int
    title: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Section:
    """The stories of one level (`code` as in the model, "" for the monitor itself) under its heading."""

    code: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What one message shows. `single` is a message of one story, which needs no contents.

    `brief` are stories by their headlines, `more` counts those beyond; `counted` says of what nobody is told one by
    one. `causes` has each rule once, that of the alert that matters most first (the first of equals): of a single story
    `rule` and `key` are of that one, as its subject is, else `rule` is the only one ("RULE" of several). `glance` is
    for a list of mails.
    """

    kind: DeliveryKind
    subject: str
    glance: str
    title: str
    intro: str
    single: bool
    sections: tuple[Section, ...]
    brief: tuple[Line, ...]
    more: str
    counted: str
    causes: tuple[Cause, ...]
    rule: str
    key: str


def lay_out(delivery: Delivery, words: Wording, full: int = FULL) -> Page:
    """The page of a delivery, with at most `full` stories shown whole, but at least one."""
    stories = _stories(delivery.alerts)
    single = delivery.kind is DeliveryKind.GROUP and len(stories) == 1
    blocks = [_block(number, one, words, single=single) for number, one in enumerate(stories[: max(full, 1)], 1)]
    rest = stories[len(blocks) :]
    brief = [_line(number, one, words) for number, one in enumerate(rest[: _BRIEF * full // FULL], len(blocks) + 1)]
    uncounted = len(rest) - len(brief)
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
        intro=words.say(_INTROS[delivery.kind]),
        single=single,
        sections=_sections(blocks, words),
        brief=tuple(brief),
        more=words.count("and %(n)s more story", "and %(n)s more stories", uncounted) if uncounted else "",
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


def _line(number: int, story: Story, words: Wording) -> Line:
    article = story[-1]["article"]
    heading = _heading(_headline(story, words), _kind([cause(one, words) for one in story]), words)
    return Line(number, heading, web_address(article["url"]) if article else None)


def _kind(causes: Sequence[Cause]) -> str:
    """What a story is to its readers: a correction if it has one, else what all that is told of it is."""
    corrections = [one.kind for one in causes if one.corrects]
    kinds = {one.kind for one in causes}
    return corrections[-1] if corrections else kinds.pop() if len(kinds) == 1 else ""


def _heading(title: str, kind: str, words: Wording) -> str:
    return words.gettext("%(about)s: %(event)s", about=kind, event=title) if kind else title


def _block(number: int, alerts: Story, words: Wording, *, single: bool) -> Block:
    """One story; what two rules tell of one article is shown once. Among other stories each article has one quote."""
    articles: dict[Any, list[Document]] = {}
    for index, one in enumerate(alerts):
        about = one["article"]["id"] if one["article"] else index
        articles.setdefault((about, one["reason"] == Reason.CORRECTION), []).append(one)
    most = _WHOLE if single else _ENTRIES
    quoted = MAX_QUOTES if single else 1
    entries = [shown(group, words, quoted) for group in list(articles.values())[-most:]]
    if not single:
        entries = [replace(one, others=(), more="") for one in entries]
    if len(entries) > 1:  # the story is told once, as far as it has come
        entries = [replace(one, new=one.new[:_NEW]) for one in entries]
        entries = [*(replace(one, story="", others=(), more="", copies="") for one in entries[:-1]), entries[-1]]
    rest = len(articles) - len(entries)
    title, kind = _headline(alerts, words), _kind([cause(one, words) for one in alerts])
    return Block(
        number,
        title,
        _heading(title, kind, words),
        max(alerts, key=rank)["rule"]["level"],
        words.count("%(n)s alert", "%(n)s alerts", len(alerts)) if len(alerts) > 1 else "",
        tuple(entries),
        words.count("and %(n)s earlier article", "and %(n)s earlier articles", rest) if rest else "",
    )


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
    DeliveryKind.SUMMARY: msg("These alerts were kept back during your quiet hours. None is missing."),
    DeliveryKind.SPILL: msg(
        "More alerts came than you want messages, so the others are gathered here. None is missing."
    ),
}


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

"""The facts of a condition over time, of a heartbeat or of another event of the monitor -> sentences in a language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from monitor.alert.message.wording import Wording, msg
from monitor.model import Document
from monitor.plain import one_line

NAME = 100
"""Characters of a name that anybody would use."""

NAMES = 8
"""Names in a sentence; more are counted."""

_ANSWER = 300  # characters of what a server, a template or a file says, which stays in its own words
_CHECK = "news-monitor check"
Facts = Mapping[str, Any]


def some(lines: list[str], most: int, words: Wording) -> list[str]:
    """The first of many lines or names, and how many more there are."""
    rest = len(lines) - most
    return lines if rest <= 0 else [*lines[:most], words.count("%(n)s other", "%(n)s others", rest)]


# ---- Conditions over time ----


def condition(facts: Facts, words: Wording) -> str:
    """The facts of a condition over time as one sentence; "" for a kind that nobody knows."""
    named = [
        one_line(one, limit=NAME) for one in facts.get("sources") or facts.get("names") or facts.get("actors") or ()
    ]
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
            values = {"since": _moment(facts["since"], words), "after": words.span(facts["after"])}
        case _:
            return ""
    within = words.span(facts["within"]) if "within" in facts else ""
    return words.say(shape, names=words.listed(some(named, NAMES, words)), within=within, **values)


def _moment(written: str, words: Wording) -> str:
    return words.moment(datetime.fromisoformat(written))


# ---- The monitor itself ----


def told(document: Document, words: Wording) -> list[str] | None:
    """What an alert of the monitor itself says, a clean line each; None where its document has no facts for that."""
    if "life" in document:
        return _life(document["life"], words)
    facts = document.get("facts")
    tell = _EVENTS.get(document["rule"]["id"].removeprefix("monitor."))
    if facts is None or tell is None:
        return None
    try:
        return list(tell({**facts, "about": one_line(document.get("about") or "", limit=NAME)}, words))
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
    ):  # facts of another version of this program: its lines still say it
        return None


def _life(life: Mapping[str, int], words: Wording) -> list[str]:
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


def _sources(facts: Facts, words: Wording) -> Iterator[str]:
    """`{sources: [{name, kind, ..}], more}`, each with what ails it."""
    for one in facts["sources"]:
        yield words.gettext("%(about)s: %(event)s", about=one_line(one["name"], limit=NAME), event=_ailment(one, words))
    if facts.get("more"):
        yield words.count("and %(n)s more", "and %(n)s more", facts["more"])


def _ailment(source: Facts, words: Wording) -> str:
    match source["kind"]:
        case "well":
            said = words.gettext("works again")
        case "failed":
            said = _quoted(source["answer"], words)
            if source["times"] > 1:
                times = words.count("failed %(n)s time", "failed %(n)s times in a row", source["times"])
                said = words.gettext("%(about)s: %(event)s", about=times, event=said)
        case "quiet":
            said = words.gettext("gone quiet, nothing new since %(since)s", since=_moment(source["since"], words))
        case "frozen":
            since = words.day(datetime.fromisoformat(source["since"]))
            said = words.gettext("frozen, the same items since %(since)s", since=since)
        case "changed":
            said = words.listed([_difference(one, words) for one in source["changes"]])
        case "dates":
            wrong, dated = words.number(source["wrong"]), words.number(source["dated"])
            said = words.gettext("wrong dates, %(wrong)s of %(dated)s cannot be true", wrong=wrong, dated=dated)
        case kind:
            raise ValueError(kind)
    return said


def _difference(change: Sequence[str], words: Wording) -> str:
    what, old, new = (one_line(one, limit=NAME) for one in change)
    if what == "language":
        old, new = words.tongue(old), words.tongue(new)
        return words.gettext("the language changed from %(old)s to %(new)s", old=old, new=new)
    return words.gettext("the encoding changed from %(old)s to %(new)s", old=old, new=new)


def _reload(facts: Facts, words: Wording) -> Iterator[str]:
    """`{problems: ["FILE:LINE:COLUMN: message"], more, stored}`."""
    if facts.get("stored"):
        since = _moment(facts["stored"], words)
        yield words.gettext("Started with the rules that were live since %(since)s.", since=since)
    yield from (one_line(problem, limit=_ANSWER) for problem in facts.get("problems", ()))
    if facts.get("more"):
        more = words.count("and %(n)s more", "and %(n)s more", facts["more"])
        yield words.gettext("%(about)s: %(event)s", about=more, event=_CHECK)


def _missing(facts: Facts, words: Wording) -> Iterator[str]:
    """`{waiting}`."""
    yield words.count(
        "%(n)s delivery waits, and is sent when a receiver of this name is configured again.",
        "%(n)s deliveries wait, and are sent when a receiver of this name is configured again.",
        facts["waiting"],
    )


def _disabled(facts: Facts, words: Wording) -> Iterator[str]:
    """`{answer}`, of the receiver's server."""
    yield words.gettext("Its answer: %(answer)s", answer=_quoted(facts["answer"], words))
    yield words.gettext(
        "To send what waits for it: %(command)s", command=f"news-monitor receivers enable {facts['about']}"
    )


def _dead(facts: Facts, words: Wording) -> Iterator[str]:
    """`{delivery, address, answer}`."""
    if facts["address"]:
        yield words.gettext("To: %(address)s", address=one_line(facts["address"], limit=_ANSWER))
    yield words.gettext("The last answer: %(answer)s", answer=_quoted(facts["answer"], words))
    command = f"news-monitor deliveries retry {facts['delivery']:d}"
    yield words.gettext("To send it again: %(command)s", command=command)


def _template(facts: Facts, words: Wording) -> Iterator[str]:
    """`{error}`."""
    yield words.gettext("What is wrong: %(error)s", error=_quoted(facts["error"], words))


def _cut(facts: Facts, words: Wording) -> Iterator[str]:
    """`{size, limit}`, in bytes."""
    size = words.count("%(n)s byte", "%(n)s bytes", facts["size"])
    limit = words.number(facts["limit"])
    yield words.gettext("The body had %(size)s, max_body allows %(limit)s.", size=size, limit=limit)


def _disk(facts: Facts, words: Wording) -> Iterator[str]:
    """`{free}`, the part of the disk."""
    yield words.gettext(
        "%(free)s of the disk is free; once it is full, nothing more is taken in.", free=words.part(facts["free"])
    )


def _queue(facts: Facts, words: Wording) -> Iterator[str]:
    """`{waiting, oldest}`."""
    waiting = words.count("%(n)s delivery waits", "%(n)s deliveries wait", facts["waiting"])
    oldest = _moment(facts["oldest"], words)
    yield words.gettext("%(waiting)s, the oldest since %(oldest)s.", waiting=waiting, oldest=oldest)


def _quoted(answer: str, words: Wording) -> str:
    """What somebody else said, in their words."""
    return words.gettext("“%(words)s”", words=one_line(answer, limit=_ANSWER))


_EVENTS = {
    "source-failing": _sources,
    "source-recovered": _sources,
    "reload-refused": _reload,
    "reload-recovered": _reload,
    "receiver-missing": _missing,
    "receiver-disabled": _disabled,
    "delivery-dead": _dead,
    "template-failed": _template,
    "message-cut": _cut,
    "disk-full": _disk,
    "queue-growing": _queue,
}

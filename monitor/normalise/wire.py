"""The paragraphs of a text -> what its head states (date, address, agency) and the paragraphs without that head."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from monitor.model import Precision, Published
from monitor.normalise.agencies import agency_in
from monitor.normalise.dates import DATE, UNKNOWN, parse

# Headers, addresses and date lines stand in the first lines; a fifth one belongs to the text.
_HEAD_LINES = 4
# Heads and tails are short: looking no further keeps every pattern linear in the length of a text.
_REACH = 2_000
_MAX_TAIL = 200
# "(Place) (Agency)" are two.
_MAX_CREDITS = 3

_CAPITAL = r"[^\W\d_a-zß-öø-ÿ]"
_NAME = rf"{_CAPITAL}[^.!?;:«»“”\"()\[\]\n]{{1,60}}"
_DESK = rf"(?:{_NAME}|[a-z]{{2,4}})"
_CLOCK = r"(?:,?\s(?:à\s|at\s)?\d{1,2}\s?[h:]\s?(?:\d{2})?(?:\s?(?:GMT|UTC|CET|CEST))?)?"
_ADDRESS = re.compile(r"https?://[^\s<>\"«»“”]+", re.IGNORECASE)
_HEADER = re.compile(rf"[Dd](?:ate|ATE)\s{{0,3}}:?\s{{0,3}}({DATE})\s*(?:[,;:|–—-](?=\s)\s*)?")
# A line with nothing but the date: "13.01.2022", "13.01.2022, Agency", "Publié le 13 janvier 2022 à 10h05".
_DATE_LINE = re.compile(
    r"(?i:(?:publié|mise? à jour|modifié|posté|published|updated|posted)(?: le| on)?\s?:?\s)?"
    rf"({DATE}){_CLOCK}(?:\s?[,|]\s?({_DESK}))?"
)
_CREDIT = re.compile(r"[(\[]([^()\[\]\n]{1,80})[)\]](?:\s*[-–—:]+(?=\s|$))?(?:\s+|$)")
_PLACE = re.compile(
    rf"({_CAPITAL}(?:[^().!?;:«»“”\"\n]|\.(?=\s\d)){{1,70}}?)\s?[(\[]([^()\[\]\n]{{1,60}})[)\]]\s*([-–—:]+)?(?:\s+|$)"
)
# What a teaser ends in, after its cut or last sentence: "... 13.01.2022, Agency", or the other way round.
_TAILS = (
    re.compile(rf"(?<=[.!?…»”\"])\s?[(\[]?({DATE}){_CLOCK}(?:\s?[,|–—-]\s?(?P<name>{_DESK}))?[)\]]?$"),
    re.compile(rf"(?:(?<=\.\.\.)|(?<=…))\s?[(\[]?(?P<name>{_NAME}),\s({DATE})[)\]]?$"),
)


@dataclass(slots=True)
class Head:
    """What the first lines of a text state, and its remaining paragraphs.

    `dates`: the most reliable first. `dateline`: the first paragraph was opened by "(Agency)" or "PLACE (Agency) -",
    so it is text and no title.
    """

    paragraphs: list[str]
    dates: list[Published] = field(default_factory=list)
    url: str | None = None
    agency: str | None = None
    dateline: bool = False
    removed: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Stated:
    """A paragraph without its dateline or tail, and what that said; `removed` is empty when there was none."""

    text: str
    removed: str = ""
    date: Published = UNKNOWN
    agency: str | None = None


def read_head(paragraphs: list[str]) -> Head:
    """Take header, address, date line and dateline off the beginning of a text."""
    head = Head([])
    taken = 0
    while taken < min(_HEAD_LINES, len(paragraphs)):
        rest = _take_line(head, paragraphs[taken])
        if rest:
            head.paragraphs = [rest, *paragraphs[taken + 1 :]]
            _take_date_line(head)
            return head
        taken += 1
    head.paragraphs = paragraphs[taken:]
    return head


def _take_date_line(head: Head) -> None:
    """Take the line with the day of publication from under the title (and the byline).

    There a day in words alone may be a heading of a chronicle ("21 janvier 2022").
    """
    for index, paragraph in enumerate(head.paragraphs[1:_HEAD_LINES], start=1):
        found = _DATE_LINE.fullmatch(paragraph) if len(paragraph) <= _REACH else None
        in_words = found and found[1] == paragraph and any(map(str.isalpha, paragraph))
        if found and not in_words and (date := parse(found[1])).precision is not Precision.MONTH:
            head.dates.insert(0, date)
            head.agency = head.agency or found[2]
            head.removed.append(head.paragraphs.pop(index))
            return


def _take_line(head: Head, first: str) -> str:
    """Take what a first paragraph states; returns what is left of it, "" when the next one is to be looked at."""
    rest = first
    if not head.dates and (found := _HEADER.match(rest)):
        head.dates, rest = [parse(found[1])], rest[found.end() :]
    if head.url is None and (found := _ADDRESS.match(rest)):
        head.url, rest = found[0].rstrip(".,;"), rest[found.end() :].lstrip(" \t\u00a0|–—-")
    if len(rest) <= _REACH and (found := _DATE_LINE.fullmatch(rest)):
        head.dates.append(parse(found[1]))
        head.agency = head.agency or found[2]
        rest = ""
    opened = take_dateline(rest, headed=rest != first)
    if opened.removed:
        head.dateline = bool(opened.text)
        head.agency = head.agency or opened.agency
        if opened.date.start:
            head.dates.insert(0, opened.date)
    rest = opened.text
    if rest != first:
        head.removed.append(first[: len(first) - len(rest)].strip())
    return rest


def take_dateline(paragraph: str, *, headed: bool = False) -> Stated:
    """Take "(Agency)", "(Place)", "(Place, Agency) -" or "PLACE, 21 janvier 2022 (Agency) -" off a paragraph.

    `headed`: a header stood before it, so whatever is in parentheses belongs to the head. Without one only an agency
    is a sign of a dateline: a place in parentheses may be the writer's.
    """
    at, agency, date = 0, None, UNKNOWN
    for _ in range(_MAX_CREDITS):
        found = _CREDIT.match(paragraph, at)
        named = agency_in(found[1], dateline=True) if found else None
        if not found or not (named or headed):
            break
        at, agency, date = found.end(), agency or named, _date_in(found[1], date)
    if agency is None and (found := _PLACE.match(paragraph, at)):
        place, credit, dash = found.groups()
        named = agency_in(credit, dateline=True)
        if named and (dash or place.isupper()):
            at, agency, date = found.end(), named, _date_in(place, date)
    return Stated(paragraph[at:], paragraph[:at].strip(), date, agency)


def take_tail(paragraph: str) -> Stated:
    """Take the date and the name behind it off the end of a teaser."""
    at = max(len(paragraph) - _MAX_TAIL, 0)
    for pattern in _TAILS:
        if found := pattern.search(paragraph, at):
            text = paragraph[: found.start()].rstrip()
            return Stated(text, found[0].strip(), parse(_date(found[0])), found["name"] and found["name"].strip())
    return Stated(paragraph)


def _date(text: str) -> str:
    found = re.search(DATE, text)
    return found[0] if found else ""


def _date_in(text: str, otherwise: Published) -> Published:
    """The date that a short text holds."""
    return parse(found) if otherwise == UNKNOWN and (found := _date(text)) else otherwise

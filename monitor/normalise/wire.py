"""The paragraphs of a text -> what its head states (date, address, agency) and the paragraphs without that head."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache

from monitor.model import DateFound, Precision
from monitor.normalise.agencies import agency_in
from monitor.normalise.dates import UPDATED, in_url
from monitor.normalise.printed import CLOCK, DATE, UNKNOWN, WEEKDAYS, YEARLESS, parse
from monitor.normalise.told import NEAREST

# Headers, addresses and date lines stand in the first lines; a fifth one belongs to the text.
_HEAD_LINES = 4
# A bare day further than this from the one in the address dates an event.
_NEAR = timedelta(days=31)
# Heads and tails are short: looking no further keeps every pattern linear in the length of a text.
_MAX_TAIL = 200
# "(Place) (Agency)" are two.
_MAX_CREDITS = 3

_CAPITAL = r"[^\W\d_a-zß-öø-ÿ]"
_NAME = rf"{_CAPITAL}[^.!?;:«»“”\"()\[\]\n]{{1,60}}"
_DESK = rf"(?:{_NAME}|[a-z]{{2,4}})"
_ADDRESS = re.compile(r"https?://[^\s<>\"«»“”]+", re.IGNORECASE)
_WEEKDAY = rf"\(?(?i:{'|'.join(name for name in WEEKDAYS if name.endswith(('di', 'day', 'dimanche')))})\)?"
_HEADER = re.compile(
    rf"[Dd](?:ate|ATE)\s{{0,3}}:?\s{{0,3}}({DATE})(?:,?\s{{1,3}}{_WEEKDAY}$)?\s*(?:[,;:|–—-](?=\s)\s*)?"
)
# A line with nothing but the date: "13.01.2022", "13.01.2022, Agency", "Publié le 13 janvier 2022 à 10h05, mis à jour
# à 11h", "Published yesterday". Two figures for the year only where the line says what they are.
_SAID = r"(?:(?:article )?(?:publiée?|mise? (?:à jour|en ligne)|modifiée?|postée?|(?:last )?updated|published|posted))"
_WHEN = rf"{_SAID}(?: le| on)?\s?:?\s(?:le\s)?"
_SPAN = r"(?:minutes?|mins?|m|heures?|hours?|hrs?|h|jours?|days?|j|d)"
_SHORT_LINE = re.compile(rf"(\d\d?[./]\d\d?[./]\d\d){CLOCK}")
_DATE_LINE = re.compile(
    rf"(?i:(?:{_WHEN})?(?P<date>(?P<day>{DATE}){CLOCK})|{_WHEN}(?P<little>(?:\d\d?[./]\d\d?[./]\d\d(?!\d)|{YEARLESS}"
    rf"|{NEAREST}){CLOCK})|(?:{_WHEN})?(?P<ago>il y a \d{{1,3}}\s?{_SPAN}|\d{{1,3}}\s?{_SPAN}\sago))"
    rf"(?:[\s,|;·•–—(-]{{1,4}}(?i:{_SAID})\s[^.!?\n]{{0,60}}|\s?[,|]\s?(?P<agency>{_DESK}))?"
)
# How a date line begins that has no figure ("Publié hier"); to look for either takes 0.2 us, to try the pattern 1.3.
_SAID_STEMS = frozenset("ar la mi mo po pu up".split())
_FIGURE = re.compile(r"\d")
_CREDIT = re.compile(r"[(\[]([^()\[\]\n]{1,80})[)\]](?:\s*\.?[-–—:]+(?=\s|$))?(?:\s+|$)")
# "GENÈVE, 21 jan (Reuters) -", "ST. PETERSBURG, Fla. (AP) —", "MOSCOW, January 21. /TASS/."
_PLACE = re.compile(
    rf"({_CAPITAL}(?:[^().!?;:«»“”\"\n]|\.(?=[\s\d,(/]|{_CAPITAL}\.)){{1,70}}?)\s?"
    r"(?:[(\[]([^()\[\]\n]{1,60})[)\]]|/([^/()\n]{2,40})/)(\s*\.?[-–—:]+(?=\s|$)|\.(?=\s|$))?(?:\s+|$)"
)
# "MOSCOU, 13 janvier - ": without an agency only with place and day.
_UNSIGNED = re.compile(rf"({_CAPITAL}[^().!?;:«»“”\"\n\d]{{1,40}},\s(?:le\s)?({DATE}|{YEARLESS}))\s?[-–—]+\s+")
_DAYS = [re.compile(pattern) for pattern in (DATE, YEARLESS, NEAREST)]
# A day at the end of a place, in any language, and what stands between the words of a place.
_ANY_DAY = re.compile(r"(?:,\s?|\s)(?:le\s|el\s)?\d{1,2}\.?\s(?:de\s)?[^\W\d_]{3,10}\.?(?:,?\s\d{4})?\.?$")
_SMALL = frozenset(
    "de du des d la le les l en sur sous et à aux of the on upon and am an der bei di del da do e y".split()
)
_MAX_WORDS = 7
# "Fla.", "Calif.", "D.C."
_MAX_SHORTENED = 6
_WORD = re.compile(r"[^\s,/]+")
_FIGURES = re.compile(r"\d{4}")
# What PLACE and UNSIGNED need within so many characters: looking for it first takes 0.3 us instead of 5.
_MAX_PLACE = 80
_PLACE_SIGNS = frozenset("([/")
# No tail ends so, but for the full stop of p.m.
_NO_TAIL = tuple('.!?;«»“”"([')
_AFTER_NOON = ("m.", "M.")
# What a teaser ends in, after its cut or last sentence: "... 13.01.2022, Agency", or the other way round.
_TAILS = (
    re.compile(rf"(?<=[.!?…»”\"])\s?[(\[]?(?P<date>{DATE}{CLOCK})(?:\s?[,|–—-]\s?(?P<name>{_DESK}))?[)\]]?$"),
    re.compile(rf"(?:(?<=\.\.\.)|(?<=…))\s?[(\[]?(?P<name>{_NAME}),\s(?P<date>{DATE})[)\]]?$"),
)


@dataclass(slots=True)
class Head:
    """What the first lines of a text state, and its remaining paragraphs.

    `dates`: the most reliable first, unknown where they name no year. `dateline`: the first paragraph was opened by
    "(Agency)" or "PLACE (Agency) -", so it is text and no title.
    """

    paragraphs: list[str]
    dates: list[DateFound] = field(default_factory=list)
    url: str | None = None
    agency: str | None = None
    dateline: bool = False
    removed: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Stated:
    """A paragraph without its dateline or tail, and what that said; `removed` is empty when there was none."""

    text: str
    removed: str = ""
    date: DateFound | None = None
    agency: str | None = None


def read_head(paragraphs: list[str], *, titled: bool = False, url: str | None = None, dated: bool = False) -> Head:
    """Take header, address, date line and dateline off the beginning of a text; `titled`: its title is elsewhere.

    Under a title a day in words alone may be a heading of a chronicle ("21 janvier 2022"), and so may one in figures:
    where there are several, a date is known (`dated`), or the one is far from the day in `url`, the address.
    """
    head = Head([])
    taken = 0
    chronicle = titled and (dated or _is_chronicle(paragraphs))
    while taken < min(_HEAD_LINES, len(paragraphs)):
        rest = _take_line(head, paragraphs[taken], titled=titled, chronicle=chronicle, url=url)
        if rest:
            head.paragraphs = [rest, *paragraphs[taken + 1 :]]
            _take_date_line(head, dated=dated, url=url)
            return head
        taken += 1
    head.paragraphs = paragraphs[taken:]
    return head


def _is_chronicle(paragraphs: list[str]) -> bool:
    """Whether several lines of a text hold nothing but a day, each another one."""
    lines = [_date_line(paragraph, titled=False) for paragraph in paragraphs if len(paragraph) <= _MAX_TAIL]
    return len({line["day"] for line in lines if line and not _says(line)}) > 1


def _says(line: re.Match[str]) -> bool:
    """Whether a date line says what its day is ("Publié le", "il y a")."""
    return line["day"] is None or line.start("day") > 0


def _is_far(date: DateFound, url: str | None) -> bool:
    """Whether a day is more than a month from the one in the address."""
    stamped = next((one.published.start for one in in_url(url or "", UNKNOWN) if not one.rejected), None)
    stated = date.published.start
    return stamped is not None and stated is not None and abs(stamped.date() - stated.date()) > _NEAR


def _take_date_line(head: Head, *, dated: bool, url: str | None) -> None:
    """Take the line with the day of publication from under the title (and the byline)."""
    dated = dated or any(one.published.precision is not Precision.MONTH for one in head.dates)
    for index, paragraph in enumerate(head.paragraphs[1:_HEAD_LINES], start=1):
        found = _date_line(paragraph, titled=True)
        if found and (date := _written_in(found)).published.precision is not Precision.MONTH:
            if not _says(found) and (dated or _is_chronicle(head.paragraphs) or _is_far(date, head.url or url)):
                continue
            head.dates.append(date)
            head.agency = head.agency or agency_in(found["agency"] or "")
            head.removed.append(head.paragraphs.pop(index))
            return


def _take_line(head: Head, first: str, *, titled: bool, chronicle: bool, url: str | None) -> str:
    """Take what a first paragraph states; returns what is left of it, "" when the next one is to be looked at."""
    rest = first
    if not head.dates and (found := _HEADER.match(rest)):
        head.dates, rest = [_found("head", found[1])], rest[found.end() :]
    if head.url is None and (found := _ADDRESS.match(rest)):
        head.url, rest = found[0].rstrip(".,;"), rest[found.end() :].lstrip(" \t\u00a0|–—-")
    found = _date_line(rest, titled=titled and rest == first)
    if found and (_says(found) or not (chronicle or (titled and _is_far(_written_in(found), head.url or url)))):
        head.dates.append(_written_in(found))
        head.agency = head.agency or agency_in(found["agency"] or "")
        rest = ""
    elif not titled and (short := _SHORT_LINE.fullmatch(rest)) and parse(short[0]).start:
        head.dates.append(_found("head", rest))
        rest = ""
    opened = take_dateline(rest, headed=rest != first)
    if opened.removed:
        head.dateline = bool(opened.text)
        head.agency = head.agency or opened.agency
        if opened.date:
            head.dates.insert(0, opened.date)
    rest = opened.text
    if rest != first:
        head.removed.append(first[: len(first) - len(rest)].strip())
    return rest


def _date_line(paragraph: str, *, titled: bool) -> re.Match[str] | None:
    if len(paragraph) > _MAX_TAIL or not (_FIGURE.search(paragraph) or paragraph[:2].lower() in _SAID_STEMS):
        return None
    found = _DATE_LINE.fullmatch(paragraph)
    in_words = found and found["day"] == paragraph and any(map(str.isalpha, paragraph))
    return None if titled and in_words else found


def _written_in(line: re.Match[str]) -> DateFound:
    """The date of a date line; one that tells of a change keeps these words, which make it weigh less."""
    written = line["date"] or line["little"] or line["ago"]
    said = line[0][: line.start("date" if line["date"] else "little")] if not line["ago"] else ""
    return DateFound("head", (said if UPDATED.match(said) else "") + written, parse(written))


def _found(where: str, written: str) -> DateFound:
    return DateFound(where, written, parse(written))


@lru_cache(maxsize=16)  # a head and the paragraph below it are mostly the same one
def take_dateline(paragraph: str, *, headed: bool = False) -> Stated:
    """Take "(Agency)", "(Place)", "(Place, Agency) -" or "PLACE, 21 janvier (Agency) -" off a paragraph.

    `headed`: a header stood before it, so whatever is in parentheses belongs to the head. Without one only an agency
    is a sign of a dateline, and an unknown abbreviation only beside a day: a place in parentheses may be the writer's,
    "(RN)" is a party.
    """
    at, agency, date = 0, None, None
    for _ in range(_MAX_CREDITS):
        found = _CREDIT.match(paragraph, at)
        named = agency_in(found[1], dateline=headed or _date_in(found[1]) is not None) if found else None
        if not found or not (named or headed):
            break
        at, agency, date = found.end(), agency or named, date or _date_in(found[1])
    if agency is None and (placed := _place(paragraph, at)):
        at, agency, written = placed
        date = date or _date_in(written)
    return Stated(paragraph[at:], paragraph[:at].strip(), date, agency)


def _place(paragraph: str, at: int) -> tuple[int, str | None, str] | None:
    """Where the text behind "PLACE, day (Agency) -" begins, the agency, and what stands before it.

    The less is known the more form is wanted: a known agency behind a place in capitals or before a dash; a name or an
    abbreviation that may be anybody's only with the day and a dash, because parties, countries and competitions stand
    in brackets as well ("OLIVIER FAURE (PS) – ...", "CYCLISME (Tour de France) - ...").
    """
    signs = {*paragraph[at : at + _MAX_PLACE]}
    if _PLACE_SIGNS.isdisjoint(signs) or not (found := _PLACE.match(paragraph, at)):
        bare = _UNSIGNED.match(paragraph, at) if "," in signs else None
        return (bare.end(), None, bare[2]) if bare and _is_place(bare[1]) and _name(bare[1]).isupper() else None
    before, credit, dash = found[1], found[2] or found[3], found[4]
    if not _is_place(before):
        return None
    dated, capitals = _name(before) != before, _name(before).split(",")[0].isupper()
    if (dash or capitals) and (agency := agency_in(credit)):
        return found.end(), agency, before
    if dated and dash and (agency := agency_in(credit, dateline=True)):
        return found.end(), agency, before
    by_form = dated and dash and capitals and re.fullmatch(_NAME, credit) and _is_place(credit)
    return (found.end(), credit.strip(), before) if by_form else None


def _name(place: str) -> str:
    """A place without the day behind it."""
    for day in _DAYS:
        if found := day.search(place):
            return place[: found.start()].rstrip(" ,").removesuffix(" le").rstrip(" ,")
    return _ANY_DAY.sub("", place)


def _is_place(text: str) -> bool:
    """Whether a few words are capitalised but for those between, and full stops only behind shortened ones."""
    name = _name(text)
    spelt = _WORD.findall(name)
    return len(spelt) <= _MAX_WORDS and all(
        (word in _SMALL or not word[0].islower()) and ("." not in word or len(word) <= _MAX_SHORTENED) for word in spelt
    )


def take_tail(paragraph: str) -> Stated:
    """Take the date and the name behind it off the end of a teaser."""
    at = max(len(paragraph) - _MAX_TAIL, 0)
    if paragraph.endswith(_NO_TAIL) and not paragraph.endswith(_AFTER_NOON):
        return Stated(paragraph)
    for pattern in _TAILS if _FIGURES.search(paragraph, at) else ():
        if found := pattern.search(paragraph, at):
            name = found["name"]
            date = _found("teaser", found["date"])
            return Stated(paragraph[: found.start()].rstrip(), found[0].strip(), date, name and name.strip())
    return Stated(paragraph)


def _date_in(text: str) -> DateFound | None:
    """The day that a dateline holds."""
    found = next((found for day in _DAYS if (found := day.search(text))), None)
    return _found("dateline", found[0]) if found else None

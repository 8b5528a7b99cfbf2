"""The dates found at an article and its text -> when it was published, how exactly that is known, and why so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.model import DateFound, Precision, Published
from monitor.normalise.printed import MONTHS, UNKNOWN, parse
from monitor.normalise.told import against, is_distance, same_day, told

# The zero of the clocks: a date up to here is an empty field (1970-01-01 in any zone, 1900-01-01, 0001-01-01).
_ZERO = datetime(1970, 1, 2, tzinfo=UTC)
# For clocks and zones.
_GRACE = timedelta(days=1)

_YEAR = r"((?:19|20)\d\d)"
_MONTH_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
# The day in the directories or the digits of an address (/2022/01/13/, /2022/jan/13/, /2022/01-13/, /2022-01-13-slug,
# /20220113/, slug-20220113.html, 202201131805) is the publisher's own stamp ...
_STAMPED = re.compile(
    rf"/{_YEAR}(?:/(\d\d?|{_MONTH_NAMES})/(\d\d?)(?=[/._]|$)|/(\d\d)-(\d\d)/|-(\d\d)-(\d\d)(?![^\W_]))"
    rf"|(?<!\d){_YEAR}([01]\d)([0-3]\d)(?:[0-2]\d[0-5]\d(?:[0-5]\d)?)?(?!\d)",
    re.IGNORECASE,
)
# ... while one spelt out in a slug (elections-2022-04-10, slug-13-01-2022) may be the day that the article is about.
_SPELT = re.compile(rf"(?<!\d){_YEAR}-(\d\d)-(\d\d)(?!\d)|(?<!\d)(\d\d)-(\d\d)-{_YEAR}(?!\d)")
# Directories of months: /2022/01/slug, also where the slug begins with a number (10-raisons).
_MONTHLY = re.compile(rf"/{_YEAR}/(0[1-9]|1[0-2])/(?!\d\d?(?:/|$))")
_QUERY = re.compile(r"[?#]")
# Digits of a year in what was found: without them it is a day without its year.
_WITH_YEAR = re.compile(r"\d{4}")

UPDATED = re.compile(r"(?i:article )?(?i:mise? à jour|modifiée?|(?:last )?updated)")
"""How a date line begins that only says when a text was changed."""

_DISTANT = "is only told as a distance or a weekday"
_UNPLACED = "names no year, and no date near it is known"
_MORE_RELIABLE = {
    "feed": "the date of the feed is",
    "page": "the date in the data of the page is",
    "head": "the date at the head of the text is",
    "dateline": "the date of the dateline is",
    "teaser": "the date of the teaser is",
    "url": "the date in the address is",
}


def settle(
    stated: Sequence[DateFound], url: str | None, text: str, now: datetime
) -> tuple[Published, tuple[DateFound, ...]]:
    """The publication date and every date that was weighed, each with why it is not the one; None for the one.

    What counts, in this order, is what says "published": the date of the feed, that in the data of the page, the days
    that header, dateline and teaser of the text state (in the order of `stated`), the day in the address, which is
    that of the first version; then months. A stated month does not beat the day in the address, not even another
    month: the header was put on when the text was collected, the address made when it was published. A month in the
    address comes before a day on which the text was only updated, which counts where nothing else does.
    A day without its year ("GENÈVE, 21 jan") and a weekday in a dateline are counted from the best of the other dates,
    and are unknown without one; a weekday or "hier" at the head ("Publié hier") is evidence only: nothing tells on
    which day it was read. `now` (aware) is never a date itself. It refuses dates more than a day ahead,
    for clocks and zones, and the zeros of clocks.
    What the running `text` tells of never counts, whatever it names: it dates events. It is kept as evidence only.
    """
    found = [_possible(one, now) for one in stated]
    if url:
        known = next((one.published for one in found if one.published.start and not one.rejected), UNKNOWN)
        found += [_possible(one, now) for one in in_url(url, known)]
    known = best.published if (best := _best(found)) else UNKNOWN
    found = [_possible(_counted(one, known), now) for one in found]
    chosen = _best(found)
    weighed = [one if one is chosen else _beaten(one, chosen) for one in found]
    published = chosen.published if chosen else UNKNOWN
    return published, (*weighed, *told(text, published))


def refusal(published: Published, now: datetime) -> str | None:
    """Why a date cannot be that of a publication known at `now` (aware), None when it can or is unknown."""
    if published.start is None:
        return None
    if published.start < _ZERO:
        return "is the zero of a clock, or older"
    return "lies in the future" if published.start > now + _GRACE else None


def in_url(url: str, stated: Published) -> Iterator[DateFound]:
    """The day or month that the path of an address carries, at most one; `stated` is the date the text states.

    The publisher's stamp in digits holds whatever is stated. A day spelt in a slug is rejected when it contradicts
    the stated date, because it may belong to the event.
    """
    path = _QUERY.split(url.partition("://")[2], maxsplit=1)[0]
    if "20" not in path and "19" not in path:
        return
    for found in _STAMPED.finditer(path):
        if (published := _day_of(found)).start:
            yield DateFound("url", found[0].strip("/"), published)
            return
    for found in _SPELT.finditer(path):
        if (published := _day_of(found)).start:
            agrees = (published.value or "").startswith((stated.value or "")[:10])
            reason = None if agrees else "is spelt out in the address: it may be the day of an event"
            yield DateFound("url", found[0], published, reason)
            return
    if monthly := _MONTHLY.search(path):
        yield DateFound("url", monthly[0].strip("/"), Published.month(int(monthly[1]), int(monthly[2])))


def _day_of(found: re.Match[str]) -> Published:
    parts = [part for part in found.groups() if part]
    if not parts[1].isdecimal():
        parts[1] = str(MONTHS[parts[1].lower()])
    return parse("-".join(parts))


def _possible(one: DateFound, now: datetime) -> DateFound:
    if not one.rejected and (reason := refusal(one.published, now)):
        return replace(one, rejected=reason)
    return one


def _counted(one: DateFound, known: Published) -> DateFound:
    """A date that says too little by itself, counted from a known one; rejected where that is not possible."""
    if one.published.start or one.rejected:
        return one
    if _WITH_YEAR.search(one.written):
        return replace(one, rejected="is no date that exists")
    meant = against(one.written, known)
    if meant.start and one.where == "head" and is_distance(one.written):
        return replace(one, published=meant, rejected=_DISTANT)
    return replace(one, published=meant, rejected=None if meant.start else _UNPLACED)


def _best(found: Sequence[DateFound]) -> DateFound | None:
    """The most reliable date that is possible."""
    return min((one for one in found if one.published.start and not one.rejected), key=_rank, default=None)


def _rank(one: DateFound) -> int:
    monthly = one.published.precision is Precision.MONTH
    if UPDATED.match(one.written):
        return 6
    match one.where:
        case "feed":
            return 0
        case "page":
            return 1
        case "url":
            return 5 if monthly else 3
        case _:
            return 4 if monthly else 2


def _beaten(one: DateFound, chosen: DateFound | None) -> DateFound:
    """A date that is not the one, with the reason."""
    if one.rejected or chosen is None:
        return one
    same = same_day(one.published, chosen.published)
    reason = "says the same" if same else f"{_MORE_RELIABLE[chosen.where]} more reliable"
    return replace(one, rejected=reason)

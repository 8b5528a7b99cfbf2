"""A language and a time zone -> words, dates, numbers and plurals of messages, as its readers write them."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit

from monitor.model import Precision
from monitor.values import parse_duration

# British, since the dates of a European press review have the day first and its clock has 24 hours.
_LOCALES = {"en": "en_GB", "fr": "fr_FR"}
_UNITS = (("duration-day", 86400), ("duration-hour", 3600), ("duration-minute", 60), ("duration-second", 1))


def msg(text: str) -> str:
    """Marks an English text that is translated where it is used."""
    return text


def pair(one: str, many: str) -> tuple[str, str]:
    """Marks a singular and a plural that are translated where they are used."""
    return one, many


LEVELS = {
    "info": msg("info"),
    "low": msg("low"),
    "medium": msg("medium"),
    "high": msg("high"),
    "critical": msg("critical"),
}
"""In the order of the model, least first."""

REASONS = {
    "first": msg("first alert on this story"),
    "new-facts": msg("another article on this story brings new facts"),
    "update": msg("an update of the article brings new facts"),
    "every": msg("another article on this story"),
    "repeat": msg("the story is still running"),
    "correction": msg("the source changed what you were told"),
    "late": msg("it should have reached you earlier"),
    "sources": msg("several independent sources report it"),
    "first-mention": msg("named together for the first time"),
    "spike": msg("more articles than usual"),
    "quiet": msg("no more articles"),
    "test": msg("this is a test"),
    "operator": msg("about the monitor itself"),
}
"""Why an alert is sent now."""

KINDS = {
    "repeat": msg("Reminder"),
    "correction": msg("Correction"),
    "late": msg("Late"),
    "sources": msg("Several sources"),
    "first-mention": msg("First mention"),
    "spike": msg("Spike"),
}
"""What an alert is called where it is no plain news, by its reason; without an article its headline says so."""

WITHDRAWN = msg("Withdrawn"), msg("the source withdrew what you were told")
"""The same, and the reason, of a correction of which nothing is left."""

EVENTS = {
    "monitor.source-failing": msg("sources failing"),
    "monitor.source-recovered": msg("sources working again"),
    "monitor.reload-refused": msg("refused, the rules before stay live"),
    "monitor.reload-recovered": msg("accepted again"),
    "monitor.receiver-missing": msg("deliveries wait for this receiver, which is no longer configured"),
    "monitor.receiver-recovered": msg("receiver configured again"),
    "monitor.receiver-disabled": msg("receiver refuses further messages, its deliveries wait"),
    "monitor.receiver-enabled": msg("receiver accepts messages again"),
    "monitor.delivery-dead": msg("deliveries given up"),
    "monitor.template-failed": msg("template failed, the standard message was sent"),
    "monitor.message-cut": msg("message too large, a shortened one was sent"),
    "monitor.disk-full": msg("disk nearly full"),
    "monitor.disk-recovered": msg("disk has room again"),
    "monitor.queue-growing": msg("deliveries have waited for more than an hour"),
    "monitor.queue-recovered": msg("no delivery is overdue any longer"),
    "monitor.heartbeat": msg("alive"),
}
"""What an operator alert tells of its `about`; the rule's own title stands for others."""


class Wording:
    """The words of one language; times are told in one zone."""

    def __init__(self, language: str, zone: ZoneInfo) -> None:
        self.language = language
        self._zone = zone
        self._locale = Locale.parse(_LOCALES[language])
        self._texts = catalogue(language)

    def gettext(self, text: str, **values: object) -> str:
        """An English text in this language, with values for its `%(name)s`.

        Catalogues are made of the literal texts in its calls; what was marked by `msg` goes through `say`.
        """
        return self.say(text, **values)

    def say(self, text: str, **values: object) -> str:
        """The same for a text that is chosen at run time."""
        found: str = self._texts.get(text, text)
        return found % values if values else found

    def count(self, one: str, many: str, number: int) -> str:
        """The text for a number of things, singular or plural, the number in place of `%(n)s`."""
        forms: tuple[str, str] = self._texts.get((one, many), (one, many))
        chosen = forms[0 if self._locale.plural_form(number) == "one" else 1]
        return chosen.replace("%(n)s ", "%(n)s\u00a0") % {"n": self.number(number)}

    def number(self, value: float) -> str:
        """1234.5 -> "1,234.5", "1 234,5"."""
        return format_decimal(value, locale=self._locale)

    def part(self, value: float) -> str:
        """0.0432 -> "4.3%", "4,3 %"."""
        whole = self._locale.percent_formats[None].pattern
        return format_percent(value, whole.replace("0", "0.#"), locale=self._locale)

    def tongue(self, code: str) -> str:
        """The name of a language by its code, which stands for one that has no name here."""
        return str(self._locale.languages.get(code, code))

    def listed(self, names: Sequence[str]) -> str:
        """ "A, B and C"."""
        return format_list(list(names), locale=self._locale)

    def span(self, duration: str) -> str:
        """A duration as the configuration writes it, in words: `1h30m` -> "1 hour 30 minutes"."""
        rest, parts = int(parse_duration(duration).total_seconds()), []
        for unit, seconds in _UNITS:
            count, rest = divmod(rest, seconds)
            parts += [format_unit(count, unit, locale=self._locale)] if count else []
        return " ".join(parts)

    def published(self, published: Mapping[str, str | None]) -> str:
        """A publication date, never more exact than it is known."""
        value, precision = published["value"], published["precision"]
        if value is None:
            return self.gettext("no date given")
        if precision == Precision.MONTH:
            year, month = value.split("-")
            return format_date(datetime(int(year), int(month), 1), "MMMM y", locale=self._locale)  # noqa: DTZ001 - a month
        if precision == Precision.DAY:
            return self.day(datetime.fromisoformat(value))
        return self.moment(datetime.fromisoformat(value))

    def moment(self, moment: datetime) -> str:
        """An aware time in the zone of the readers, which is named as they know it (CLDR has no short French names)."""
        local = moment.astimezone(self._zone)
        zone = name if (name := local.tzname() or "").isalpha() else f"UTC{name}"
        clock = f"{format_time(local, 'HH:mm', locale=self._locale)}\u00a0{zone}"
        return self.gettext("%(day)s, %(clock)s", day=self.day(local), clock=clock)

    def day(self, day: datetime) -> str:
        """The French write the first of a month as an ordinal, which CLDR leaves out."""
        first = self.language == "fr" and day.day == 1
        return format_date(day, "'1er'\u00a0MMMM y" if first else "d\u00a0MMMM y", locale=self._locale)


@cache
def catalogue(language: str) -> Mapping[Any, Any]:
    """Text -> translation, (singular, plural) -> both; English is what stands in the program.

    The catalogue is read as translators write it: nothing has to be compiled before a checkout or a wheel works.
    """
    data = None if language == "en" else pkgutil.get_data(__package__, f"catalogues/{language}.po")
    if data is None:
        return {}
    found = read_po(data.decode("utf-8").splitlines(keepends=True))
    return {one.id: one.string for one in found if one.id and one.string and not one.fuzzy}

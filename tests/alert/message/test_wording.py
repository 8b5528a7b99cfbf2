"""Words, dates, numbers and plurals as French and English readers write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from alert.message.catalogue import used

from monitor.alert.message.wording import EVENTS, LEVELS, REASONS, Wording, catalogue
from monitor.alert.raising import operator
from monitor.model import Level, Reason

PARIS = ZoneInfo("Europe/Paris")
FR, EN = Wording("fr", PARIS), Wording("en", PARIS)
VALUES = re.compile(r"%\((\w+)\)s")


def test_the_french_catalogue_has_every_text_and_no_other() -> None:
    assert used().keys() == catalogue("fr").keys()


def test_a_translation_has_the_values_of_its_text() -> None:
    for text, translation in catalogue("fr").items():
        ours = [text] if isinstance(text, str) else text
        theirs = [translation] if isinstance(translation, str) else translation
        for one, other in zip(ours, theirs, strict=True):
            assert sorted(VALUES.findall(one)) == sorted(VALUES.findall(other)), one
            assert one.strip() == "" or other.strip(), one


def test_french_punctuation_stays_on_the_line_of_its_word() -> None:
    texts = [one for two in catalogue("fr").values() for one in ([two] if isinstance(two, str) else two)]
    assert not [text for text in texts if re.search(r"(^| )[:;?!»]|[^\u00a0:]:(?!//)|[^\u202f][;?!]|« |'", text)]


def test_every_level_and_reason_has_words() -> None:
    assert list(LEVELS) == list(Level)
    assert list(REASONS) == list(Reason)


def test_every_event_of_the_monitor_has_words() -> None:
    assert sorted(EVENTS) == sorted(f"monitor.{event}" for event in operator._TITLES)


@pytest.mark.parametrize(
    ("published", "language", "shown"),
    [
        ({"value": None, "precision": "unknown"}, "fr", "sans date"),
        ({"value": None, "precision": "unknown"}, "en", "no date given"),
        ({"value": "2022-01", "precision": "month"}, "fr", "janvier 2022"),
        ({"value": "2022-08-01", "precision": "day"}, "fr", "1er\u00a0août 2022"),
        ({"value": "2022-08-01", "precision": "day"}, "en", "1\u00a0August 2022"),
        ({"value": "2022-07-01T22:30:00+00:00", "precision": "second"}, "fr", "2\u00a0juillet 2022 à 00:30\u00a0CEST"),
    ],
)
def test_a_date_is_never_shown_more_exactly_than_it_is_known(
    published: dict[str, str | None], language: str, shown: str
) -> None:
    assert Wording(language, PARIS).published(published) == shown


@pytest.mark.parametrize(("zone", "shown"), [("America/Sao_Paulo", "UTC-03"), ("UTC", "UTC"), ("Asia/Kolkata", "IST")])
def test_a_zone_has_a_name_or_a_distance(zone: str, shown: str) -> None:
    moment = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    assert Wording("en", ZoneInfo(zone)).moment(moment).split()[-1] == shown


def test_parts_and_languages_have_their_names() -> None:
    assert (EN.part(0.0432), FR.part(0.0432), EN.part(0.05)) == ("4.3%", "4,3\u00a0%", "5%")
    assert (EN.tongue("fr"), FR.tongue("fr"), FR.tongue("x-y")) == ("French", "français", "x-y")


def test_numbers_are_written_as_the_language_does() -> None:
    assert (EN.number(12345.6), FR.number(12345.6)) == ("12,345.6", "12\u202f345,6")
    assert (EN.listed(["a", "b", "c"]), FR.listed(["a", "b", "c"])) == ("a, b and c", "a, b et c")


@pytest.mark.parametrize(
    ("number", "fr", "en"), [(0, "0 copie", "0 copies"), (1, "1 copie", "1 copy"), (2, "2 copies", "2 copies")]
)
def test_plurals_follow_the_language(number: int, fr: str, en: str) -> None:
    def count(words: Wording) -> str:
        return words.count("%(n)s copy", "%(n)s copies", number).replace("\u00a0", " ")

    assert (count(FR), count(EN)) == (fr, en)


@pytest.mark.parametrize(
    ("written", "fr", "en"),
    [("90d", "90 jours", "90 days"), ("24h", "1 jour", "1 day"), ("1h30m", "1 heure 30 minutes", "1 hour 30 minutes")],
)
def test_durations_are_words(written: str, fr: str, en: str) -> None:
    assert (FR.span(written).replace("\u00a0", " "), EN.span(written).replace("\u00a0", " ")) == (fr, en)

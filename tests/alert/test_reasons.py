"""Why an alert is sent now, or why nobody is told."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from monitor.alert import Setting, Visit, raise_alerts
from monitor.model import (
    Alert,
    Article,
    Level,
    Match,
    Placement,
    Precision,
    Published,
    Reason,
    StoryFacts,
    Suppression,
    Verdict,
)

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
UNDATED = Published()
ANY_AGE = Visit(NOW, first=True, max_age=None)


@dataclass(frozen=True)
class Rule:
    id: str = "talks"
    title: str = "Talks"
    version: str = "v1"
    level: Level = Level.HIGH
    tags: tuple[str, ...] = ("russie",)
    novelty: str = "new-facts"


def article(published: Published = UNDATED) -> Article:
    return Article("A", "1", None, "Titre", False, "Un texte.", "", None, published, "fr")


def one_alert(placement: Placement, told: int, rule: Rule, visit: Visit, published: Published = UNDATED) -> Alert:
    setting = Setting(3, placement, StoryFacts("s1", "T", NOW, 1, 1), [], {"talks": told})
    (alert,) = raise_alerts(article(published), [Match("talks")], {"talks": rule}, setting, visit)
    return alert


def raised(verdict: Verdict, told: int, *, novelty: str = "new-facts", news: tuple[str, ...] = ()) -> object:
    alert = one_alert(Placement(verdict, "s1", "because", news=news), told, Rule(novelty=novelty), ANY_AGE)
    return alert.reason or alert.suppressed


@pytest.mark.parametrize("verdict", Verdict)
def test_a_rule_without_an_alert_on_the_story_gets_its_first_from_any_article(verdict: Verdict) -> None:
    assert raised(verdict, 0) is Reason.FIRST


@pytest.mark.parametrize("novelty", ["first", "new-facts", "every"])
def test_a_duplicate_never_raises_a_second_alert(novelty: str) -> None:
    assert raised(Verdict.DUPLICATE, 1, novelty=novelty, news=("Du neuf.",)) is Suppression.DUPLICATE


@pytest.mark.parametrize(
    ("novelty", "news", "expected"),
    [
        ("first", ("Du neuf.",), Suppression.NOTHING_NEW),
        ("new-facts", ("Du neuf.",), Reason.UPDATE),
        ("new-facts", (), Suppression.NOTHING_NEW),
        ("every", (), Reason.EVERY),
    ],
)
def test_an_update_is_told_by_the_novelty_of_the_rule(novelty: str, news: tuple[str, ...], expected: object) -> None:
    assert raised(Verdict.UPDATE, 1, novelty=novelty, news=news) is expected


def test_keys_count_the_alerts_of_a_rule_on_a_story() -> None:
    placement = Placement(Verdict.UPDATE, "s1", "because", news=("Du neuf.",))
    alert = one_alert(placement, 2, Rule(), ANY_AGE)
    assert alert.key == "talks/s1/3"


@pytest.mark.parametrize(
    ("published", "first_fetch", "told"),
    [
        (Published(NOW - timedelta(hours=47), Precision.SECOND), False, True),
        (Published(NOW - timedelta(hours=49), Precision.SECOND), False, False),
        (Published.day(2026, 1, 8), False, True),
        (Published.day(2026, 1, 7), False, False),
        (Published.month(2026, 1), True, True),
        (Published.month(2025, 12), False, False),
        (Published(), True, False),
        (Published(), False, True),
    ],
)
def test_old_news_raises_no_alert(published: Published, first_fetch: bool, told: bool) -> None:
    visit = Visit(NOW, first_fetch, timedelta(days=2))
    placement = Placement(Verdict.NEW, "s1", "because")
    alert = one_alert(placement, 0, Rule(), visit, published)
    assert (alert.suppressed, alert.key) == ((None, "talks/s1/1") if told else (Suppression.AGE, None))


def test_files_have_no_age() -> None:
    placement = Placement(Verdict.NEW, "s1", "because")
    alert = one_alert(placement, 0, Rule(), ANY_AGE, Published.month(2022, 1))
    assert alert.reason is Reason.FIRST

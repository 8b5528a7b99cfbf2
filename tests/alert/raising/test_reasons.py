"""Why an alert is sent now, or why nobody is told."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from monitor.alert import Setting, Visit, is_old, raise_alerts
from monitor.model import (
    Alert,
    Article,
    Held,
    Level,
    Match,
    Placement,
    Precision,
    Published,
    Reason,
    StoryFacts,
    Suppression,
    Trigger,
    Verdict,
)

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
UNDATED = Published()


@dataclass(frozen=True)
class Rule:
    id: str = "talks"
    title: str = "Talks"
    version: str = "v1"
    level: Level = Level.HIGH
    tags: tuple[str, ...] = ("russie",)
    novelty: str = "new-facts"
    trigger: Trigger | None = None


def article(published: Published = UNDATED) -> Article:
    return Article("A", "1", None, "Titre", False, "Un texte.", "", None, published, "fr")


def one_alert(placement: Placement, told: int, rule: Rule, *, hidden: int = 0, old: bool = False) -> Alert:
    """The alert of an article on a story of which some alerts were told, and of these some hidden from everybody."""
    story = StoryFacts("s1", "T", NOW, 1, 1)
    setting = Setting(3, placement, story, [], {"talks": told}, {"talks": told - hidden}, old, NOW)
    (alert,) = raise_alerts(article(), [Match("talks")], {"talks": rule}, setting)
    return alert


def raised(verdict: Verdict, told: int, *, novelty: str = "new-facts", news: tuple[str, ...] = ()) -> object:
    alert = one_alert(Placement(verdict, "s1", "because", news=news), told, Rule(novelty=novelty))
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
    assert one_alert(placement, 2, Rule()).key == "talks/s1/3"
    assert one_alert(placement, 2, Rule(), hidden=1).key == "talks/s1/2", "what was hidden had no key"


def test_who_was_told_of_nothing_yet_is_told_of_a_story_for_the_first_time() -> None:
    placement = Placement(Verdict.UPDATE, "s1", "because", news=("Du neuf.",))
    alert = one_alert(placement, 2, Rule(), hidden=2)
    assert (alert.reason, alert.key, alert.document["new"]) == (Reason.FIRST, "talks/s1/1", [])
    copy = one_alert(Placement(Verdict.DUPLICATE, "s1", "because"), 2, Rule(), hidden=2)
    assert copy.suppressed is Suppression.DUPLICATE, "what was hidden is no news when it comes again"


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
def test_an_article_is_old_by_the_last_instant_its_date_can_mean(
    published: Published, first_fetch: bool, told: bool
) -> None:
    visit = Visit(NOW, first_fetch, timedelta(days=2))
    assert is_old(article(published), [], visit) is not told


def test_old_news_raises_no_alert() -> None:
    alert = one_alert(Placement(Verdict.NEW, "s1", "because"), 0, Rule(), old=True)
    assert (alert.suppressed, alert.key) == (Suppression.AGE, None)


def test_files_have_no_age() -> None:
    visit = Visit(NOW, first=True, max_age=None)
    assert not is_old(article(Published.month(2022, 1)), [], visit)


DAY = timedelta(days=1)


def held(published: Published, first_seen: datetime, *, old: bool = False) -> Held:
    return Held(7, "s1", "A", "1", None, "Titre", False, "Un texte.", "", first_seen, published, old)


@pytest.mark.parametrize(
    ("served_again", "held_article", "told"),
    [
        # A feed rebuilt today dates all its items today.
        (Published(NOW, Precision.SECOND), held(Published(NOW - 5 * DAY, Precision.SECOND), NOW - 5 * DAY), False),
        (Published(NOW, Precision.SECOND), held(UNDATED, NOW - 3 * DAY), False),
        # Undated and old at its first fetch: other guids do not make it news.
        (UNDATED, held(UNDATED, NOW - DAY, old=True), False),
        (UNDATED, held(UNDATED, NOW - DAY), True),
        # A rule written since may still learn of what is young enough.
        (Published(NOW, Precision.SECOND), held(Published(NOW - DAY, Precision.SECOND), NOW - DAY), True),
    ],
)
def test_what_a_source_serves_again_is_as_old_as_it_was(
    served_again: Published, held_article: Held, told: bool
) -> None:
    visit = Visit(NOW, first=False, max_age=timedelta(days=2))
    assert is_old(article(served_again), [held_article], visit) is not told


@pytest.mark.parametrize("published", [UNDATED, Published(NOW, Precision.SECOND)])
@pytest.mark.parametrize("max_age", [None, timedelta(days=2)])
def test_on_a_quiet_visit_nothing_is_news(published: Published, max_age: timedelta | None) -> None:
    assert is_old(article(published), [], Visit(NOW, first=False, max_age=max_age, quiet=True))

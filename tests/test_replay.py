"""The replay raises what a daemon would have raised that began with nothing and had the one or the other rules."""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from takings import SETTINGS, Visit, taken_in, told, written

from monitor.errors import StoreError
from monitor.match import RuleSet
from monitor.model import Alert, Article, Item, Precision, Published
from monitor.pipeline import BATCH
from monitor.replay import replay
from monitor.store import Archived, Store

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
LONG_AGO = Published(NOW - timedelta(days=30), Precision.SECOND)

PLACES = {"Lanester": ("Delbosc", "pneus"), "Roscoff": ("Morgane", "filets"), "Vannes": ("Kerlann", "conserves")}
"""Towns, each with a fire of its own: whose, and of what."""

SAID = (
    "Un incendie s'est déclaré lundi matin dans un entrepôt de {what} de la société {who} à {town}, ont indiqué les"
    " pompiers. Une épaisse fumée noire était visible de loin, et {who} a fermé ses autres entrepôts de {town}."
)
OTHERWISE = (
    "Les pompiers luttent lundi contre le feu qui a pris dans un entrepôt de {what} de {who}. La fumée noire se voit de"
    " loin, et l'incendie de {town} a commencé dans la matinée chez {who}."
)
FACT = " Deux pompiers ont été blessés dans une explosion, a annoncé le préfet Yann Guivarch."
WORDS = " Les habitants attendent avec patience."
VERSIONS = {
    "first": SAID,
    "copy": SAID.replace("lundi matin", "lundi  matin"),
    "grown": SAID + FACT,
    "longer": SAID + WORDS,
    "other desk": OTHERWISE,
    "other desk with a fact": OTHERWISE + FACT,
}


def item(source: str, guid: str, town: str, version: str, published: Published) -> Item:
    who, what = PLACES[town]
    text = VERSIONS[version].format(who=who, what=what, town=town)
    title = f"{town} : {'les pompiers au travail' if 'desk' in version else 'incendie chez ' + who}"
    text = text.upper() if version == "copy" else text
    return Item(source, guid, text, title=title, published=published)


def rules(**novelty: str) -> str:
    """Rules by the folded name of what they look for, each with its novelty; another rule that never changes."""
    listed = "".join(
        f"  - {{id: {name}, novelty: {kind}, when: {{phrase: {name}}}}}\n" for name, kind in novelty.items()
    )
    return f"version: 1\nrules:\n  - {{id: unchanged, when: {{phrase: incendie}}}}\n{listed}"


def facts(alert: Any, article: int) -> tuple[Any, ...]:
    """What of an alert a replay must tell as the daemon did."""
    document = alert.document
    shown = [document[name] for name in ("key", "reason", "rule", "new", "evidence")]
    return article, alert.rule, alert.key, alert.reason, alert.level, alert.version, shown, document["article"]


def by_daemon(store: Store) -> list[tuple[Any, ...]]:
    return sorted((facts(one, one.article or 0) for one in told(store)), key=str)


def of(found: list[tuple[Archived, Mapping[str, Alert]]]) -> list[tuple[Any, ...]]:
    return sorted((facts(alert, one.id) for one, alerts in found for alert in alerts.values()), key=str)


NOVELTY = st.sampled_from(["first", "new-facts", "every"])
NAMES = ["pompiers", "blesses", "delbosc", "fumee", "patience", "kerlann"]
EDITED = st.dictionaries(st.sampled_from(NAMES), NOVELTY, max_size=4)
ITEMS = st.tuples(
    st.sampled_from(["1", "2", "3"]),
    st.sampled_from(sorted(PLACES)),
    st.sampled_from(sorted(VERSIONS)),
    st.sampled_from(["now", "undated", "long ago"]),
)
POLLS = st.lists(
    st.tuples(
        st.integers(0, 40), st.sampled_from(["wire", "gazette"]), st.lists(ITEMS, min_size=1, max_size=4), st.booleans()
    ),
    min_size=1,
    max_size=5,
)


def visits(drawn: list[Any]) -> list[Visit]:
    now, found = NOW, []
    for hours, source, items, first in drawn:
        now += hours * HOUR + timedelta(seconds=1)
        dates = {"now": Published(now, Precision.SECOND), "undated": Published(), "long ago": LONG_AGO}
        found.append(
            Visit(now, source, [item(source, guid, town, kind, dates[age]) for guid, town, kind, age in items], first)
        )
    return found


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("empty") / "monitor.db"
    Store.open(f"sqlite:///{file}").close()
    return file


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(polls=POLLS, before=EDITED, after=EDITED)
def test_both_sides_are_what_daemons_with_the_one_and_the_other_rules_told(
    polls: list[Any], before: dict[str, str], after: dict[str, str], empty: Path, tmp_path: Path
) -> None:
    old, new = (written(tmp_path / f"{name}.yaml", rules(**one)) for name, one in (("old", before), ("new", after)))
    with (
        taken_in(empty, tmp_path / "old.db", old, visits(polls)) as store,
        taken_in(empty, tmp_path / "new.db", new, visits(polls)) as other,
    ):
        found = list(replay(store.archive(NOW), old.rules, new.rules, SETTINGS))
        assert of([(one.article, one.before) for one in found]) == by_daemon(store)
        assert of([(one.article, one.after) for one in found]) == by_daemon(other)


def archived(number: int, town: str = "Lanester", version: str = "first", *, old: bool = False) -> Archived:
    """An article of the archive, an hour after the one before it."""
    who, what = PLACES[town]
    article = Article(
        source="wire",
        guid=f"{number}",
        url=None,
        title=f"{town} : incendie chez {who}",
        title_derived=False,
        lede="",
        body=VERSIONS[version].format(who=who, what=what, town=town),
        agency=None,
        published=Published(),
        language="fr",
    )
    return Archived(number, article, NOW + number * HOUR, old)


@pytest.fixture
def one_rule(tmp_path: Path) -> RuleSet:
    return written(tmp_path / "rules.yaml", "rules: [{id: fire, novelty: new-facts, when: {phrase: incendie}}]")


def reasons(
    archive: list[Archived], before: RuleSet, after: RuleSet
) -> list[tuple[int, dict[str, str], dict[str, str]]]:
    return [
        (one.id, *({rule: str(alert.reason) for rule, alert in side.items()} for side in (old, new)))
        for one, old, new in replay(archive, before.rules, after.rules, SETTINGS)
    ]


def test_what_was_too_old_to_alert_when_it_came_raises_nothing(one_rule: RuleSet) -> None:
    archive = [archived(4, old=True), archived(7, version="grown"), archived(9, "Roscoff", old=True)]
    first = {"fire": "first"}
    assert reasons(archive, one_rule, one_rule) == [(4, {}, {}), (7, first, first), (9, {}, {})]


@pytest.mark.parametrize(("days", "raised"), [(1, {}), (5, {"fire": "first"})])
def test_undated_articles_are_as_far_apart_as_they_were_seen(
    one_rule: RuleSet, days: int, raised: dict[str, str]
) -> None:
    later = archived(2, version="other desk")._replace(first_seen=NOW + days * 24 * HOUR)
    assert reasons([archived(1), later], one_rule, one_rule)[1] == (2, raised, raised)


def test_ids_are_those_of_the_archive_also_where_it_has_gaps(one_rule: RuleSet) -> None:
    archive = [archived(12), archived(20, "Roscoff"), archived(31, version="grown")]
    for one, _, after in replay(archive, {}, one_rule.rules, SETTINGS):
        assert after["fire"].document["article"]["id"] == one.id
        assert after["fire"].key is not None
        assert after["fire"].key.startswith("fire/")


def test_an_alert_that_both_sides_raise_for_another_reason_is_on_both(tmp_path: Path) -> None:
    old = written(tmp_path / "old.yaml", "rules: [{id: fire, when: {phrase: pompiers ont été blessés}}]")
    new = written(tmp_path / "new.yaml", "rules: [{id: fire, when: {phrase: pompiers}}]")
    archive = [archived(1), archived(2, version="grown")]
    assert reasons(archive, old, new) == [(1, {}, {"fire": "first"}), (2, {"fire": "first"}, {"fire": "update"})]


def test_actors_count_though_the_rule_is_written_as_before(tmp_path: Path) -> None:
    def of_owner(name: str) -> RuleSet:
        text = f"actors: {{owner: {{name: {name}}}}}\nrules: [{{id: owner, when: {{actor: owner}}}}]"
        return written(tmp_path / f"{name}.yaml", text)

    archive = [archived(1), archived(2, "Roscoff")]
    first = {"owner": "first"}
    assert reasons(archive, of_owner("Delbosc"), of_owner("Morgane")) == [(1, first, {}), (2, {}, first)]


def test_no_rules_on_a_side_raise_nothing_there(one_rule: RuleSet) -> None:
    ((_, before, after),) = replay([archived(1)], {}, one_rule.rules, SETTINGS)
    assert (dict(before), list(after)) == ({}, ["fire"])
    assert list(replay([], one_rule.rules, {}, SETTINGS)) == []


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made."""
    place = tmp_path / "scratch"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


def test_nothing_is_left_when_it_ends_or_is_broken_off(one_rule: RuleSet, scratch: Path) -> None:
    archive = [archived(number) for number in range(3)]
    for wanted in (len(archive), 1):
        found = replay(archive, {}, one_rule.rules, SETTINGS)
        for _ in range(wanted):
            next(found)
        assert list(scratch.iterdir()) != []
        found.close()
        assert list(scratch.iterdir()) == []


def test_a_machine_without_room_for_it_is_told_in_a_sentence(one_rule: RuleSet, scratch: Path) -> None:
    scratch.rmdir()
    with pytest.raises(StoreError, match="no place for the database of the replay: No such file or directory"):
        list(replay([archived(1)], {}, one_rule.rules, SETTINGS))


class Followed(Article):
    """An article of which can be told whether anybody still has it."""

    __slots__ = ("__weakref__",)


@pytest.mark.parametrize("together", [True, False], ids=["in one poll", "each in a poll of its own"])
def test_a_batch_of_articles_is_in_memory_and_no_more(one_rule: RuleSet, together: bool) -> None:
    given: list[weakref.ref[Article]] = []

    def archive() -> Iterator[Archived]:
        for number in range(4 * BATCH):
            one = archived(number, ["Lanester", "Roscoff", "Vannes"][number % 3])
            article = Followed(**{part.name: getattr(one.article, part.name) for part in fields(Article)})
            given.append(weakref.ref(article))
            yield one._replace(article=article, first_seen=NOW if together else one.first_seen)

    most = 0
    for given_out, _ in enumerate(replay(archive(), {}, one_rule.rules, SETTINGS), 1):
        assert len(given) - given_out <= BATCH
        most = max(most, sum(one() is not None for one in given)) if given_out % 25 == 0 else most
    assert (len(given), 0 < most <= 2 * BATCH + 2) == (4 * BATCH, True)

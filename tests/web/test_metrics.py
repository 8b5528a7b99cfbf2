"""The text of the metrics: read by Prometheus' own parser, named as it is usual, with nothing in it but names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from monitor.listening import WebSettings
from monitor.model import DeliveryState, Reason, Suppression, Verdict
from monitor.reload import ReloadState
from monitor.store import Figures
from monitor.web import metrics
from monitor.web.metrics import Seen, exposition

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
FIGURES = Figures(
    articles={"new": 5, "duplicate": 2},
    alerts={"first": 3},
    suppressed={"duplicate": 1},
    deliveries={("desk", "sent"): 4, ("desk", "dead"): 1, ("gone", "pending"): 2},
    oldest_pending=NOW - timedelta(minutes=2),
    failing=frozenset({"b", "not configured any more"}),
)


def seen(**changes: Any) -> Seen:
    usual = {
        "now": NOW,
        "figures": FIGURES,
        "reload": ReloadState(NOW - timedelta(hours=1)),
        "rules": 7,
        "sources": {"a", "b", "c", "list"},
        "broken": {"list"},
        "receivers": ["desk", "hook"],
        "attempts": {("desk", "sent"): 4, ("desk", "permanent"): 1, ("desk", "temporary"): 2},
    }
    return Seen(**{**usual, **changes})


def samples(text: bytes) -> dict[tuple[str, ...], float]:
    """(name, label value.., by the names of the labels) -> value of every sample."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


def of(name: str, **changes: Any) -> dict[tuple[str, ...], float]:
    found = samples(exposition(seen(**changes)))
    return {labels[1:]: value for labels, value in found.items() if labels[0] == f"news_monitor_{name}"}


def test_every_number_is_told() -> None:
    assert of("rules") == {(): 7}
    assert of("build_info") == {(version("news-monitor"),): 1}
    assert of("config_last_reload_successful") == {(): 1}
    assert of("config_last_reload_success_timestamp_seconds") == {(): (NOW - timedelta(hours=1)).timestamp()}
    assert of("sources") == {("healthy",): 2, ("failing",): 2}
    assert of("articles_total") == {("new",): 5, ("duplicate",): 2, ("update",): 0}
    assert of("alerts_total") == {(one,): 3 if one == "first" else 0 for one in Reason}
    assert of("alerts_suppressed_total") == {(one,): 1 if one == "duplicate" else 0 for one in Suppression}
    assert of("oldest_pending_delivery_seconds") == {(): 120}
    assert of("notifications_total") == {("desk",): 7, ("hook",): 0}


def test_deliveries_have_every_state_also_of_receivers_that_are_gone() -> None:
    found = of("deliveries")
    assert set(found) == {(name, state) for name in ("desk", "hook", "gone") for state in DeliveryState}
    full = {("desk", "sent"): 4, ("desk", "dead"): 1, ("gone", "pending"): 2}
    assert {labels: value for labels, value in found.items() if value} == full


def test_failures_have_a_reason() -> None:
    found = of("notifications_failed_total")
    assert {labels: value for labels, value in found.items() if value} == {
        ("temporary", "desk"): 2,
        ("permanent", "desk"): 1,
    }
    reasons = {(reason, "hook"): 0 for reason in ("temporary", "permanent", "disabled", "other")}
    assert {labels: value for labels, value in found.items() if labels[1] == "hook"} == reasons


def test_a_refused_edit_is_a_zero_with_the_time_of_the_last_good_one() -> None:
    good = NOW - timedelta(days=1)
    state = ReloadState(NOW, ("rules.yaml:1:1: odd",), before=good)
    assert of("config_last_reload_successful", reload=state) == {(): 0}
    assert of("config_last_reload_success_timestamp_seconds", reload=state) == {(): good.timestamp()}


def test_nothing_pending_is_no_age_and_what_waits_for_its_time_no_negative_one() -> None:
    nothing = Figures({}, {}, {}, {}, None, frozenset())
    assert of("oldest_pending_delivery_seconds", figures=nothing) == {(): 0}
    ahead = Figures({}, {}, {}, {("desk", "pending"): 1}, NOW + timedelta(hours=1), frozenset())
    assert of("oldest_pending_delivery_seconds", figures=ahead) == {(): 0}


def test_names_that_people_chose_break_nothing() -> None:
    odd = 'a "b"\\\n{c="d"} 1\nfake_metric 2'
    found = of("notifications_total", receivers=[odd], attempts={})
    assert found == {(odd,): 0}
    assert not [name for name, *_ in samples(exposition(seen(receivers=[odd]))) if name.startswith("fake")]


def lint(text: str) -> Iterator[str]:
    """What `promtool check metrics` would say."""
    for family in text_string_to_metric_families(text):
        samples = {sample.name for sample in family.samples}
        if not family.documentation:
            yield f"{family.name} has no help"
        if family.type == "counter" and any(not name.endswith("_total") for name in samples):
            yield f"{family.name} is a counter without _total"
        if family.type != "counter" and any(name.endswith(("_total", "_count", "_sum", "_bucket")) for name in samples):
            yield f"{family.name} is called like a counter or a histogram"
        if re.search(r"[A-Z]|_(milliseconds|minutes|hours|days|kilobytes|gauge|counter)(_|$)", family.name):
            yield f"{family.name} has another unit, its type or a capital in its name"
        if family.type == "unknown":
            yield f"{family.name} has no type"


def test_the_names_are_as_prometheus_wants_them() -> None:
    assert list(lint("# HELP a_milliseconds x\n# TYPE a_milliseconds counter\na_milliseconds 1\n"))
    text = exposition(seen()).decode()
    assert list(lint(text)) == []
    assert {name for name, *_ in samples(text.encode()) if not name.startswith(("news_monitor_", "process_"))} == set()
    assert text.count("# HELP") == text.count("# TYPE") == len(list(text_string_to_metric_families(text)))


def test_the_guide_alerts_on_what_there_is() -> None:
    guide = (Path(__file__).parents[2] / "deploy" / "README.md").read_text("utf-8")
    scrape, rules = (yaml.safe_load(one) for one in re.findall(r"^```yaml\n(.*?)^```", guide, re.MULTILINE | re.DOTALL))
    assert scrape["scrape_configs"][0]["static_configs"][0]["targets"] == [WebSettings().listen]
    told = {name for name, *_ in samples(exposition(seen()))}
    expressions = [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    assert len(expressions) == 2
    assert all(expression.split()[0] in told for expression in expressions)
    named = re.findall(r"`(?:news_monitor)?(_\w+_total)`", guide)
    assert len(named) == 5
    assert {f"news_monitor{name}" for name in named} <= told


def test_the_process_tells_of_itself_also_where_the_system_is_hidden(tmp_path: Path) -> None:
    """The unit of systemd has ProcSubset=pid: there is no /proc/stat."""
    found = samples(exposition(seen()))
    assert found["process_resident_memory_bytes",] > 10_000_000
    assert found["process_start_time_seconds",] == samples(exposition(seen()))["process_start_time_seconds",]
    (tmp_path / "self").symlink_to("/proc/self")
    hidden = {metric.name for metric in metrics._Process(registry=None, proc=str(tmp_path)).collect()}
    assert {"process_cpu_seconds", "process_resident_memory_bytes", "process_start_time_seconds"} <= hidden


@pytest.mark.parametrize("enum", [Verdict, Reason, Suppression, DeliveryState])
def test_values_of_labels_are_short_words(enum: Any) -> None:
    assert all(re.fullmatch(r"[a-z-]{3,20}", one) for one in enum)

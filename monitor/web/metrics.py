"""What the store holds, how the last reload went, what was sent -> the text that Prometheus reads."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from importlib.metadata import version

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from monitor.model import DeliveryState, Reason, Suppression, Verdict
from monitor.reload import ReloadState
from monitor.store import Figures

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
_FAILURES = ("temporary", "permanent", "disabled", "other")


@dataclass(frozen=True, slots=True)
class Seen:
    """The daemon at one moment. `attempts` as in Channels, `sources` and `receivers` are the names of those configured,
    `broken` the lists of sources that cannot be read."""

    now: datetime
    figures: Figures
    reload: ReloadState
    rules: int
    sources: Collection[str]
    broken: Collection[str]
    receivers: Collection[str]
    attempts: Mapping[tuple[str, str], int]


def exposition(seen: Seen) -> bytes:
    """All metrics in the text format of Prometheus (0.0.4)."""
    return generate_latest(_Metrics(seen))


class _Process(ProcessCollector):
    """The usual metrics of a process, also where /proc shows nothing but processes (`ProcSubset=pid` of our unit)."""

    def _boot_time(self) -> float:
        if not hasattr(time, "CLOCK_BOOTTIME"):
            raise OSError("no Linux, so no /proc either")
        return time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)


# Made once: the start of the process must be the same at each scrape.
_PROCESS = _Process(registry=None)


class _Metrics(Collector):
    """What is scraped once."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen

    def collect(self) -> Iterator[Metric]:
        yield from _config(self._seen)
        yield from _archive(self._seen)
        yield from _outbox(self._seen)
        yield from _PROCESS.collect()


def _config(seen: Seen) -> Iterator[Metric]:
    build = GaugeMetricFamily("news_monitor_build_info", "1, labelled with the version.", labels=["version"])
    build.add_metric([version("news-monitor")], 1)
    yield build
    last = seen.reload.succeeded
    name = "news_monitor_config_last_reload"
    yield GaugeMetricFamily(
        f"{name}_successful", "Whether what is written is what runs (1), or was refused (0).", seen.reload.successful
    )
    yield GaugeMetricFamily(
        f"{name}_success_timestamp_seconds", "When what runs went live.", last.timestamp() if last else 0
    )
    yield GaugeMetricFamily("news_monitor_rules", "Watch rules that are live.", seen.rules)
    failing = {one for one in seen.sources if one in seen.figures.failing or one in seen.broken}
    states = {"healthy": len(seen.sources) - len(failing), "failing": len(failing)}
    yield _gauge(
        "news_monitor_sources", "Sources, the feeds of lists included, by how polling them goes.", "state", states
    )


def _archive(seen: Seen) -> Iterator[Metric]:
    figures = seen.figures
    yield _counter(
        "news_monitor_articles_total", "Articles taken in, by verdict.", "verdict", _each(Verdict, figures.articles)
    )
    yield _counter(
        "news_monitor_alerts_total",
        "Alerts raised, also those that are for no receiver, by reason.",
        "reason",
        _each(Reason, figures.alerts),
    )
    yield _counter(
        "news_monitor_alerts_suppressed_total",
        "Matches that nobody was told of, by why not.",
        "why",
        _each(Suppression, figures.suppressed),
    )


def _outbox(seen: Seen) -> Iterator[Metric]:
    known = dict.fromkeys([*seen.receivers, *(name for name, _ in seen.figures.deliveries)])
    held = GaugeMetricFamily(
        "news_monitor_deliveries", "Deliveries in the outbox, by state.", labels=["receiver", "state"]
    )
    for name in known:
        for state in DeliveryState:
            held.add_metric([name, state], seen.figures.deliveries.get((name, state), 0))
    yield held
    oldest = seen.figures.oldest_pending
    age = max((seen.now - oldest).total_seconds(), 0.0) if oldest else 0.0
    yield GaugeMetricFamily(
        "news_monitor_oldest_pending_delivery_seconds",
        "How long ago the first of the deliveries was to leave that are yet to be sent; 0 when none is late.",
        age,
    )
    tried = CounterMetricFamily(
        "news_monitor_notifications_total",
        "Attempts of this process to send a notification, those that failed included.",
        labels=["receiver"],
    )
    failed = CounterMetricFamily(
        "news_monitor_notifications_failed_total",
        "Attempts of this process to send a notification that failed, by reason.",
        labels=["receiver", "reason"],
    )
    for name in dict.fromkeys([*seen.receivers, *(name for name, _ in seen.attempts)]):
        tried.add_metric([name], sum(number for (one, _), number in seen.attempts.items() if one == name))
        for reason in _FAILURES:
            failed.add_metric([name, reason], seen.attempts.get((name, reason), 0))
    yield from (tried, failed)


def _each(values: type[StrEnum], counted: Mapping[str, int]) -> dict[str, int]:
    """The number of every value: one that appears only with its first event hides that event from `increase()`."""
    return {**dict.fromkeys(map(str, values), 0), **counted}


def _gauge(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    return _with(GaugeMetricFamily(name, text, labels=[label]), values.items())


def _counter(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    return _with(CounterMetricFamily(name, text, labels=[label]), values.items())


def _with(
    family: GaugeMetricFamily | CounterMetricFamily, values: Iterable[tuple[str, float]]
) -> GaugeMetricFamily | CounterMetricFamily:
    for value, number in values:
        family.add_metric([value], number)
    return family

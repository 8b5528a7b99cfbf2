"""Whoever tells the operator something gives its facts too, so that it can be told in French."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flow.simulation import Simulation

from monitor import reload, sending
from monitor.alert import operator_alert, render
from monitor.ingest import MAX_LINES
from monitor.model import Delivery, DeliveryKind, Document, Item, SourceState
from monitor.reload import ReloadState
from monitor.troubles import Trouble
from monitor.upkeep import Watchdog, health

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
PARIS = ZoneInfo("Europe/Paris")
RULES = {"version": 1, "rules": [{"id": "flood", "when": {"phrase": "crue"}}]}


def french(document: Document) -> str:
    """What a French operator reads of an alert, its white space made plain; none of its English lines."""
    delivery = Delivery(1, "m", "desk", "", 1, NOW, (document,), DeliveryKind.GROUP)
    text = " ".join(render(delivery, "fr", PARIS).text.partition("-----")[0].split())
    assert document["new"]
    assert not [line for line in document["new"] if f"+ {line}" in text]
    return text


def of(event: str, trouble: Trouble | None) -> str:
    assert trouble is not None
    return french(operator_alert(event, "hook", trouble.lines, NOW, trouble.facts).document)


def test_what_the_watchdog_sees(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk: Any = Simulation.of(tmp_path, {"route": {"receiver": "desk"}}, RULES, ["desk", "hook"], NOW)
    asyncio.run(desk.take_in(Item("a", "1", "La crue monte à Sommières.", title="Une crue")))
    desk.store.disable("hook", "410 Gone", NOW)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(total=1000, free=43))
    desk.now = NOW + 2 * HOUR
    asyncio.run(Watchdog(desk).look())
    rows = [row for row in desk.store.alerts(100, suppressed=False) if row.rule.startswith("monitor.")]
    told = {row.rule.removeprefix("monitor."): french(row.document) for row in rows}
    desk.store.close()
    assert told.keys() == {"disk-full", "receiver-disabled", "queue-growing"}
    assert "Il reste 4,3 % d’espace disque" in told["disk-full"]
    assert "« 410 Gone »" in told["receiver-disabled"]
    assert "1 envoi attend, le plus ancien depuis le 2 mars 2026 à 10:00 CET." in told["queue-growing"]


def test_what_sending_runs_into() -> None:
    delivery = Delivery(7, "m", "hook", "a@b.example", 1, NOW, ())
    assert "« 550 no »" in of("delivery-dead", sending._given_up(delivery, "550 no"))
    assert "« own.txt:1: odd »" in of("template-failed", sending._failed("own.txt:1: odd"))
    assert "5 000 octets, max_body en autorise 4 096." in of("message-cut", sending._shortened((5_000, 4_096)))
    assert sending._failed(None) is sending._shortened(None) is None


def test_what_a_reload_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    found: dict[str, Mapping[str, Trouble]] = {}

    def told(_: object, event: str, troubles: Mapping[str, Trouble], __: Callable[[str], bool]) -> None:
        found[event] = troubles

    monkeypatch.setattr(reload, "tell", told)
    problems = tuple(f"a.yaml:{n}:1: odd" for n in range(reload.MOST + 2))
    watch: Any = SimpleNamespace(settings=SimpleNamespace(receivers=()))
    reload._tell_of_reload(watch, "c", ReloadState(NOW, problems, stored=NOW))
    reload._tell_of_receivers(watch, {"hook": 2})
    trouble = found["reload-refused"]["c"]
    text = of("reload-refused", Trouble(tuple({*trouble.lines} - {*problems}), trouble.facts))
    assert "Démarré avec les règles en vigueur depuis le 2 mars 2026 à 10:00 CET." in text
    assert "et 2 autres : news-monitor check" in text
    assert "2 envois attendent et partiront" in of("receiver-missing", found["receiver-missing"]["hook"])


@pytest.mark.parametrize(("others", "more"), [(set(), 20), ({"Une 3"}, 19)])
def test_how_sources_do(others: set[str], more: int, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []
    memory = SimpleNamespace(mark_told=lambda asked: set(asked) - others)  # another daemon has told of the others
    monkeypatch.setattr(health, "Dispatch", lambda *_: SimpleNamespace(send=sent.extend))
    state = SourceState(trouble="503 (3 times in a row)", ailing=NOW - HOUR)
    names = [f"Une {n}" for n in range(MAX_LINES + 20)]
    ailing = [(name, state) for name in names]
    store = SimpleNamespace(ailing=lambda: ailing, intake=lambda: nullcontext(memory))
    watch: Any = SimpleNamespace(settings=None, store=store, clock=lambda: NOW)
    asyncio.run(health.tell_operator(watch, dict.fromkeys(names, "x.example")))
    facts = sent[0].document["facts"]
    assert (len(facts["sources"]), facts["more"]) == (MAX_LINES, more)
    assert not {one["name"] for one in facts["sources"]} & others
    assert "+ Une 0 : 3 échecs de suite : « 503 » +" in french(sent[0].document)

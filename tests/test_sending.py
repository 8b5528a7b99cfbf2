"""What the operator is told of messages that were not sent as they should."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flow.simulation import Office, Simulation

from monitor.deliver import WebhookReceiver
from monitor.errors import DeliveryError
from monitor.model import Delivery, Item, Message

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ROUTE = {
    "route": {
        "receiver": "desk",
        "group_interval": "0s",
        "routes": [{"match": {"tag": "operator"}, "receiver": "admin"}],
    }
}
RULES = {"version": 1, "rules": [{"id": "flood", "when": {"phrase": "crue"}}]}
TOWNS = "Sommières Quissac Lunel".split()


class Refusing(Office):
    """Somebody who wants nothing of what is sent to the desk, or to anybody."""

    unwilling: tuple[str, ...] = ("desk",)

    async def send(self, receiver: Any, delivery: Delivery, message: Message, now: datetime) -> str:
        if receiver.name in self.unwilling:
            raise DeliveryError(receiver.name, "550 no such user", permanent=True)
        return await super().send(receiver, delivery, message, now)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Simulation]:
    one = Simulation.of(tmp_path, ROUTE, RULES, ["desk", "admin"], NOW)
    yield one
    one.store.close()


def floods(desk: Simulation, *, days: int = 0) -> list[tuple[str, tuple[str, ...]]]:
    """Three floods that are told; gives what was sent to whom."""
    desk.now = NOW + timedelta(days=days)
    for number, town in enumerate(TOWNS):
        text = f"La crue de {days} mètres a surpris {town} dans la nuit, où {number + 4} caves sont inondées."
        asyncio.run(desk.take_in(Item("gazette", f"{town} {days}", text, title=f"Une crue à {town}, jour {days}")))
    for _ in range(2):
        asyncio.run(desk.relay())
    return [(one.to, tuple(alert["rule"]["id"] for alert in one.alerts)) for one in desk.office.sent]


def test_deliveries_that_are_given_up_are_told_once_a_day(desk: Simulation) -> None:
    desk.office = Refusing()
    assert floods(desk) == [("admin", ("monitor.delivery-dead",))]
    (sent,) = desk.office.sent
    assert sent.alerts[0]["new"] == ["550 no such user; `news-monitor deliveries retry 1` sends it again"]
    assert len(floods(desk, days=1)) == 2


def test_messages_to_the_operator_that_are_given_up_are_not_told_in_a_circle(desk: Simulation) -> None:
    desk.office = office = Refusing()
    office.unwilling = ("desk", "admin")
    assert floods(desk) == []
    told = [row.rule for row in desk.store.alerts(100, suppressed=False) if row.rule.startswith("monitor.")]
    assert told == ["monitor.delivery-dead"]


def test_a_template_that_fails_is_told_and_the_message_goes_out_all_the_same(desk: Simulation, tmp_path: Path) -> None:
    template = tmp_path / "own.txt"
    template.write_text("{{ alerts[0].nothing.at_all }}", "utf-8")
    receivers = [
        {"name": "desk", "type": "console", "templates": {"text": str(template)}},
        {"name": "admin", "type": "console"},
    ]
    desk.settings = type(desk.settings).model_validate({"version": 1, **ROUTE, "receivers": receivers})
    sent = floods(desk)
    assert [to for to, _ in sent].count("desk") == len(TOWNS)
    assert [rules for to, rules in sent if to == "admin"] == [("monitor.template-failed",)]
    assert "crue" in next(one for one in desk.office.sent if one.to == "desk").message.text


def test_a_body_that_is_too_large_is_told(desk: Simulation) -> None:
    hook = WebhookReceiver.model_validate(
        {
            "type": "webhook",
            "name": "desk",
            "url": "https://h.example/",
            "secret": "whsec_" + "QUFB" * 10,
            "max_body": "4096B",
        }
    )
    text = " ".join(
        f"La crue numéro {number} a noyé {'les caves évacuées, ' * 40}{number * 7}." for number in range(200)
    )
    desk.settings = desk.settings.model_copy(update={"receivers": (hook, desk.settings.receivers[1])})
    asyncio.run(desk.take_in(Item("gazette", "1", text, title="Des crues")))
    for _ in range(2):
        asyncio.run(desk.relay())
    assert [one.alerts[0]["rule"]["id"] for one in desk.office.sent] == ["flood", "monitor.message-cut"]


def test_what_the_operator_has_silenced_is_hidden_once_a_day_however_much_is_given_up(desk: Simulation) -> None:
    desk.store.silence({"tag": ["operator"]}, {}, "jane", "holidays", None, NOW + timedelta(hours=1), NOW)
    desk.office = Refusing()
    assert floods(desk) == []
    assert [row.suppressed for row in desk.store.alerts(100, suppressed=True) if row.suppressed] == ["silence"]

"""A delivery -> a signed POST: verified by the reference library, answered in every way a server can."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.client_reqrep import ConnectionKey
from deliver.posted import Answer, Peer, floods, hangs, never_ends, resets, says
from ingest.web.test_faults_ssrf import CLOSED, LOOPBACK, Doors
from pydantic import ValidationError
from standardwebhooks import Webhook, WebhookVerificationError

from monitor.deliver import Channels, WebhookReceiver
from monitor.errors import DeliveryError
from monitor.faults import SpokenError
from monitor.ingest import Fetcher
from monitor.model import Delivery, DeliveryKind, Message

CANARY = "canary-4711"
KEY = f"whsec_{base64.b64encode(CANARY.encode() * 3).decode()}"
DAY = timedelta(hours=24)

Deliver = Callable[..., Delivery]


def receiver(url: str, **settings: Any) -> WebhookReceiver:
    return WebhookReceiver.model_validate({"name": "hook", "type": "webhook", "url": url, "secret": KEY, **settings})


class Outcome:
    """What came of sending to a peer: the answer or the error, and what the peer got."""

    def __init__(self, result: str | DeliveryError, got: list[tuple[dict[str, str], bytes]]) -> None:
        self.result = result
        self.got = got

    @property
    def error(self) -> DeliveryError:
        assert isinstance(self.result, DeliveryError)
        return self.result


def post(answer: Answer, delivery: Delivery, message: Message, *, query: str = "", **settings: Any) -> Outcome:
    async def run() -> Outcome:
        async with Peer(answer) as peer, aiohttp.ClientSession() as session, Channels(session, io.StringIO()) as out:
            try:
                result: str | DeliveryError = await out.send(
                    receiver(peer.url + query, **settings), delivery, message, datetime.now(UTC)
                )
            except DeliveryError as error:
                result = error
            return Outcome(result, peer.got)

    return asyncio.run(run())


# ---- What a receiver gets ----


def test_a_signature_the_reference_library_accepts(delivery: Deliver, message: Message) -> None:
    outcome = post(says(200, "merci"), delivery(), message)
    assert outcome.result == "200 OK merci"
    [(headers, body)] = outcome.got
    assert headers["webhook-id"] == "msg-5f2a"
    assert headers["Content-Type"] == "application/json"
    assert Webhook(KEY).verify(body, headers) == {
        "type": "alert.created",
        "timestamp": "2026-03-01T12:30:00.000Z",
        "data": {"receiver": "hook", "group": {"story": "0123abcd"}, "alerts": list(delivery().alerts)},
    }


def test_each_secret_signs_while_they_are_rotated(delivery: Deliver, message: Message) -> None:
    old, new, other = (f"whsec_{base64.b64encode(letter * 24).decode()}" for letter in (b"o", b"n", b"x"))
    [(headers, body)] = post(says(204), delivery(), message, secret=[new, old]).got
    assert len(headers["webhook-signature"].split(" ")) == 2
    assert Webhook(new).verify(body, headers) == Webhook(old).verify(body, headers)
    first = headers | {"webhook-signature": headers["webhook-signature"].split(" ")[0]}
    assert Webhook(new).verify(body, first)
    with pytest.raises(WebhookVerificationError):
        Webhook(other).verify(body, headers)


@pytest.mark.parametrize("tampered", ["body", "id", "timestamp", "secret"])
def test_tampering_is_noticed(tampered: str, delivery: Deliver, message: Message) -> None:
    [(headers, body)] = post(says(204), delivery(), message).got
    key = KEY
    match tampered:
        case "body":
            body = body.replace(b"high", b"info")
        case "id":
            headers["webhook-id"] = "msg-5f2b"
        case "timestamp":
            headers["webhook-timestamp"] = str(int(headers["webhook-timestamp"]) - 1)
        case "secret":
            key = f"whsec_{base64.b64encode(b'another key of 24 bytes!').decode()}"
    with pytest.raises(WebhookVerificationError):
        Webhook(key).verify(body, headers)


def test_an_attempt_again_has_the_same_id_and_body_and_a_fresh_timestamp(delivery: Deliver, message: Message) -> None:
    async def run() -> list[tuple[dict[str, str], bytes]]:
        async with Peer(resets) as peer, aiohttp.ClientSession() as session, Channels(session, io.StringIO()) as out:
            for attempt in (1, 2):
                now = datetime.now(UTC) + timedelta(seconds=attempt)
                with pytest.raises(DeliveryError):
                    await out.send(receiver(peer.url), delivery(attempt=attempt), message, now)
            return peer.got

    (first, body), (second, same) = asyncio.run(run())
    assert body == same
    assert first["webhook-id"] == second["webhook-id"]
    assert int(second["webhook-timestamp"]) == int(first["webhook-timestamp"]) + 1
    assert Webhook(KEY).verify(body, second)


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("first", "alert.created"),
        ("every", "alert.created"),
        ("late", "alert.created"),
        ("sources", "alert.created"),
        ("update", "alert.updated"),
        ("new-facts", "alert.updated"),
        ("repeat", "alert.updated"),
        ("correction", "alert.updated"),
        ("test", "test"),
        ("operator", "operator"),
    ],
)
def test_the_type_follows_from_the_reason(reason: str, kind: str, delivery: Deliver, message: Message) -> None:
    [(_, body)] = post(says(200), delivery(reason=reason), message).got
    assert json.loads(body)["type"] == kind


@pytest.mark.parametrize("kind", [DeliveryKind.DIGEST, DeliveryKind.SUMMARY, DeliveryKind.SPILL])
def test_what_gathers_the_alerts_of_a_time_is_a_digest(kind: DeliveryKind, delivery: Deliver, message: Message) -> None:
    first, second = delivery(), delivery(story={"id": "89"})
    digest = replace(first, kind=kind, alerts=(*first.alerts, *second.alerts), counted={"silence": 3}, group={})
    [(_, body)] = post(says(200), digest, message).got
    sent = json.loads(body)
    assert (sent["type"], sent["data"]["group"], sent["data"]["counted"]) == ("digest", {}, {"silence": 3})
    assert [alert["story"]["id"] for alert in sent["data"]["alerts"]] == ["0123abcd", "89"]


def test_the_group_is_that_of_the_route_whatever_is_in_it(delivery: Deliver, message: Message) -> None:
    one = replace(delivery(story=None), group={"level": "high", "tag": "gaz,otan"})
    [(_, body)] = post(says(200), one, message).got
    assert json.loads(body)["data"]["group"] == {"level": "high", "tag": "gaz,otan"}


def test_hostile_text_is_data(delivery: Deliver, message: Message) -> None:
    hostile = 'a"\r\n\x00</script>\ud83d' + "é" * 10_000
    [(headers, body)] = post(says(200), delivery(new=[hostile]), message).got
    sent = Webhook(KEY).verify(body, headers)
    assert sent["data"]["alerts"][0]["new"] == [hostile.replace("\ud83d", "?")]


# ---- What a receiver may answer ----


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_only_2xx_is_success(status: int, delivery: Deliver, message: Message) -> None:
    result = post(says(status), delivery(), message).result
    assert isinstance(result, str)
    assert result.startswith(str(status))


@pytest.mark.parametrize(
    ("status", "whole"),
    [(400, False), (413, False), (422, False), (500, False), (401, True), (403, True), (404, True), (429, True),
     (502, True), (503, True), (504, True)],
)  # fmt: skip
def test_any_other_answer_is_tried_again(status: int, whole: bool, delivery: Deliver, message: Message) -> None:
    error = post(says(status, "non"), delivery(), message).error
    assert error.answer.startswith(str(status))
    assert error.answer.endswith("non")
    assert (error.permanent, error.disabled, error.retry_after) == (False, False, None)
    assert error.whole == whole


def test_410_disables_the_receiver(delivery: Deliver, message: Message) -> None:
    error = post(says(410), delivery(), message).error
    assert error.disabled
    assert not error.permanent


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_a_failure_and_not_followed(status: int, delivery: Deliver, message: Message) -> None:
    outcome = post(says(status, Location="/elsewhere"), delivery(), message)
    assert outcome.error.answer.startswith(str(status))
    assert outcome.error.whole
    assert len(outcome.got) == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_pause_that_is_asked_for_is_one_for_all_messages(status: int, delivery: Deliver, message: Message) -> None:
    error = post(says(status, Retry_After="120"), delivery(), message).error
    assert (error.retry_after, error.whole) == (timedelta(seconds=120), True)


def test_a_pause_is_asked_for_as_a_date_too_and_never_longer_than_a_day(delivery: Deliver, message: Message) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    pause = post(says(503, Retry_After=date), delivery(), message).error.retry_after
    assert pause is not None
    assert timedelta(minutes=59) < pause <= timedelta(hours=1)
    assert post(says(503, Retry_After="99999999"), delivery(), message).error.retry_after == DAY


@pytest.mark.parametrize("answer", [hangs, floods])
def test_nobody_is_waited_for_longer_than_the_timeout(answer: Answer, delivery: Deliver, message: Message) -> None:
    outcome = post(answer, delivery(), message, timeout=timedelta(seconds=0.3))
    expected = "no answer within 0.3 s" if answer is hangs else "500 Internal Server Error " + "x" * 173 + "…"
    assert outcome.error.answer == expected
    assert outcome.error.whole == (answer is hangs)


def test_a_2xx_counts_even_if_its_body_never_comes(delivery: Deliver, message: Message) -> None:
    assert post(never_ends, delivery(), message, timeout=timedelta(seconds=0.3)).result == "200 OK"


def test_a_connection_that_breaks_is_tried_again(delivery: Deliver, message: Message) -> None:
    error = post(resets, delivery(), message).error
    assert (error.permanent, error.whole) == (False, False)  # a kept connection that was just closed, or one message
    assert error.answer == "the server closed the connection without an answer"


def test_a_port_that_nobody_listens_to(delivery: Deliver, message: Message) -> None:
    async def run() -> None:
        async with Peer(hangs) as peer:
            url = peer.url
        async with aiohttp.ClientSession() as session, Channels(session, io.StringIO()) as out:
            await out.send(receiver(url), delivery(), message, datetime.now(UTC))

    with pytest.raises(DeliveryError, match=r"^hook: 127\.0\.0\.1 cannot be reached: connection refused$") as failed:
        asyncio.run(run())
    assert failed.value.whole


def test_an_address_that_the_guarded_connector_refuses(delivery: Deliver, message: Message) -> None:
    class Guarded(aiohttp.TCPConnector):
        async def connect(self, *_: Any, **__: Any) -> Any:
            key = ConnectionKey("127.0.0.1", 9, False, False, None, None, None)
            raise aiohttp.ClientConnectorError(key, SpokenError(13, "127.0.0.1 is a private address"))

    async def run() -> None:
        async with aiohttp.ClientSession(connector=Guarded()) as session, Channels(session, io.StringIO()) as out:
            await out.send(receiver("http://127.0.0.1:9/"), delivery(), message, datetime.now(UTC))

    with pytest.raises(DeliveryError, match=r"hook: 127\.0\.0\.1 is a private address"):
        asyncio.run(run())


def test_an_answer_is_one_short_harmless_line(delivery: Deliver, message: Message) -> None:
    answer = post(says(500, "\x1b[31mA\r\nSet-Cookie: x\u202e\n" + "b" * 5000), delivery(), message).error.answer
    assert answer.startswith("500 Internal Server Error A Set-Cookie: x b")
    assert len(answer) == 200


def test_an_answer_that_cannot_be_unpacked_is_its_status(delivery: Deliver, message: Message) -> None:
    assert post(says(500, "no gzip", Content_Encoding="gzip"), delivery(), message).error.answer == (
        "500 Internal Server Error"
    )


def test_an_answer_that_repeats_a_secret_is_not_passed_on(delivery: Deliver, message: Message) -> None:
    async def parrot(request: web.Request) -> web.StreamResponse:
        return web.Response(status=500, text=f"{request.path_qs} {request.query['token']}")

    error = post(parrot, delivery(), message, query=f"?v=1&token={CANARY}%20x").error
    assert error.answer == "500 Internal Server Error /hook?*** ***"


# ---- What is too large ----


def large(delivery: Deliver, alerts: int = 1) -> Delivery:
    one = delivery(new=["Une phrase de plus. " * 40] * 20).alerts[0]
    return replace(delivery(), alerts=(one,) * alerts)


def test_a_body_that_is_too_large_is_sent_plainer_and_says_so(delivery: Deliver, message: Message) -> None:
    outcome = post(says(200, "merci"), large(delivery), message, max_body="8KiB")
    [(headers, body)] = outcome.got
    sent = Webhook(KEY).verify(body, headers)
    assert len(body) <= 8192
    size = sent["data"]["shortened"].pop("bytes")
    assert sent["data"]["shortened"] == {"limit": 8192, "alerts": 1}
    assert outcome.result == f"shortened from {size} to 8192 bytes: 200 OK merci"
    [alert] = sent["data"]["alerts"]
    assert (alert["new"], alert["evidence"], alert["also"]) == ([], [], [])
    assert alert["article"]["title"] == delivery().alerts[0]["article"]["title"]


def test_a_body_of_just_the_limit_is_sent_whole(delivery: Deliver, message: Message) -> None:
    [(_, body)] = post(says(200), large(delivery), message).got
    [(_, same)] = post(says(200), large(delivery), message, max_body=len(body)).got
    [(_, shorter)] = post(says(200), large(delivery), message, max_body=len(body) - 1).got
    assert same == body
    assert len(shorter) < 4096


def test_what_the_server_finds_too_large_it_gets_once_more_as_small_as_can_be(
    delivery: Deliver, message: Message
) -> None:
    async def small(request: web.Request) -> web.StreamResponse:
        return web.Response(status=413 if (request.content_length or 0) > 5000 else 200)

    outcome = post(small, large(delivery), message)
    assert str(outcome.result).endswith("4096 bytes: 200 OK")
    (first, _), (second, body) = outcome.got
    assert first["webhook-id"] == second["webhook-id"]
    assert Webhook(KEY).verify(body, second)["data"]["shortened"]["limit"] == 4096
    assert len(post(says(413), large(delivery), message).got) == 2
    assert len(post(says(413), delivery(), message).got) == 1


# ---- Where nobody goes ----


@pytest.fixture
def doors() -> Iterator[Doors]:
    found = Doors(["127.0.0.1", "::1"])
    yield found
    for server in found.sockets:
        server.close()


@pytest.mark.parametrize("host", LOOPBACK)
def test_no_spelling_of_this_machine_is_posted_to(
    host: str, doors: Doors, delivery: Deliver, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = socket.getaddrinfo

    def lookup(name: Any, *rest: Any, **more: Any) -> Any:
        return known("127.0.0.1" if name == "evil.example" else name, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)

    async def run() -> None:
        async with Fetcher(CLOSED) as fetcher, Channels(fetcher.session, io.StringIO()) as out:
            url = f"http://{host.format(doors.port)}/hook?token={CANARY}"
            await out.send(receiver(url, timeout="5s"), delivery(), message, datetime.now(UTC))

    with pytest.raises((DeliveryError, ValidationError)) as refused:
        asyncio.run(run())
    assert doors.came() == 0
    assert CANARY not in str(refused.value)
    assert not isinstance(refused.value, DeliveryError) or refused.value.whole

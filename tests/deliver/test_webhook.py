"""A delivery -> a signed POST: verified by the reference library, answered in every way a server can."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import io
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from standardwebhooks import Webhook, WebhookVerificationError

from monitor.deliver import Channels, WebhookReceiver
from monitor.errors import DeliveryError
from monitor.model import Delivery, Message

CANARY = "canary-4711"
KEY = f"whsec_{base64.b64encode(CANARY.encode() * 3).decode()}"
DAY = timedelta(hours=24)

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
Deliver = Callable[..., Delivery]


class Peer:
    """An HTTP server on loopback that keeps what it gets and answers as told."""

    def __init__(self, answer: Answer) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.url = ""
        self._answer = answer

    async def __aenter__(self) -> Peer:
        self._runner = web.AppRunner(self._application(), shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/hook"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    def _application(self) -> web.Application:
        application = web.Application()
        application.router.add_route("*", "/{tail:.*}", self._take)
        return application

    async def _take(self, request: web.Request) -> web.StreamResponse:
        self.got.append((dict(request.headers), await request.read()))
        return await self._answer(request)


def says(status: int, text: str = "", **headers: str) -> Answer:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text=text, headers={k.replace("_", "-"): v for k, v in headers.items()})

    return answer


async def hangs(_: web.Request) -> web.StreamResponse:
    await asyncio.sleep(60)
    return web.Response()


async def resets(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def never_ends(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    with contextlib.suppress(ConnectionError):
        await asyncio.sleep(60)
    return response


async def floods(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(status=500)
    await response.prepare(request)
    with contextlib.suppress(ConnectionError):
        while True:
            await response.write(b"x" * 65536)
    return response


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
    [("first", "alert.created"), ("every", "alert.created"), ("update", "alert.updated"), ("test", "test")],
)
def test_the_type_follows_from_the_reason(reason: str, kind: str, delivery: Deliver, message: Message) -> None:
    [(_, body)] = post(says(200), delivery(reason=reason), message).got
    assert json.loads(body)["type"] == kind


def test_an_alert_of_no_story_has_no_group(delivery: Deliver, message: Message) -> None:
    [(_, body)] = post(says(200), delivery(story=None), message).got
    assert json.loads(body)["data"]["group"] == {}


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


@pytest.mark.parametrize("status", [400, 401, 404, 500, 502, 503])
def test_any_other_answer_is_tried_again(status: int, delivery: Deliver, message: Message) -> None:
    error = post(says(status, "non"), delivery(), message).error
    assert error.answer.startswith(str(status))
    assert error.answer.endswith("non")
    assert (error.permanent, error.disabled, error.retry_after) == (False, False, None)


def test_410_disables_the_receiver(delivery: Deliver, message: Message) -> None:
    error = post(says(410), delivery(), message).error
    assert error.disabled
    assert not error.permanent


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_a_failure_and_not_followed(status: int, delivery: Deliver, message: Message) -> None:
    outcome = post(says(status, Location="/elsewhere"), delivery(), message)
    assert outcome.error.answer.startswith(str(status))
    assert len(outcome.got) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_pause_that_is_asked_for_is_reported(status: int, delivery: Deliver, message: Message) -> None:
    assert post(says(status, Retry_After="120"), delivery(), message).error.retry_after == timedelta(seconds=120)


@pytest.mark.parametrize("answer", [hangs, floods])
def test_nobody_is_waited_for_longer_than_the_timeout(answer: Answer, delivery: Deliver, message: Message) -> None:
    outcome = post(answer, delivery(), message, timeout=timedelta(seconds=0.3))
    expected = "no answer within 0.3 s" if answer is hangs else "500 Internal Server Error " + "x" * 173 + "…"
    assert outcome.error.answer == expected


def test_a_2xx_counts_even_if_its_body_never_comes(delivery: Deliver, message: Message) -> None:
    assert post(never_ends, delivery(), message, timeout=timedelta(seconds=0.3)).result == "200 OK"


def test_a_connection_that_breaks_is_tried_again(delivery: Deliver, message: Message) -> None:
    error = post(resets, delivery(), message).error
    assert not error.permanent
    assert "disconnected" in error.answer.lower()


def test_a_port_that_nobody_listens_to(delivery: Deliver, message: Message) -> None:
    async def run() -> None:
        async with Peer(hangs) as peer:
            url = peer.url
        async with aiohttp.ClientSession() as session, Channels(session, io.StringIO()) as out:
            await out.send(receiver(url), delivery(), message, datetime.now(UTC))

    with pytest.raises(DeliveryError, match=r"hook: Cannot connect to host 127\.0\.0\.1"):
        asyncio.run(run())


def test_an_address_that_the_guarded_connector_refuses(delivery: Deliver, message: Message) -> None:
    class Guarded(aiohttp.TCPConnector):
        async def connect(self, *_: Any, **__: Any) -> Any:
            raise aiohttp.ClientConnectionError("127.0.0.1 is a private address")

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


# ---- Retry-After ----

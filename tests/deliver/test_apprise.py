"""A message -> a service of the apprise library: what arrives, what is told of a refusal, what nobody gets to see."""

from __future__ import annotations

import asyncio
import io
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from deliver.posted import Answer, Peer, hangs, resets, says
from pydantic import ValidationError

from monitor.deliver import AnyReceiver, AppriseReceiver, Channels, apprise
from monitor.errors import DeliveryError
from monitor.log import set_up
from monitor.model import Delivery, Message
from monitor.values import Written

CANARY = "canary-4711"
Deliver = Callable[..., Delivery]


def receiver(url: str, **settings: Any) -> AppriseReceiver:
    return AppriseReceiver.model_validate({"name": "chat", "type": "apprise", "url": url, **settings})


class Outcome:
    """What came of sending to a peer: the answers or errors in turn, and the bodies that it got."""

    def __init__(self, results: list[str | DeliveryError], got: list[tuple[dict[str, str], bytes]]) -> None:
        self.results = results
        self.got = [json.loads(body) for _, body in got]

    @property
    def error(self) -> DeliveryError:
        [error] = self.results
        assert isinstance(error, DeliveryError)
        return error


def send(answer: Answer, url: str, message: Message, *deliveries: Delivery, **settings: Any) -> Outcome:
    """Sends to a peer, whose place in the address is `{}`."""

    async def run() -> Outcome:
        results: list[str | DeliveryError] = []
        async with Peer(answer) as peer, aiohttp.ClientSession() as session, Channels(session, io.StringIO()) as out:
            place = peer.url.removeprefix("http://").removesuffix("/hook")
            chat = receiver(url.replace("{}", place), **settings)
            for delivery in deliveries:
                try:
                    results.append(await out.send(chat, delivery, message, delivery.created))
                except DeliveryError as error:
                    results.append(error)
            return Outcome(results, peer.got)

    return asyncio.run(run())


# ---- What arrives ----


def test_a_service_that_takes_pages_gets_the_page(delivery: Deliver, message: Message) -> None:
    outcome = send(says(200), "json://{}/", message, delivery())
    assert outcome.results == ["Sent JSON POST notification"]
    [got] = outcome.got
    assert (got["title"], got["message"]) == (message.subject, "<p>Le <b>blé</b> manque à l'été.</p>")


def test_a_service_of_plain_words_gets_the_text(delivery: Deliver, message: Message) -> None:
    answer_in_thread = replace(message, subject=f"Re: {message.subject}")
    [got] = send(says(200), "ntfy://{}/news", answer_in_thread, delivery()).got
    assert got == {"topic": "news", "title": message.subject, "message": message.text.strip()}


def test_a_room_of_matrix_is_logged_in_to_once_and_left_at_the_end(delivery: Deliver, message: Message) -> None:
    asked: list[tuple[str, Any]] = []
    answers = {
        "login": {"access_token": "t", "user_id": "@watch:x", "device_id": "d"},
        "join": {"room_id": "!r:x"},
        "send": {"event_id": "$1"},
        "logout": {},
    }

    async def home(request: web.Request) -> web.StreamResponse:
        verb = next(word for word in answers if f"/{word}" in request.path)
        asked.append((verb, await request.json()))
        return web.json_response(answers[verb])

    send(home, "matrix://watch:secret@{}/!room:x", message, delivery(), delivery(wire_id="msg-6"))
    assert [verb for verb, _ in asked] == ["login", "join", "send", "send", "logout"]
    assert "<p>Le <b>blé</b> manque à l'été.</p>" in asked[2][1]["formatted_body"]


def test_markdown_is_made_of_the_page_and_article_text_never_becomes_some(delivery: Deliver, message: Message) -> None:
    page = '<p>*faux* [lien](http://x)</p><blockquote>Le <mark>blé</mark></blockquote><a href="https://e.org/a_b">titre</a>'
    [got] = send(says(200), "json://{}/?format=markdown", replace(message, html=page), delivery()).got
    assert r"\*faux\* \[lien\]" in got["message"]
    assert "> Le **blé**" in got["message"]
    assert "[titre](<https://e.org/a_b>)" in got["message"]


@pytest.mark.parametrize("name", ["@everyone", "@here", "@channel.", "<!channel>", "<@U1234>", "@all", "@room"])
@pytest.mark.parametrize("attempt", [1, 2])
def test_no_article_calls_everybody(name: str, attempt: int, delivery: Deliver, message: Message) -> None:
    shown = name.replace("<", "&lt;").replace(">", "&gt;")
    hostile = Message(f"Titre {name}", f"Texte {name}", f"<p>Page {shown}</p>")
    [got] = send(says(200), "json://{}/", hostile, delivery(attempt=attempt)).got
    for text in (got["title"], got["message"]):
        assert name not in text
        assert shown not in text
        assert "\u200b" in text


def test_an_address_is_no_call(delivery: Deliver, message: Message) -> None:
    [got] = send(says(200), "ntfy://{}/news", replace(message, text="a@all.example b@here.org"), delivery()).got
    assert got["message"] == "a@all.example b@here.org"


def test_what_was_refused_once_comes_again_as_plain_text(delivery: Deliver, message: Message) -> None:
    [got] = send(says(200), "json://{}/", message, delivery(attempt=2)).got
    assert got["message"] == "Le blé manque."


def test_a_text_cannot_steer_who_reads_it(delivery: Deliver, message: Message) -> None:
    [got] = send(says(200), "ntfy://{}/news", replace(message, text="a\x1b[2J\u202eb"), delivery()).got
    assert got["message"] == "ab"


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that takes short messages only."""
    monkeypatch.setattr("apprise.plugins.custom_json.NotifyJSON.body_maxlen", 1000)


def lines(number: int) -> str:
    return "\n".join(f"Ligne {one} du texte." for one in range(number))


@pytest.mark.usefixtures("short")
def test_a_long_text_is_split_where_it_must_be(delivery: Deliver, message: Message) -> None:
    text = lines(90)
    got = send(says(200), "json://{}/", replace(message, text=text, html=f"<p>{text}</p>"), delivery()).got
    assert len(got) == 2
    assert "".join(one["message"] for one in got).replace("\n", "") == text.replace("\n", "")


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize(("language", "cut"), [("fr", "[abrégé]"), ("en", "[shortened]")])
def test_a_text_that_needs_too_many_parts_is_cut_and_says_so(
    language: str, cut: str, delivery: Deliver, message: Message
) -> None:
    long = replace(message, text=lines(20_000), html="")
    got = send(says(200), "json://{}/", long, delivery(), language=language).got
    assert 2 <= len(got) <= apprise.MOST_PARTS
    assert "".join(one["message"] for one in got).replace("\n", "").endswith(f" du texte.{cut}")


@pytest.mark.usefixtures("short")
def test_whoever_asks_for_truncation_gets_it(delivery: Deliver, message: Message) -> None:
    long = replace(message, text=lines(90), html="")
    [got] = send(says(200), "json://{}/?overflow=truncate", long, delivery()).got
    assert len(got["message"]) <= 1000


def test_no_picture_is_fetched_from_elsewhere(delivery: Deliver, message: Message) -> None:
    async def run() -> dict[str, str]:
        async with Peer(says(200)) as peer, aiohttp.ClientSession() as session, Channels(session, io.StringIO()) as out:
            place = peer.url.removeprefix("http://").removesuffix("/hook")
            await out.send(receiver(f"ntfy://{place}/news"), delivery(), message, delivery().created)
            [(headers, _)] = peer.got
            return headers

    assert not [value for value in asyncio.run(run()).values() if "http" in value]


# ---- What is told of a refusal ----


@pytest.mark.parametrize(
    ("status", "whole"), [(400, False), (413, False), (401, True), (404, True), (429, True), (500, True)]
)
def test_a_refusal_tells_what_the_server_said(status: int, whole: bool, delivery: Deliver, message: Message) -> None:
    error = send(says(status, "pas de place\r\nici"), "json://{}/", message, delivery()).error
    assert error.answer.startswith("Failed to send JSON POST notification")
    assert error.answer.endswith(f"error={status}; pas de place ici")
    assert (error.whole, error.permanent, error.disabled) == (whole, False, False)


def test_a_redirect_is_a_failure_and_not_followed(delivery: Deliver, message: Message) -> None:
    outcome = send(says(302, Location="/elsewhere"), "json://{}/", message, delivery())
    assert "error=302" in outcome.error.answer
    assert len(outcome.got) == 1


def test_a_connection_that_breaks(delivery: Deliver, message: Message) -> None:
    error = send(resets, "json://{}/", message, delivery()).error
    assert error.answer.startswith("A Connection error occurred sending JSON notification to 127.0.0.1")
    assert error.whole


def test_a_service_that_hangs_is_left_and_nothing_more_is_begun_meanwhile(delivery: Deliver, message: Message) -> None:
    hung, busy = send(
        hangs, "json://{}/?rto=1", message, delivery(), delivery(), timeout=timedelta(seconds=0.3)
    ).results
    assert isinstance(hung, DeliveryError)
    assert isinstance(busy, DeliveryError)
    assert (hung.answer, hung.whole) == ("no answer within 0.3 s", True)
    assert (busy.answer, busy.whole) == ("an earlier message is still being sent", True)


@pytest.mark.parametrize("url", [f"nosuch://{CANARY}", f"tgram://{CANARY}", f"slack://{CANARY}"])
def test_an_address_that_the_library_cannot_use_is_a_failure(url: str, delivery: Deliver, message: Message) -> None:
    error = send(says(200), url, message, delivery()).error
    assert error.whole
    assert error.answer
    assert CANARY not in error.answer
    assert receiver(url).flaw() == error.answer


def test_an_address_that_it_can_use_has_no_flaw() -> None:
    assert receiver("ntfys://ntfy.example.org/news").flaw() is None


# ---- What nobody gets to see ----


def test_an_answer_that_repeats_a_secret_is_not_passed_on(
    delivery: Deliver, message: Message, capfd: pytest.CaptureFixture[str]
) -> None:
    async def parrot(request: web.Request) -> web.StreamResponse:
        return web.Response(status=500, text=f"{request.path_qs} {dict(request.headers)}")

    set_up(debug=True)
    url = f"json://user:{CANARY}-1@{{}}/{CANARY}-2/x?+X-Token={CANARY}-3&-key={CANARY}%204"
    error = send(parrot, url, message, delivery()).error
    assert "error=500; /***/x?key=*** {" in error.answer
    for shown in (error.answer, str(error), *capfd.readouterr()):
        assert CANARY not in shown
        assert "dXNlcjp" not in shown  # the login in base64


@pytest.mark.parametrize(
    ("url", "visible", "hidden"),
    [
        (f"ntfy://user:pw@ntfy.example.org:8080/{CANARY}", "ntfy.example.org 8080", f"{CANARY} pw"),
        (f"tgram://123456789:{CANARY}/12345", "tgram", f"123456789 {CANARY} 12345"),
        (f"slack://{CANARY}/TokenB/TokenC/#channel", "slack", f"{CANARY} TokenB TokenC"),
        (f"matrix://localhost?token={CANARY}", "localhost", CANARY),
        ("json://h/a%20b%20c%20d?k=x+y+z", "h", "a%20b%20c%20d a b c d"),
    ],
)
def test_of_an_address_only_the_host_is_shown(url: str, visible: str, hidden: str) -> None:
    secrets = apprise._secrets_in(url)
    assert not set(visible.split()) & set(secrets)
    assert {*hidden.split()} <= {*secrets, *(piece for one in secrets for piece in one.split())}


def test_secrets_are_shown_nowhere() -> None:
    settings = receiver(f"tgram://123456789:{CANARY}/12345")
    assert settings.model_dump()["url"] == "tgram://***"
    for shown in (repr(settings), str(settings), settings.model_dump_json()):
        assert CANARY not in shown


def test_two_services_do_not_hear_of_each_other(delivery: Deliver, message: Message) -> None:
    async def run() -> list[str | BaseException]:
        async with (
            Peer(says(200)) as good,
            Peer(says(500)) as bad,
            aiohttp.ClientSession() as session,
            Channels(session, io.StringIO()) as out,
        ):
            chats = [receiver(f"json{one.url.removeprefix('http')}", name=one.url) for one in (good, bad)]
            sends = (out.send(one, delivery(), message, delivery().created) for one in chats)
            return await asyncio.gather(*sends, return_exceptions=True)

    taken, refused = asyncio.run(run())
    assert taken == "Sent JSON POST notification"
    assert "error=500" in str(refused)
    assert "Sent" not in str(refused)


def test_no_thread_is_left_that_the_end_of_the_program_waits_for(delivery: Deliver, message: Message) -> None:
    send(says(200), "json://{}/", message, delivery())
    waited_for = [one for one in threading.enumerate() if not one.daemon and one is not threading.main_thread()]
    assert [one.name for one in waited_for if not one.name.startswith("asyncio_")] == []


def test_the_library_is_loaded_by_whoever_sends_only() -> None:
    program = "import sys, monitor.deliver; sys.exit('apprise' in sys.modules or 'requests' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


# ---- Settings ----


class Settings(Written):
    """The configuration around a receiver."""

    receiver: AnyReceiver


@pytest.mark.parametrize("url", ["", "slack", "slack://", CANARY, "://x", "slack://a\nb", "1x://a"])
def test_only_an_address_is_one_and_it_is_not_repeated(url: str) -> None:
    with pytest.raises(ValidationError, match=r"as apprise writes it") as failed:
        Settings.model_validate({"receiver": {"name": "chat", "type": "apprise", "url": url}})
    assert [one["loc"] for one in failed.value.errors()] == [("receiver", "apprise", "url")]
    assert CANARY not in str(failed.value)


def test_an_address_comes_from_its_file_beside_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "chat-url").write_text("ntfys://ntfy.example.org/news\n")
    written = {"name": "chat", "type": "apprise", "url_file": "chat-url"}
    found = AppriseReceiver.model_validate(written, context={"folder": tmp_path})
    assert found.url is not None
    assert found.url.get_secret_value() == "ntfys://ntfy.example.org/news"


@pytest.mark.parametrize("content", [None, "", CANARY])
def test_a_file_of_no_use_is_reported_at_its_key(content: str | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "chat-url").write_text(content)
    written = {"receiver": {"name": "chat", "type": "apprise", "url_file": str(tmp_path / "chat-url")}}
    with pytest.raises(ValidationError) as failed:
        Settings.model_validate(written)
    assert [one["loc"] for one in failed.value.errors()] == [("receiver", "apprise", "url_file")]
    assert CANARY not in str(failed.value)


def test_an_address_is_needed() -> None:
    with pytest.raises(ValidationError, match="'url' or 'url_file' is missing"):
        AppriseReceiver.model_validate({"name": "chat", "type": "apprise"})

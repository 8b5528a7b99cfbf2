"""A delivery -> a mail handed over: what arrives, and whatever the mail server may do."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from monitor.deliver import Channels, EmailReceiver
from monitor.deliver import email as email_module
from monitor.errors import DeliveryError
from monitor.model import Delivery, Message

CANARY = "canary-4711"  # the password that the server wants
NOW = datetime(2026, 3, 1, 12, 31, tzinfo=UTC)
TAKEN = "250 2.0.0 taken as 42"
SILENT = "the mail server did not answer in time"

Deliver = Callable[..., Delivery]
MakePeer = Callable[..., Any]

# aiosmtpd warns of a server that takes logins in clear, which is what some of these tests need.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning:aiosmtpd")


def text_of(part: Any) -> str:
    """The text of a part, with the line ends that a reader sees."""
    text: str = part.get_content()
    return text.replace("\r\n", "\n")


# ---- What arrives ----


def test_a_mail_over_starttls_after_a_login(peer: MakePeer, delivery: Deliver, message: Message) -> None:
    server = peer(login=True)
    assert server.send([delivery("desk@example.org")], message, username="watch", password=CANARY) == [TAKEN]
    assert server.encrypted == [True]
    [envelope] = server.got
    assert (envelope.mail_from, envelope.rcpt_tos) == ("watch@example.org", ["desk@example.org"])
    [mail] = server.mails()
    assert {name: mail[name] for name in mail if name not in ("MIME-Version", "Content-Type")} == {
        "Subject": "[élevé] Récolte",
        "From": "watch@example.org",
        "To": "desk@example.org",
        "Date": "Sun, 01 Mar 2026 12:30:00 +0000",
        "Message-ID": "<msg-5f2a@example.org>",
        "Auto-Submitted": "auto-generated",
        "List-Id": "<desk.news-monitor.example.org>",
        "X-News-Monitor-Rule": "grain-exports",
        "X-News-Monitor-Level": "high",
        "X-News-Monitor-Alert": "grain-exports/0123abcd/1",
        "X-News-Monitor-Story": "0123abcd",
        "In-Reply-To": "<story-0123abcd@example.org>",
        "References": "<story-0123abcd@example.org>",
    }
    assert mail.get_content_type() == "multipart/alternative"
    text, html = mail.iter_parts()
    assert (text.get_content_type(), text_of(text)) == ("text/plain", "Le blé manque.\n")
    assert (html.get_content_type(), text_of(html)) == ("text/html", "<p>Le <mark>blé</mark> manque à l'été.</p>\n")
    assert {part.get_content_charset() for part in (text, html)} == {"utf-8"}


@pytest.mark.parametrize(("offered", "hidden"), [("PLAIN", "LOGIN"), ("LOGIN", "PLAIN")])
def test_either_kind_of_login(peer: MakePeer, delivery: Deliver, message: Message, offered: str, hidden: str) -> None:
    server = peer(login=True, hidden_login=hidden)
    assert server.send([delivery("a@example.org")], message, username="watch", password=CANARY) == [TAKEN]
    assert server.logins == [offered]


def test_tls_from_the_first_byte(peer: MakePeer, delivery: Deliver, message: Message) -> None:
    assert peer(implicit=True).send([delivery("a@example.org")], message, starttls="implicit") == [TAKEN]


def test_messages_of_a_story_make_one_thread(peer: MakePeer, delivery: Deliver, message: Message) -> None:
    server = peer()
    pair = [delivery("a@example.org", wire_id=wire_id) for wire_id in ("msg-1", "msg-2")]
    server.send([*pair, delivery("a@example.org", wire_id="msg-3", story=None)], message)
    first, second, alone = server.mails()
    assert first["Message-ID"] != second["Message-ID"]
    assert first["References"] == second["References"] == "<story-0123abcd@example.org>"
    assert alone["References"] is alone["In-Reply-To"] is alone["X-News-Monitor-Story"] is None


# ---- Connections ----


def test_one_connection_carries_all_messages(peer: MakePeer, delivery: Deliver, message: Message) -> None:
    server = peer()
    assert server.send([delivery("a@example.org", wire_id=f"m{n}") for n in range(20)], message) == [TAKEN] * 20
    assert len(server.got) == 20
    assert server.connections == 1


def test_messages_at_the_same_time_do_not_mix(peer: MakePeer, delivery: Deliver, message: Message) -> None:
    server = peer()

    async def run() -> None:
        async with server.channel() as send:
            deliveries = [delivery(f"p{n}@example.org", wire_id=f"m{n}") for n in range(10)]
            await asyncio.gather(*(send(one, message) for one in deliveries))

    asyncio.run(run())
    got = zip(server.got, server.mails(), strict=True)
    assert [(envelope.rcpt_tos, mail["To"], mail["Message-ID"]) for envelope, mail in got] == [
        ([f"p{n}@example.org"], f"p{n}@example.org", f"<m{n}@example.org>") for n in range(10)
    ]
    assert server.connections == 1


def test_a_connection_closed_meanwhile_is_opened_anew(peer: MakePeer, delivery: Deliver, message: Message) -> None:
    server = peer()

    async def run() -> list[str]:
        async with server.channel() as send:
            first = await send(delivery("a@example.org"), message)
            server.protocols[0].transport.abort()
            return [first, await send(delivery("a@example.org"), message)]

    assert asyncio.run(run()) == [TAKEN] * 2
    assert server.connections == 2


def test_an_idle_connection_is_opened_anew(
    peer: MakePeer, delivery: Deliver, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(email_module, "IDLE", 0.05)
    server = peer()
    assert server.send([delivery("a@example.org")] * 2, message, pause=0.1) == [TAKEN] * 2
    assert server.connections == 2


def test_a_cancelled_message_leaves_no_connection(peer: MakePeer, delivery: Deliver, message: Message) -> None:
    server = peer(finals=["hang"])

    async def run() -> str:
        async with server.channel() as send:
            task = asyncio.create_task(send(delivery("a@example.org"), message))
            while not server.got:
                await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            # A connection that still owes an answer would let the next message wait for it.
            async with asyncio.timeout(10):
                answer: str = await send(delivery("a@example.org"), message)
                return answer

    assert asyncio.run(run()) == TAKEN
    assert server.connections == 2


# ---- What a server may do ----


def test_a_bad_address_harms_no_other(peer: MakePeer, delivery: Deliver, message: Message) -> None:
    server = peer(answers={"p3@example.org": "550 5.1.1 unknown"})
    results = server.send([delivery(f"p{n}@example.org", wire_id=f"m{n}") for n in range(10)], message)
    refused = results.pop(3)
    assert (refused.receiver, refused.answer, refused.permanent) == ("desk", "550 5.1.1 unknown", True)
    assert not refused.whole
    assert results == [TAKEN] * 9
    assert server.connections == 1


@pytest.mark.parametrize(
    ("behaviour", "answer", "permanent", "whole"),
    [
        ({"answers": {"a@example.org": "451 4.7.1 greylisted"}}, "451 4.7.1 greylisted", False, False),
        ({"answers": {"a@example.org": "452 4.2.2 mailbox full"}}, "452 4.2.2 mailbox full", False, False),
        ({"answers": {"a@example.org": "421 4.3.2 closing"}}, "421 4.3.2 closing", False, True),
        ({"answers": {"a@example.org": "530 5.7.0 log in"}}, "530 5.7.0 log in", False, True),
        ({"sender_answer": "553 5.1.8 not you"}, "553 5.1.8 not you", False, True),
        ({"finals": ["452 4.3.1 full"]}, "452 4.3.1 full", False, False),
        ({"finals": ["421 4.3.2 closing"]}, "421 4.3.2 closing", False, True),
        ({"finals": ["554 5.7.1 spam"]}, "554 5.7.1 spam", True, False),
    ],
)
def test_only_what_cannot_pass_or_be_mended_is_permanent(
    behaviour: dict[str, Any],
    answer: str,
    permanent: bool,
    whole: bool,
    peer: MakePeer,
    delivery: Deliver,
    message: Message,
) -> None:
    refused = peer(**behaviour).failure(delivery("a@example.org"), message)
    assert (refused.answer, refused.permanent, refused.whole) == (answer, permanent, whole)


def test_a_message_taken_whose_answer_is_lost_comes_again_under_the_same_id(
    peer: MakePeer, delivery: Deliver, message: Message
) -> None:
    server = peer(finals=["drop", "drop"])
    lost, again, taken = server.send([delivery("a@example.org", attempt=n) for n in (1, 2, 3)], message)
    assert (lost.permanent, again.permanent, taken) == (False, False, TAKEN)
    assert (lost.whole, again.whole) == (False, False)  # a filter may hang up on one message
    assert len({envelope.content for envelope in server.got}) == 1
    assert [mail["Message-ID"] for mail in server.mails()] == ["<msg-5f2a@example.org>"] * 3


def test_a_server_that_never_answers(peer: MakePeer, delivery: Deliver, message: Message) -> None:
    hung = peer(finals=["hang"]).failure(delivery("a@example.org"), message, data_timeout=timedelta(seconds=0.2))
    assert (hung.answer, hung.permanent, hung.whole) == (SILENT, False, True)


def test_one_message_never_takes_longer_than_both_timeouts(peer: MakePeer, delivery: Deliver, message: Message) -> None:
    server = peer(finals=["hang"], slow=0.3)
    limits = {"timeout": timedelta(seconds=0.4), "data_timeout": timedelta(seconds=0.1)}
    assert server.failure(delivery("a@example.org"), message, **limits).answer == SILENT
    assert server.got == []


def send_to(port: int, receiver: Callable[..., EmailReceiver], delivery: Delivery, message: Message) -> Any:
    async def run() -> str:
        async with aiohttp.ClientSession() as session, Channels(session, io.StringIO()) as channels:
            settings = receiver(port=port, timeout=timedelta(seconds=0.5))
            return await channels.send(settings, delivery, message, NOW)

    return run()


def failure_at(talk: Any, receiver: Callable[..., EmailReceiver], delivery: Delivery, message: Message) -> str:
    """The answer of sending to a server that talks as told."""

    async def run() -> None:
        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        async with server:
            await send_to(server.sockets[0].getsockname()[1], receiver, delivery, message)

    with pytest.raises(DeliveryError) as failed:
        asyncio.run(run())
    assert (failed.value.permanent, failed.value.whole) == (False, True)
    return failed.value.answer


def test_a_server_that_never_greets(
    receiver: Callable[..., EmailReceiver], delivery: Deliver, message: Message
) -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    assert failure_at(say_nothing, receiver, delivery("a@example.org"), message) == SILENT


def test_a_server_that_is_not_there(
    receiver: Callable[..., EmailReceiver], delivery: Deliver, message: Message
) -> None:
    async def run() -> None:
        server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        server.close()
        await server.wait_closed()
        await send_to(port, receiver, delivery("a@example.org"), message)

    with pytest.raises(DeliveryError, match="desk: localhost cannot be reached: connection refused"):
        asyncio.run(run())


@pytest.mark.parametrize(
    "script",
    [
        b"",
        b"554 5.3.2 closed today\r\n",
        b"hello\r\n",
        b"\xff\x00\r\n",
        b"220-" + b"x" * 100_000,
        b"220 hi\r\n250 \xff\x00AUTH=\x00\r\n",
        b"220 hi\r\n500 what\r\n500 what\r\n",
        b"220 hi\r\n250-mx\r\n250 STARTTLS\r\n220 go\r\nnot a handshake\r\n",
        b"220 hi\r\n250-mx\r\n250 STARTTLS\r\n454 not now\r\n",
    ],
)
def test_a_server_that_talks_nonsense_is_a_failed_delivery(
    script: bytes, receiver: Callable[..., EmailReceiver], delivery: Deliver, message: Message
) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for line in script.splitlines(keepends=True):
            writer.write(line)
            if line[3:4] == b" ":  # the end of an answer: the next one answers something
                await reader.readline()
        writer.close()

    answer = failure_at(talk, receiver, delivery("a@example.org"), message)
    assert 0 < len(answer) <= 200
    assert answer.isprintable()


# ---- Encryption and login ----


def test_nothing_is_sent_in_clear_when_no_encryption_is_offered(
    peer: MakePeer, delivery: Deliver, message: Message
) -> None:
    server = peer(offers_tls=False, tls=False, login=True)
    stripped = server.failure(delivery("a@example.org"), message, username="watch", password=CANARY)
    assert (stripped.answer, stripped.permanent) == ("SMTP STARTTLS extension not supported by server.", False)
    assert server.got == server.logins == []


def test_mail_goes_unencrypted_only_when_told_so(
    peer: MakePeer, delivery: Deliver, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr("ssl.create_default_context")  # no certificates are read for it
    server = peer(offers_tls=False, tls=False, login=True)
    settings = {"starttls": "off", "username": "watch", "password": CANARY, "ca_file": None}
    assert server.send([delivery("a@example.org")], message, **settings) == [TAKEN]
    assert server.encrypted == [False]


@pytest.mark.parametrize("fault", ["untrusted", "expired", "other_host"])
def test_a_certificate_that_proves_nothing_is_refused(
    fault: str, peer: MakePeer, request: pytest.FixtureRequest, delivery: Deliver, message: Message
) -> None:
    server = peer() if fault == "untrusted" else peer(certificate=request.getfixturevalue(fault))
    smtp = {"ca_file": None} if fault == "untrusted" else {}
    refused = server.failure(delivery("a@example.org"), message, **smtp)
    assert refused.answer.startswith("the certificate of localhost is not valid: ")
    assert not refused.permanent
    assert server.got == []


def test_a_refused_login_can_be_mended_and_shows_no_password(
    peer: MakePeer, delivery: Deliver, message: Message
) -> None:
    server = peer(login=True)
    refused = server.failure(delivery("a@example.org"), message, username="watch", password=CANARY + "x")
    assert (refused.answer, refused.permanent) == ("login refused: 535 5.7.8 no *** ***", False)
    assert CANARY not in str(refused)
    assert server.got == []


def test_a_missing_login_is_seen(peer: MakePeer, delivery: Deliver, message: Message) -> None:
    refused = peer(login=True).failure(delivery("a@example.org"), message)
    assert refused.answer.startswith("530 5.7.0")
    assert not refused.permanent

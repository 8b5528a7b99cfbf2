"""A message -> lines on the terminal."""

from __future__ import annotations

import asyncio
import io
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TextIO

import aiohttp
import pytest

from monitor.deliver import Channels, ConsoleReceiver, console
from monitor.errors import DeliveryError
from monitor.model import Delivery, Message

NOW = datetime(2026, 3, 1, 12, 31, tzinfo=UTC)
TERMINAL = ConsoleReceiver(name="terminal", type="console")


def show(stream: TextIO, delivery: Delivery, *messages: Message) -> list[str]:
    async def run() -> list[str]:
        async with aiohttp.ClientSession() as session, Channels(session, stream) as channels:
            return [await channels.send(TERMINAL, delivery, message, NOW) for message in messages]

    return asyncio.run(run())


def test_messages_are_set_apart_by_a_blank_line(delivery: Callable[..., Delivery], message: Message) -> None:
    stream = io.StringIO()
    answers = show(stream, delivery(), message, replace(message, text="Deux\nlignes"))
    assert stream.getvalue() == "Le blé manque.\n\nDeux\nlignes\n\n"
    assert answers == ["written", "written"]


def test_the_channel_of_a_receiver_that_is_gone_is_closed_once_nothing_is_sent_by_it(
    delivery: Callable[..., Delivery], message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[str] = []

    async def close(channel: object) -> None:
        closed.append("closed")

    async def run() -> None:
        async with aiohttp.ClientSession() as session, Channels(session, io.StringIO()) as channels:
            await channels.send(TERMINAL, delivery(), message, NOW)
            french = TERMINAL.model_copy(update={"language": "fr"})
            await channels.close_others([TERMINAL], [])
            await channels.close_others([french], ["terminal"])
            assert not closed
            await channels.close_others([french], [])
            await channels.close_others([french], [])
            assert closed == ["closed"]
            await channels.send(TERMINAL, delivery(), message, NOW)

    monkeypatch.setattr(console.ConsoleChannel, "close", close)
    asyncio.run(run())


def test_a_text_cannot_steer_the_terminal(delivery: Callable[..., Delivery], message: Message) -> None:
    stream = io.StringIO()
    show(stream, delivery(), replace(message, text="\x1b[2J\x1b]0;pris\x07Blé\u202e\x00"))
    assert stream.getvalue() == "Blé\n\n"


def test_a_message_is_out_at_once(delivery: Callable[..., Delivery], message: Message) -> None:
    reader, writer = os.pipe()
    with open(reader, encoding="utf-8") as read, open(writer, "w", encoding="utf-8") as stream:  # noqa: PTH123
        show(stream, delivery(), message)
        assert [read.readline(), read.readline()] == ["Le blé manque.\n", "\n"]


def test_a_terminal_of_another_charset_shows_what_it_can(delivery: Callable[..., Delivery], message: Message) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="latin-1")
    show(stream, delivery(), replace(message, text="blé 日"))
    assert raw.getvalue() == "blé ?\n\n".encode("latin-1")


def test_a_pipe_that_nobody_reads_is_a_failed_delivery(delivery: Callable[..., Delivery], message: Message) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    stream = os.fdopen(writer, "w", encoding="utf-8")
    with pytest.raises(DeliveryError, match=r"terminal: cannot be written to: .*Broken pipe") as failed:
        show(stream, delivery(), message)
    assert not failed.value.permanent
    stream.close()


def test_a_terminal_that_is_not_read_is_a_failed_delivery_and_blocks_nobody(
    delivery: Callable[..., Delivery], message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "PATIENCE", 0.2)
    reader, writer = os.pipe()
    long = replace(message, text="mot " * 100_000)

    async def send_twice() -> list[str]:
        answers = []
        async with aiohttp.ClientSession() as session:
            with os.fdopen(writer, "w", encoding="utf-8") as stream:
                channels = Channels(session, stream)
                for _ in range(2):
                    with pytest.raises(DeliveryError) as failed:
                        await channels.send(TERMINAL, delivery(), long, NOW)
                    answers.append(failed.value.answer)
                os.close(reader)  # lets the thread go that still writes
                await asyncio.sleep(0.2)
        return answers

    assert asyncio.run(send_twice()) == ["is not read for 0.2 s", "is not read, an earlier message still waits"]


def test_a_closed_stream_is_a_failed_delivery(delivery: Callable[..., Delivery], message: Message) -> None:
    stream = io.StringIO()
    stream.close()
    with pytest.raises(DeliveryError, match="it was closed"):
        show(stream, delivery(), message)

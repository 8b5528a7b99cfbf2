"""A delivery -> a line in a file, whole or not at all, whatever happened to the file before."""

from __future__ import annotations

import asyncio
import errno
import io
import json
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import ValidationError

from monitor.deliver import AnyReceiver, Channels, FileReceiver, file
from monitor.errors import DeliveryError
from monitor.model import Delivery, Message
from monitor.values import Written

Deliver = Callable[..., Delivery]


def receiver(path: Path) -> FileReceiver:
    return FileReceiver.model_validate({"name": "archive", "type": "file", "path": str(path)})


def keep(path: Path, message: Message, *deliveries: Delivery) -> list[str | DeliveryError]:
    """Sends in turn through one set of channels; the answer or the error of each."""

    async def run() -> list[str | DeliveryError]:
        results: list[str | DeliveryError] = []
        async with aiohttp.ClientSession() as session, Channels(session, io.StringIO()) as channels:
            settings = receiver(path)
            for one in deliveries:
                try:
                    results.append(await channels.send(settings, one, message, one.created))
                except DeliveryError as error:
                    results.append(error)
        return results

    return asyncio.run(run())


def failure(path: Path, message: Message, delivery: Delivery) -> DeliveryError:
    [error] = keep(path, message, delivery)
    assert isinstance(error, DeliveryError)
    return error


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_each_message_is_a_line(tmp_path: Path, delivery: Deliver, message: Message) -> None:
    path = tmp_path / "alerts.jsonl"
    first, second = delivery(), delivery(wire_id="msg-6")
    assert (
        keep(path, message, first, second)[0]
        == f"{len(path.read_bytes().splitlines()[0]) + 1} bytes appended to {path}"
    )
    assert lines(path) == [
        {
            "id": one.wire_id,
            "timestamp": "2026-03-01T12:30:00.000Z",
            "receiver": "archive",
            "group": {"story": "0123abcd"},
            "alerts": list(one.alerts),
        }
        for one in (first, second)
    ]
    assert path.stat().st_mode & 0o007 == 0


def test_no_text_can_begin_a_line(tmp_path: Path, delivery: Deliver, message: Message) -> None:
    path = tmp_path / "alerts.jsonl"
    hostile = 'a\n{"id": "forged"}\r\n\x00\x85\u2028\ud83d'
    keep(path, message, delivery(new=[hostile]))
    assert path.read_bytes().count(b"\n") == 1
    assert json.loads(path.read_bytes())["alerts"][0]["new"] == [hostile.replace("\ud83d", "?")]


def test_a_line_that_broke_off_spoils_no_other(tmp_path: Path, delivery: Deliver, message: Message) -> None:
    path = tmp_path / "alerts.jsonl"
    path.write_bytes(b'{"id": "msg-1"}\n{"id": "ms')
    keep(path, message, delivery(), delivery(wire_id="msg-6"))
    whole, broken, *after = path.read_bytes().splitlines()
    assert (whole, broken) == (b'{"id": "msg-1"}', b'{"id": "ms')
    assert [json.loads(one)["id"] for one in after] == ["msg-5f2a", "msg-6"]


def test_a_file_that_was_moved_away_is_followed_by_a_new_one(
    tmp_path: Path, delivery: Deliver, message: Message
) -> None:
    path, moved = tmp_path / "alerts.jsonl", tmp_path / "alerts.jsonl.1"

    async def run() -> None:
        async with aiohttp.ClientSession() as session, Channels(session, io.StringIO()) as channels:
            settings = receiver(path)
            await channels.send(settings, delivery(wire_id="msg-1"), message, delivery().created)
            path.rename(moved)
            await channels.send(settings, delivery(wire_id="msg-2"), message, delivery().created)

    asyncio.run(run())
    assert [[one["id"] for one in lines(where)] for where in (moved, path)] == [["msg-1"], ["msg-2"]]


def test_a_full_disk_is_a_failure_of_the_receiver_and_the_message_comes_again_on_a_line_of_its_own(
    tmp_path: Path, delivery: Deliver, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, write = tmp_path / "alerts.jsonl", os.write
    with monkeypatch.context() as full:
        full.setattr(file.os, "write", lambda descriptor, data: write(descriptor, data[:20]))
        error = failure(path, message, delivery())
    assert (error.whole, error.permanent) == (True, False)
    assert "only 20 of" in error.answer
    [answer] = keep(path, message, delivery(attempt=2))
    assert isinstance(answer, str)
    broken, line = path.read_bytes().splitlines()
    assert (len(broken), json.loads(line)["id"]) == (20, "msg-5f2a")


@pytest.mark.parametrize(("call", "number"), [("write", errno.ENOSPC), ("fsync", errno.EIO), ("open", errno.EACCES)])
def test_what_the_system_refuses_is_told_and_tried_again(
    call: str, number: int, tmp_path: Path, delivery: Deliver, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> Any:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as broken:
        broken.setattr(file.os, call, refuse)
        error = failure(tmp_path / "alerts.jsonl", message, delivery())
    assert os.strerror(number) in error.answer
    assert (error.whole, error.permanent) == (True, False)


def test_a_line_is_on_the_disk_before_it_counts(
    tmp_path: Path, delivery: Deliver, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    fsync = os.fsync

    def note(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        fsync(descriptor)

    monkeypatch.setattr(file.os, "fsync", note)
    keep(tmp_path / "alerts.jsonl", message, delivery(), delivery())
    assert synced == [f"{tmp_path}/alerts.jsonl", str(tmp_path), f"{tmp_path}/alerts.jsonl"]


def test_a_pipe_in_its_place_is_refused_and_nobody_waits_for_its_reader(
    tmp_path: Path, delivery: Deliver, message: Message
) -> None:
    path = tmp_path / "alerts.jsonl"
    settings = receiver(path)
    os.mkfifo(path)

    async def run() -> None:
        async with aiohttp.ClientSession() as session, Channels(session, io.StringIO()) as channels:
            await channels.send(settings, delivery(), message, delivery().created)

    with pytest.raises(DeliveryError, match="not a regular file"):
        asyncio.run(run())


def test_a_disk_that_hangs_blocks_nobody(
    tmp_path: Path, delivery: Deliver, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = threading.Event()
    monkeypatch.setattr(file, "PATIENCE", 0.1)
    monkeypatch.setattr(file.os, "fsync", lambda _: again.wait(10))
    try:
        hung, busy = keep(tmp_path / "alerts.jsonl", message, delivery(), delivery())
    finally:
        again.set()
    assert [one.answer for one in (hung, busy) if isinstance(one, DeliveryError)] == [
        "the disk did not answer within 0.1 s",
        "cannot be written to yet, an earlier message still waits for the disk",
    ]


def test_lines_of_several_writers_are_never_mixed(tmp_path: Path) -> None:
    path = tmp_path / "alerts.jsonl"
    texts = [bytes([65 + n % 26]) * (n % 40 * 500 + 1) + b"\n" for n in range(400)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda text: file.append(path, text), texts))
    assert sorted(path.read_bytes().splitlines(keepends=True)) == sorted(texts)


class Settings(Written):
    """The configuration around a receiver."""

    receiver: AnyReceiver


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("nowhere/alerts.jsonl", "nowhere does not exist"),
        (".", "is a folder"),
        ("/dev/null", "is not a regular file"),
    ],
)
def test_a_path_of_no_use_is_reported_at_its_key(path: str, told: str, tmp_path: Path) -> None:
    written = {"receiver": {"name": "archive", "type": "file", "path": path}}
    with pytest.raises(ValidationError, match=told) as failed:
        Settings.model_validate(written, context={"folder": tmp_path})
    assert [one["loc"] for one in failed.value.errors()] == [("receiver", "file", "path")]


def test_a_path_is_relative_to_the_configuration(tmp_path: Path) -> None:
    written = {"name": "archive", "type": "file", "path": "alerts.jsonl"}
    assert FileReceiver.model_validate(written, context={"folder": tmp_path}).path == tmp_path / "alerts.jsonl"

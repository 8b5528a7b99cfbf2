"""The resolver: addresses of names, and name servers that do not answer."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from typing import Any

import pytest

from monitor.ingest.web import names
from monitor.ingest.web.names import LOOK_UPS, Resolver


def resolve(host: str, port: int = 443) -> list[Any]:
    return asyncio.run(Resolver().resolve(host, port))


def answered(monkeypatch: pytest.MonkeyPatch, *infos: tuple[Any, ...]) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: list(infos))


def test_all_addresses_come_in_the_order_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    answered(
        monkeypatch,
        (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("fe80::1", 443, 0, 3)),
        (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("2a00::1", 443, 0, 0)),
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 443)),
        (socket.AF_UNIX, socket.SOCK_STREAM, 0, "", ("/run/socket",)),
    )
    found = resolve("a.example")
    assert [(one["host"], one["port"]) for one in found] == [("fe80::1%3", 443), ("2a00::1", 443), ("8.8.8.8", 443)]
    assert {one["hostname"] for one in found} == {"a.example"}


def test_the_system_is_asked() -> None:
    assert {one["host"] for one in resolve("localhost")} <= {"127.0.0.1", "::1"}


@pytest.mark.parametrize(
    "error", [socket.gaierror(socket.EAI_NONAME, "unknown"), UnicodeError("label too long"), OSError("no network")]
)
def test_an_error_is_raised_to_who_asked(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(type(error)):
        resolve("a.example")


def test_name_servers_that_do_not_answer_hold_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    known, let_go = socket.getaddrinfo, threading.Event()

    def some_hang(host: Any, *rest: Any) -> Any:
        if host == "hangs.example":
            let_go.wait(30)
        return known("127.0.0.1", *rest)

    monkeypatch.setattr(socket, "getaddrinfo", some_hang)

    async def journey() -> float:
        resolver = Resolver()
        hanging = [asyncio.create_task(resolver.resolve("hangs.example")) for _ in range(LOOK_UPS - 1)]
        await asyncio.sleep(0)
        begun = time.monotonic()
        assert await resolver.resolve("quick.example")
        await asyncio.to_thread(int)  # the loop's own threads, which the store uses, are all free
        for task in hanging:
            task.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)
        return time.monotonic() - begun

    try:
        assert asyncio.run(journey()) < 2
    finally:
        let_go.set()  # their answers find no loop any more


def test_no_more_names_are_looked_up_at_once_than_there_may_be_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    known, let_go, hanging = socket.getaddrinfo, threading.Event(), threading.Semaphore(0)

    def hang(host: Any, *rest: Any) -> Any:
        hanging.release()
        let_go.wait(30)
        return known("127.0.0.1", *rest)

    monkeypatch.setattr(names, "LOOK_UPS", 2)
    monkeypatch.setattr(socket, "getaddrinfo", hang)

    async def journey() -> int:
        resolver = Resolver()
        given_up = [asyncio.create_task(resolver.resolve(f"{number}.example")) for number in range(5)]
        await asyncio.to_thread(lambda: [hanging.acquire() for _ in range(2)])
        for task in given_up:
            task.cancel()
        await asyncio.gather(*given_up, return_exceptions=True)
        later = asyncio.create_task(resolver.resolve("later.example"))
        await asyncio.sleep(0.05)
        assert not hanging.acquire(blocking=False)  # those that nobody waits for any more count too
        let_go.set()
        return len(await later)

    try:
        assert asyncio.run(journey()) == 1
    finally:
        let_go.set()

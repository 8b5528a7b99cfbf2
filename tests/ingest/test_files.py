"""A folder of files: what is taken, what is left for later, what is named as trouble."""

from __future__ import annotations

import asyncio
import os
import socket
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from monitor.errors import SourceError
from monitor.ingest import Fetcher, FileSource, HttpSettings, Poll, Workers, files, poll
from monitor.ingest.files import MAX_DEPTH, MAX_FILE
from monitor.model import Item, Markup, SourceState

NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)
Look = Callable[..., Poll]


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files count as written at once, except where a test is about that."""
    monkeypatch.setattr(files, "SETTLED", 0.0)


@pytest.fixture
def look(tmp_path: Path, workers: Workers) -> Look:
    def looking(seen: dict[str, str | None] | None = None, **keys: Any) -> Poll:
        source = FileSource.model_validate({"type": "files", "name": "Desk", "path": str(tmp_path), **keys})
        return asyncio.run(poll(source, SourceState(failures=2), seen or {}, Fetcher(HttpSettings()), workers, NOW))

    return looking


def stamps(poll: Poll) -> dict[str, str | None]:
    return {item.guid: item.stamp for item in poll.items}


def test_text_and_html_files_of_a_folder_and_the_folders_in_it(tmp_path: Path, look: Look) -> None:
    (tmp_path / "b").mkdir()
    for name in ("a.txt", "b/c.HTML", "b/d.htm", "README.md", "e.txt~", "f", "txt", ".hidden.txt"):
        (tmp_path / name).write_bytes(b"\xe9t\xe9")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "g.txt").write_text("x")
    found = look(tags=["seed"], language="fr")
    assert [(item.guid, item.markup) for item in found.items] == [
        ("a.txt", Markup.TEXT),
        ("b/c.HTML", Markup.HTML),
        ("b/d.htm", Markup.HTML),
    ]
    first = found.items[0]
    assert first == Item("Desk", "a.txt", b"\xe9t\xe9", language="fr", tags=("seed",), stamp=first.stamp)
    assert (found.troubles, found.young, found.unchanged) == ((), False, 0)
    assert (found.state.failures, found.state.succeeded) == (0, NOW)
    assert found.state.next_due == NOW + timedelta(seconds=5)


def test_only_new_and_changed_files_are_read_again(tmp_path: Path, look: Look) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("one")
    first = look()
    assert look(stamps(first)).items == ()
    assert look(stamps(first)).unchanged == 2
    (tmp_path / "c.txt").write_text("three")
    (tmp_path / "c.txt").replace(tmp_path / "b.txt")
    (tmp_path / "d.txt").write_text("new")
    second = look(stamps(first))
    assert [item.guid for item in second.items] == ["b.txt", "d.txt"]
    assert second.unchanged == 1
    assert look({"a.txt": None}).items[0].guid == "a.txt"


def test_a_change_that_restores_size_and_time_is_seen(tmp_path: Path, look: Look) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one")
    before, first = path.stat(), look()
    while path.stat().st_ctime_ns == before.st_ctime_ns:  # the clock of the file system ticks every few milliseconds
        path.write_text("two")
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert [item.content for item in look(stamps(first)).items] == [b"two"]


def test_a_file_still_being_written_is_left_for_the_next_poll(tmp_path: Path, look: Look, monkeypatch: Any) -> None:
    (tmp_path / "a.txt").write_text("hal")
    monkeypatch.setattr(files, "SETTLED", 1.0)
    monkeypatch.setattr(files, "time", SimpleNamespace(time=lambda: (tmp_path / "a.txt").stat().st_ctime + 0.9))
    young = look(poll="1h")
    assert (young.items, young.young, young.troubles) == ((), True, ())
    assert young.state.next_due == NOW + timedelta(seconds=1)
    monkeypatch.setattr(files, "time", SimpleNamespace(time=lambda: (tmp_path / "a.txt").stat().st_ctime + 1.0))
    assert look().items[0].content == b"hal"
    monkeypatch.setattr(files, "time", SimpleNamespace(time=lambda: (tmp_path / "a.txt").stat().st_ctime - 5.0))
    assert look().items[0].content == b"hal"  # a clock that was set back must not hide the file for ever


def test_a_file_that_changes_while_it_is_read_is_left_for_the_next_poll(
    tmp_path: Path, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text("one")
    (tmp_path / "b.txt").write_text("two")
    opening = os.open

    def growing(path: Any, *rest: Any, **more: Any) -> int:
        handle = opening(path, *rest, **more)
        if path == "a.txt":
            with (tmp_path / "a.txt").open("a") as file:
                file.write("more")
        return handle

    monkeypatch.setattr(os, "open", growing)
    found = look()
    assert [item.guid for item in found.items] == ["b.txt"]
    assert found.young


def test_a_file_deleted_after_the_listing_is_nobodys_trouble(
    tmp_path: Path, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text("one")
    (tmp_path / "b.txt").write_text("two")
    opening = os.open

    def losing(path: Any, *rest: Any, **more: Any) -> int:
        if path == "a.txt":
            (tmp_path / "a.txt").unlink()
        return opening(path, *rest, **more)

    monkeypatch.setattr(os, "open", losing)
    found = look()
    assert [item.guid for item in found.items] == ["b.txt"]
    assert (found.troubles, found.young) == ((), False)


def test_what_is_no_regular_file_is_named_and_never_opened(tmp_path: Path, look: Look, monkeypatch: Any) -> None:
    (tmp_path / "good.txt").write_text("good")
    os.mkfifo(tmp_path / "fifo.txt")
    (tmp_path / "link.txt").symlink_to("/etc/passwd")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "broken.html").symlink_to(tmp_path / "nowhere")
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(tmp_path)  # the path of a socket is limited to 108 bytes
        server.bind("socket.txt")
        opened: list[Any] = []
        opening = os.open
        monkeypatch.setattr(os, "open", lambda path, *a, **k: (opened.append(path), opening(path, *a, **k))[1])
        found = look()
    assert [item.guid for item in found.items] == ["good.txt"]
    assert opened == [tmp_path, "good.txt"]
    assert list(found.troubles) == [
        f"{tmp_path}/broken.html is a symbolic link, which is not followed",
        f"{tmp_path}/fifo.txt is not a regular file",
        f"{tmp_path}/link.txt is a symbolic link, which is not followed",
        f"{tmp_path}/loop is a symbolic link, which is not followed",
        f"{tmp_path}/socket.txt is not a regular file",
    ]


def test_a_file_swapped_for_a_fifo_or_a_link_does_not_block(tmp_path: Path, look: Look, monkeypatch: Any) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text("x")
    opening = os.open

    def swapping(path: Any, *rest: Any, **more: Any) -> int:
        if path == "a.txt":
            (tmp_path / path).unlink()
            os.mkfifo(tmp_path / path)
        if path == "b.txt":
            (tmp_path / path).unlink()
            (tmp_path / path).symlink_to("/etc/passwd")
        return opening(path, *rest, **more)

    monkeypatch.setattr(os, "open", swapping)
    found = look()
    assert [item.guid for item in found.items] == ["c.txt"]
    assert found.young
    assert len(found.troubles) == 1


def test_a_huge_file_is_named_and_not_read(tmp_path: Path, look: Look) -> None:
    with (tmp_path / "huge.txt").open("wb") as file:
        file.truncate(MAX_FILE + 1)
    with (tmp_path / "large.txt").open("wb") as file:
        file.truncate(MAX_FILE)
    found = look()
    assert [item.guid for item in found.items] == ["large.txt"]
    assert found.troubles == (f"{tmp_path}/huge.txt is larger than 5 MiB",)


def test_a_huge_folder_is_taken_in_portions(tmp_path: Path, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_POLL", 10)
    for n in range(5):
        (tmp_path / f"{n}.txt").write_text("12345")
    seen: dict[str, str | None] = {}
    rounds = [look(seen)]
    while rounds[-1].young:
        seen |= stamps(rounds[-1])
        rounds.append(look(seen))
    assert [[item.guid for item in found.items] for found in rounds] == [
        ["0.txt", "1.txt"],
        ["2.txt", "3.txt"],
        ["4.txt"],
    ]


def test_names_that_are_no_utf8_are_told_apart(tmp_path: Path, look: Look) -> None:
    for name in (b"\xe9.txt", b"\xe8.txt", b"\\xe9.txt", "é.txt".encode(), b"a\nb.txt"):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("x")
    found = look()
    assert {item.guid for item in found.items} == {"\\xe9.txt", "\\xe8.txt", "\\\\xe9.txt", "é.txt", "a\nb.txt"}
    "".join(item.guid for item in found.items).encode()
    assert look(stamps(found)).unchanged == 5


def test_a_path_longer_than_a_database_can_index_has_a_short_guid(tmp_path: Path, look: Look) -> None:
    folder = tmp_path.joinpath(*["f" * 200] * 6)
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text("x")
    found = look()
    assert len(found.items[0].guid) == 64
    assert look(stamps(found)).unchanged == 1


def test_folders_nested_too_deep_are_named(tmp_path: Path, look: Look) -> None:
    folder = tmp_path.joinpath(*["d"] * (MAX_DEPTH + 1))
    folder.mkdir(parents=True)
    (folder / "deep.txt").write_text("x")
    (folder.parent / "edge.txt").write_text("x")
    found = look()
    assert [Path(item.guid).name for item in found.items] == ["edge.txt"]
    assert found.troubles[0].endswith(f"is nested deeper than {MAX_DEPTH} folders")


def test_what_may_not_be_read_is_named_and_the_rest_is_taken() -> None:
    was = os.geteuid()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "good.txt").write_text("x")
        (folder / "secret.txt").touch(mode=0)
        (folder / "closed").mkdir(mode=0)
        source = FileSource.model_validate({"type": "files", "name": "Desk", "path": name})
        try:
            if was == 0:
                os.seteuid(65534)  # root can read everything: be nobody for a moment
            found = files.scan(source, {})
        finally:
            os.seteuid(was)
        (folder / "closed").chmod(0o700)
    assert [item.guid for item in found.items] == ["good.txt"]
    assert found.troubles == [
        f"{name}/closed cannot be read: Permission denied",
        f"{name}/secret.txt cannot be read: Permission denied",
    ]


@pytest.mark.parametrize(("make", "reason"), [(None, "No such file"), ("file", "Not a directory")])
def test_a_folder_that_cannot_be_read_is_the_sources_error(
    tmp_path: Path, look: Look, make: str | None, reason: str
) -> None:
    if make:
        (tmp_path / "x").write_text("")
    with pytest.raises(SourceError, match=f"^Desk: the folder {tmp_path}/x cannot be read: {reason}"):
        look(path=str(tmp_path / "x"))


def test_the_folder_itself_may_be_a_link(tmp_path: Path, look: Look) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.txt").write_text("x")
    (tmp_path / "link").symlink_to("real")
    assert [item.guid for item in look(path=str(tmp_path / "link")).items] == ["a.txt"]


def test_a_slow_disk_does_not_hold_up_the_loop(
    tmp_path: Path, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "scan", lambda *_: (time.sleep(0.3), files.Look(source, {}))[1])
    source = FileSource.model_validate({"type": "files", "name": "Desk", "path": str(tmp_path)})

    async def journey() -> int:
        polling = asyncio.create_task(poll(source, SourceState(), {}, Fetcher(HttpSettings()), workers, NOW))
        turns = 0
        while not polling.done():
            await asyncio.sleep(0.01)
            turns += 1
        return turns

    assert asyncio.run(journey()) > 5

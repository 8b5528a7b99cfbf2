"""A folder of files: what is taken, what is left for later, what is named as trouble."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest
from ingest.polling import polled

from monitor.errors import SourceError
from monitor.ingest import Fetcher, FileSource, HttpSettings, Poll, Workers, files
from monitor.ingest.files import MAX_DEPTH, MAX_FILE
from monitor.model import Item, Markup, SourceState

NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)
Look, Meddle = Callable[..., Poll], Callable[..., None]


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files count as written at once, except where a test is about that."""
    monkeypatch.setattr(files, "SETTLED", 0.0)


@pytest.fixture
def look(tmp_path: Path, workers: Workers) -> Look:
    def looking(seen: dict[str, str | None] | None = None, **keys: Any) -> Poll:
        source = FileSource.model_validate({"type": "files", "name": "Desk", "path": str(tmp_path), **keys})
        return asyncio.run(polled(source, SourceState(failures=2), seen or {}, Fetcher(HttpSettings()), workers, NOW))

    return looking


@pytest.fixture
def meddle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Meddle:
    """`meddle(name, act)`: something happens to a file in the moment it is opened, or right after that."""

    def meddling(name: str, act: Callable[[Path], Any], after: bool = False) -> None:
        opening = os.open

        def acting(path: Any, *rest: Any, **more: Any) -> int:
            if path == name and not after:
                act(tmp_path / name)
            handle = opening(path, *rest, **more)
            if path == name and after:
                act(tmp_path / name)
            return handle

        monkeypatch.setattr(os, "open", acting)

    return meddling


def sparse(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.truncate(size)


def stamps(poll: Poll) -> dict[str, str | None]:
    return {item.guid: item.stamp for item in poll.items}


def test_text_and_html_files_of_a_folder_and_the_folders_in_it(tmp_path: Path, look: Look) -> None:
    (tmp_path / "b").mkdir()
    for name in ("a.txt", "b/c.HTML", "b/d.htm", "b/e.EML", "README.md", "e.txt~", "f", "txt", ".hidden.txt"):
        (tmp_path / name).write_bytes(b"\xe9t\xe9")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "g.txt").write_text("x")
    found = look(tags=["seed"], language="fr")
    assert [(item.guid, item.markup) for item in found.items] == [
        ("a.txt", Markup.TEXT),
        ("b/c.HTML", Markup.HTML),
        ("b/d.htm", Markup.HTML),
        ("b/e.EML", Markup.MAIL),
    ]
    first = found.items[0]
    assert first == Item("Desk", "a.txt", b"\xe9t\xe9", language="fr", tags=("seed",), stamp=first.stamp)
    assert (found.troubles, found.young, found.unchanged) == ((), False, 0)
    assert found.state == SourceState(failures=2)  # what comes of it is decided when the items are stored


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


def test_fault_37_a_half_written_file_is_left_for_the_next_poll(tmp_path: Path, look: Look, monkeypatch: Any) -> None:
    (tmp_path / "a.txt").write_text("hal")
    monkeypatch.setattr(files, "SETTLED", 1.0)
    monkeypatch.setattr(files, "time", SimpleNamespace(time=lambda: (tmp_path / "a.txt").stat().st_ctime + 0.9))
    young = look(poll="1h")
    assert (young.items, young.young, young.troubles) == ((), True, ())
    monkeypatch.setattr(files, "time", SimpleNamespace(time=lambda: (tmp_path / "a.txt").stat().st_ctime + 1.0))
    assert look().items[0].content == b"hal"
    monkeypatch.setattr(files, "time", SimpleNamespace(time=lambda: (tmp_path / "a.txt").stat().st_ctime - 5.0))
    assert look().items[0].content == b"hal"  # a clock that was set back must not hide the file for ever


@pytest.mark.parametrize("moment", ["open", "fstat"])
def test_fault_37_a_file_that_changes_while_it_is_read_is_left_for_the_next_poll(
    tmp_path: Path, look: Look, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    asking = getattr(os, moment)

    def growing(*args: Any, **keys: Any) -> Any:
        answer = asking(*args, **keys)
        with (tmp_path / "a.txt").open("a") as file:
            file.write("more")
        return answer

    (tmp_path / "a.txt").write_text("one")
    monkeypatch.setattr(os, moment, growing)
    found = look()
    assert (found.items, found.young) == ((), True)


@pytest.mark.parametrize("after", [False, True])
def test_fault_37_a_file_deleted_before_or_while_it_is_read_is_nobodys_trouble(
    tmp_path: Path, look: Look, meddle: Meddle, after: bool
) -> None:
    (tmp_path / "a.txt").write_text("one")
    (tmp_path / "b.txt").write_text("two")
    meddle("a.txt", Path.unlink, after=after)
    found = look()
    assert [item.guid for item in found.items] == ["b.txt"]
    assert (found.troubles, found.young) == ((), after)
    again = look(stamps(found))
    assert (again.items, again.young, again.unchanged) == ((), False, 1)


def test_fault_37_a_file_swapped_for_a_fifo_or_a_link_does_not_block(
    tmp_path: Path, look: Look, meddle: Meddle
) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text("x")
    meddle("a.txt", lambda path: (path.unlink(), os.mkfifo(path)))
    meddle("b.txt", lambda path: (path.unlink(), path.symlink_to("/etc/passwd")))
    found = look()
    assert [item.guid for item in found.items] == ["c.txt"]
    assert found.young
    assert len(found.troubles) == 1


def test_fault_37_a_folder_swapped_for_a_link_leads_nowhere(tmp_path: Path, look: Look, meddle: Meddle) -> None:
    for name in ("inner", ".elsewhere"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text("x")
    meddle("inner", lambda path: (shutil.rmtree(path), path.symlink_to(tmp_path / ".elsewhere")))
    found = look()
    assert found.items == ()
    assert found.troubles == (f"{tmp_path}/inner cannot be read: Not a directory",)


def test_fault_37_links_fifos_and_sockets_are_named_and_never_opened(
    tmp_path: Path, look: Look, monkeypatch: Any
) -> None:
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


def test_fault_37_a_huge_file_is_named_and_not_read(tmp_path: Path, look: Look) -> None:
    sparse(tmp_path / "huge.txt", 1024**3)
    sparse(tmp_path / "larger.html", MAX_FILE + 1)
    sparse(tmp_path / "large.txt", MAX_FILE)
    found = look()
    assert [item.guid for item in found.items] == ["large.txt"]
    assert found.troubles == tuple(f"{tmp_path}/{name} is larger than 5 MiB" for name in ("huge.txt", "larger.html"))


def test_fault_37_of_a_huge_mail_the_beginning_is_read_where_the_text_is(tmp_path: Path, look: Look) -> None:
    sparse(tmp_path / "a.eml", 1024**3)
    with (tmp_path / "a.eml").open("r+b") as file:
        file.write(b"Subject: x\n\ny")
    found = look()
    assert found.troubles == ()
    assert found.items[0].content[:13] == b"Subject: x\n\ny"
    assert len(found.items[0].content) == MAX_FILE
    assert look(stamps(found)).unchanged == 1


def test_fault_37_a_device_is_named_and_never_opened(tmp_path: Path, look: Look) -> None:
    try:
        os.mknod(tmp_path / "zero.txt", 0o020666, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("only root may make devices")
    found = look()
    assert (found.items, found.troubles) == ((), (f"{tmp_path}/zero.txt is not a regular file",))


def test_fault_37_nothing_is_lost_and_nothing_read_twice(tmp_path: Path, look: Look, monkeypatch: Any) -> None:
    """Written in two halves, moved into place, changed afterwards: every version is read once and whole."""
    seen: dict[str, str | None] = {}
    read: list[tuple[str, Any]] = []

    def visit(after: float) -> None:
        newest = max((path.stat().st_ctime for path in tmp_path.glob("*.txt")), default=0.0)
        monkeypatch.setattr(files, "time", SimpleNamespace(time=lambda: newest + after))
        found = look(seen)
        seen.update(stamps(found))
        read.extend((item.guid, item.content) for item in found.items)

    monkeypatch.setattr(files, "SETTLED", 1.0)
    with (tmp_path / "a.txt").open("w") as file:
        for half in ("first ", "second"):
            file.write(half)
            file.flush()
            visit(0.1)
    (tmp_path / "part").write_text("whole")
    (tmp_path / "part").rename(tmp_path / "b.txt")
    for after in (0.5, 1.0, 1.5, 60.0):
        visit(after)
    (tmp_path / "a.txt").write_text("first, corrected")
    for after in (0.5, 1.0, 60.0):
        visit(after)
    assert read == [("a.txt", b"first second"), ("b.txt", b"whole"), ("a.txt", b"first, corrected")]


def test_ten_thousand_known_files_are_looked_through_in_a_moment(tmp_path: Path) -> None:
    (tmp_path / "0.txt").write_text("x")
    for n in range(1, 10_000):
        (tmp_path / f"{n}.txt").hardlink_to(tmp_path / "0.txt")
    source = FileSource.model_validate({"type": "files", "name": "Desk", "path": str(tmp_path)})
    first = files.scan(source, {})
    assert len(first.items) == 10_000
    begun = time.process_time()
    assert files.scan(source, {item.guid: item.stamp for item in first.items}).unchanged == 10_000
    assert time.process_time() - begun < 2


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


def test_fault_37_names_that_are_no_utf8_are_told_apart(tmp_path: Path, look: Look) -> None:
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


def test_fault_37_what_may_not_be_read_is_named_and_the_rest_is_taken() -> None:
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


def test_a_disk_that_hangs_holds_up_neither_the_loop_nor_its_threads(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(files, "PATIENCE", 0.3)
    monkeypatch.setattr(files, "scan", lambda *_: time.sleep(2))
    source = FileSource.model_validate({"type": "files", "name": "Desk", "path": str(tmp_path)})

    async def journey() -> int:
        looks = [asyncio.create_task(files.poll_files(source, SourceState(), {})) for _ in range(50)]
        turns = 0
        while not all(one.done() for one in looks):
            await asyncio.to_thread(time.sleep, 0.01)
            turns += 1
        errors = await asyncio.gather(*looks, return_exceptions=True)
        assert set(map(str, errors)) == {f"Desk: the folder {tmp_path} is not read within 0.3 s"}
        return turns

    assert asyncio.run(journey()) > 5


def test_what_a_look_raises_is_raised_by_the_poll(tmp_path: Path, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "scan", Mock(side_effect=MemoryError))
    with pytest.raises(MemoryError):
        look()


def test_a_program_ends_although_a_disk_hangs(tmp_path: Path) -> None:
    code = f"""if True:
        import asyncio, time
        from monitor.ingest import FileSource, files
        files.scan = lambda *_: time.sleep(60)
        source = FileSource.model_validate({{"type": "files", "name": "Desk", "path": {str(tmp_path)!r}}})
        async def main():
            await asyncio.wait([asyncio.create_task(files.poll_files(source, None, {{}}))], timeout=0.1)
        asyncio.run(main())"""
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], timeout=30, check=False)
    assert done.returncode == 0

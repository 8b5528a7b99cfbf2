"""A folder of text, HTML and mail files -> the Items that are new or changed."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal

from monitor.errors import SourceError
from monitor.ingest.source import Poll, Source, identity, stamp_of
from monitor.ingest.threads import in_time
from monitor.model import Item, Markup, SourceState
from monitor.text import digest
from monitor.values import LocalPath, OptionalDuration, PositiveDuration

# Bytes. Of a larger mail this much is read, since its text comes before what is attached to it.
MAX_FILE = 5 * 1024**2
MAX_DEPTH = 30
# Text taken in one poll, so that a first look at a huge folder does not fill the memory.
MAX_POLL = 50 * 1024**2
# Seconds without change after which a file counts as written.
SETTLED = 1.0
# Seconds for one look; 50,000 files take one second on a disk and some minutes over a bad network.
PATIENCE = 300.0
_MARKUP = {".txt": Markup.TEXT, ".html": Markup.HTML, ".htm": Markup.HTML, ".eml": Markup.MAIL}
# A FIFO or device must not block, a symbolic link must not lead elsewhere.
_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


class FileSource(Source):
    """A folder, with the folders in it; hidden ones and hidden files are left alone."""

    type: Literal["files"]
    path: LocalPath
    poll: PositiveDuration = timedelta(seconds=5)
    alert_max_age: OptionalDuration = None

    @property
    def place(self) -> str:
        """What tells one folder from another."""
        return digest(str(self.path))


async def poll_files(source: FileSource, state: SourceState, seen: Mapping[str, str | None]) -> Poll:
    """Look into the folder, in time. Raises SourceError."""
    try:
        look = await in_time(PATIENCE, scan, source, seen)
    except TimeoutError:
        raise SourceError(source.name, f"the folder {source.path} is not read within {PATIENCE:g} s") from None
    return Poll(tuple(look.items), look.unchanged, state, tuple(look.troubles), young=look.young, unread=look.unread)


def scan(source: FileSource, seen: Mapping[str, str | None]) -> Look:
    """Read the files whose stamp is not that in `seen` (guid -> stamp), in the order of their paths; blocks.

    A guid is the path below the folder, with slashes. Raises SourceError when the folder itself cannot be read; what
    is wrong with single files or folders inside is told in `troubles`.
    """
    look = Look(source, seen)
    try:
        root = os.open(source.path, _OPEN_FOLDER)
        look.at_folder(root, "", 0)
    except OSError as error:
        raise SourceError(source.name, f"the folder {source.path} cannot be read: {error.strerror}") from None
    return look


@dataclass(slots=True)
class Look:
    """One look into a folder and what it found; the results are those of Poll."""

    source: FileSource
    seen: Mapping[str, str | None]
    items: list[Item] = field(default_factory=list)
    unchanged: int = 0
    troubles: list[str] = field(default_factory=list)
    unread: int = 0
    young: bool = False
    _taken: int = 0

    def at_folder(self, folder: int, path: str, depth: int) -> None:
        """Look at what is in an open folder, and close it; `path` is "" or ends in a slash."""
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
            for entry in entries:
                if not entry.name.startswith("."):
                    self._at_entry(folder, entry, f"{path}{entry.name}", depth)
        finally:
            os.close(folder)

    def _at_entry(self, folder: int, entry: os.DirEntry[str], path: str, depth: int) -> None:
        try:
            if entry.is_symlink():
                self.troubles.append(f"{self.source.path}/{_readable(path)} is a symbolic link, which is not followed")
            elif entry.is_dir(follow_symlinks=False):
                if depth == MAX_DEPTH:
                    self._trouble(path, f"is nested deeper than {MAX_DEPTH} folders")
                else:
                    inner = os.open(entry.name, _OPEN_FOLDER | os.O_NOFOLLOW, dir_fd=folder)
                    self.at_folder(inner, f"{path}/", depth + 1)
            elif markup := _MARKUP.get(Path(entry.name).suffix.lower()):
                self._at_file(folder, entry, path, markup)
        except FileNotFoundError:
            pass  # deleted since the folder was listed
        except OSError as error:
            self._trouble(path, f"cannot be read: {error.strerror}")

    def _at_file(self, folder: int, entry: os.DirEntry[str], path: str, markup: Markup) -> None:
        status = entry.stat(follow_symlinks=False)
        guid, stamp = identity(_readable(path)), stamp_of(status)
        if not stat.S_ISREG(status.st_mode):
            self._trouble(path, "is not a regular file")
        elif self.seen.get(guid) == stamp:
            self.unchanged += 1
        elif status.st_size > MAX_FILE and markup is not Markup.MAIL:
            self._trouble(path, f"is larger than {MAX_FILE // 1024**2} MiB")
        elif (
            0 <= time.time() - status.st_ctime < SETTLED  # any write sets it; in the future only by a wrong clock
            or self._taken >= MAX_POLL
            or (content := _read(folder, entry.name, status)) is None
        ):
            self.young = True
        else:
            self._taken += len(content)
            self.items.append(
                Item(
                    self.source.name,
                    guid,
                    content,
                    markup,
                    language=self.source.language,
                    tags=self.source.tags,
                    stamp=stamp,
                )
            )

    def _trouble(self, path: str, what: str) -> None:
        self.unread += 1
        self.troubles.append(f"{self.source.path}/{_readable(path)} {what}")


def _read(folder: int, name: str, status: os.stat_result) -> bytes | None:
    """The content of a file up to MAX_FILE, or None when it is no longer, or not until the end, what was looked at."""
    stamp = stamp_of(status)
    with open(os.open(name, _OPEN, dir_fd=folder), "rb") as file:  # noqa: PTH123 - an open descriptor, not a path
        if stamp_of(os.fstat(file.fileno())) != stamp:
            return None
        # No more than there is: a large buffer cut to size keeps a whole page of memory for each small file.
        content = file.read(min(status.st_size, MAX_FILE))
        return content if stamp_of(os.fstat(file.fileno())) == stamp else None


def _readable(path: str) -> str:
    """A path as text, also when its bytes are no UTF-8; backslashes are doubled so that no two paths become one."""
    return os.fsencode(path).replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace")

"""A file that people write and new sources or actors -> the same file with them in it, all else byte for byte.

A round trip of the whole file through ruamel.yaml keeps its comments, but neither its indentation nor its line ends,
and takes 18 s for 10,000 feeds (measured). So ruamel.yaml writes what is new, and it goes where the list ends.
"""

from __future__ import annotations

import io
import os
import re
import stat
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from monitor.errors import ConfigError, MonitorError
from monitor.yaml.file import parse

SECTION = "sources"
ACTORS = "actors"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_NEVER_WRAP = 10_000_000
_REST_OF_LINE = re.compile(r"[^\r\n]*")

_BATCH = 100

Entry = Mapping[str, Any]
Wrote = Callable[[str], object]


def add_sources(
    path: Path, entries: Sequence[Entry], check: Callable[[bytes], object], wrote: Wrote = lambda _: None
) -> None:
    """Write entries at the end of the `sources:` list of a file, or nothing at all.

    `check` is given what the file would hold and raises what is to be raised when that cannot be used. `wrote` is told
    the name of each entry when its words are chosen. Raises MonitorError when the file cannot be written or changes
    meanwhile, ConfigError when it is no YAML.
    """
    target = Path(os.path.realpath(path))  # a symbolic link stays one
    try:
        before = target.read_bytes()
        after = with_sources(path, before, entries, wrote)
        check(after)
        _replace(target, before, after)
    except OSError as error:
        raise MonitorError(f"{path} cannot be written: {error.strerror}; nothing was changed") from None


def with_sources(path: Path, raw: bytes, entries: Sequence[Entry], wrote: Wrote = lambda _: None) -> bytes:
    """The bytes of a configuration with entries added; `path` is only named in errors.

    Raises ConfigError for what is no YAML, MonitorError where `sources:` is written in a way that cannot be added to.
    """
    held = parse(path, raw)  # refuses what would hurt when composed
    if not entries:
        return raw
    text = raw.decode("utf-8-sig")
    mark = raw[: len(raw) - len(text.encode())]
    root: Any = yaml.compose(text, Loader=_LOADER)
    edit = _edit(text, root, _Words(entries, wrote)) if isinstance(root, yaml.MappingNode) else None
    refused = MonitorError(f"{path}: 'sources' is not written as a list that can be added to; nothing was changed")
    if edit is None:
        raise refused
    new = edit.new.replace("\n", "\r\n") if "\r\n" in text else edit.new
    after = mark + f"{text[: edit.start]}{new}{text[edit.end :]}".encode()
    wanted = [*(held.data.get(SECTION) or []), *map(dict, entries)]
    try:
        written = parse(path, after).data
    except ConfigError:
        raise refused from None
    if written != {**held.data, SECTION: wanted}:
        raise refused
    return after


# ---- Actors ----


def as_actors(entries: Mapping[str, Entry]) -> str:
    """Actors by their id as the `actors:` of a rule file, a line for each."""
    return f"{ACTORS}:\n{_actor_lines(entries, '  ')}\n" if entries else f"{ACTORS}: {{}}\n"


def add_actors(path: Path, entries: Mapping[str, Entry]) -> None:
    """Write actors at the end of the `actors:` of a rule file, or nothing at all; the same errors as `add_sources`.

    The file, and that the ids are free, is checked by the caller: reading 10,000 actors takes a second and a half.
    """
    target = Path(os.path.realpath(path))
    try:
        before = target.read_bytes()
        after = with_actors(path, before, entries)
        _replace(target, before, after)
    except OSError as error:
        raise MonitorError(f"{path} cannot be written: {error.strerror}; nothing was changed") from None


def with_actors(path: Path, raw: bytes, entries: Mapping[str, Entry]) -> bytes:
    """The bytes of a rule file with actors added; `path` is only named in errors.

    Raises ConfigError for what is no YAML, MonitorError where `actors:` is written in a way that cannot be added to.
    """
    held = parse(path, raw).data
    if not entries:
        return raw
    text = raw.decode("utf-8-sig")
    mark = raw[: len(raw) - len(text.encode())]
    edit = _actors_edit(text, yaml.compose(text, Loader=_LOADER), entries)
    refused = MonitorError(f"{path}: 'actors' is not written as a mapping that can be added to; nothing was changed")
    if edit is None or not isinstance(held or {}, dict):
        raise refused
    new = edit.new.replace("\n", "\r\n") if "\r\n" in text else edit.new
    after = mark + f"{text[: edit.start]}{new}{text[edit.end :]}".encode()
    wanted = {**((held or {}).get(ACTORS) or {}), **{id_: dict(entry) for id_, entry in entries.items()}}
    try:
        written = parse(path, after).data
    except ConfigError:
        raise refused from None
    if written != {**(held or {}), ACTORS: wanted}:
        raise refused
    return after


def _actors_edit(text: str, root: Any, entries: Mapping[str, Entry]) -> _Edit | None:
    """Where actors go and how they are written there; None when they cannot be added."""
    if root is not None and (not isinstance(root, yaml.MappingNode) or root.flow_style):
        return None
    found = [pair for pair in root.value if pair[0].value == ACTORS] if root else []
    if not found:
        indent, end = (" " * root.start_mark.column, root.end_mark.index) if root else ("", len(text))
        before = "" if text[:end].endswith("\n") or not text[:end] else "\n"
        return _Edit(end, end, f"{before}{indent}{ACTORS}:\n{_actor_lines(entries, f'{indent}  ')}\n")
    key, value = found[0]
    if isinstance(value, yaml.MappingNode) and value.value:
        if value.flow_style:
            end = _end(value.value[-1][1])
            return _Edit(end, end, ", " + ", ".join(_actor_lines(entries, "").split("\n")))
        return _behind(text, _end(value), value.start_mark.column, _actor_lines(entries, " " * value.start_mark.column))
    if not isinstance(value, yaml.MappingNode) and value.tag != "tag:yaml.org,2002:null":
        return None
    start, end = len(text[: value.start_mark.index].rstrip()), value.end_mark.index
    line_end = _line_end(text, end)
    lines = _actor_lines(entries, " " * (key.start_mark.column + 2))
    return _Edit(start, line_end, f"{text[end:line_end].rstrip()}\n{lines}")


def _actor_lines(entries: Mapping[str, Entry], indent: str) -> str:
    """A line for each actor, as libyaml writes it: ruamel.yaml takes ten times as long for as many."""
    return "\n".join(f"{indent}{id_}: {_in_braces(entry)}" for id_, entry in entries.items())


def _in_braces(entry: Entry) -> str:
    return yaml.dump(
        dict(entry), Dumper=_DUMPER, default_flow_style=True, allow_unicode=True, width=_NEVER_WRAP, sort_keys=False
    ).rstrip("\n")


class _Edit(NamedTuple):
    """`text[start:end]` becomes `new`."""

    start: int
    end: int
    new: str


def _edit(text: str, root: yaml.MappingNode, words: _Words) -> _Edit | None:
    """Where the entries go and how they are written there; None when `sources:` is something else than a list."""
    found = [pair for pair in root.value if pair[0].value == SECTION]
    if not found:
        return _new_section(text, root, words)
    key, value = found[0]
    if isinstance(value, yaml.SequenceNode) and value.value:
        return (_in_brackets if value.flow_style else _below)(text, value, words)
    if not isinstance(value, yaml.SequenceNode) and value.tag != "tag:yaml.org,2002:null":
        return None
    start, end = len(text[: value.start_mark.index].rstrip()), value.end_mark.index
    if root.flow_style:
        return _Edit(start, end, f" [{', '.join(words.in_lines())}]")
    # What stood for "nothing" goes; a comment behind it stays.
    line_end = _line_end(text, end)
    block = words.block(" " * (key.start_mark.column + 2))
    return _Edit(start, line_end, f"{text[end:line_end].rstrip()}\n{block}")


def _new_section(text: str, root: yaml.MappingNode, words: _Words) -> _Edit | None:
    if root.flow_style:
        end = _end(root.value[-1][1]) if root.value else root.start_mark.index + 1
        return _Edit(end, end, f"{', ' if root.value else ''}{SECTION}: [{', '.join(words.in_lines())}]")
    indent, end = " " * root.start_mark.column, root.end_mark.index
    before = "" if text[:end].endswith("\n") else "\n"
    return _Edit(end, end, f"{before}{indent}{SECTION}:\n{words.block(f'{indent}  ')}\n")


def _in_brackets(_: str, list_: yaml.SequenceNode, words: _Words) -> _Edit:
    """Entries behind the last one of `[a, b]`, in lines of their own when it has several lines or they are many."""
    first, end = list_.value[0], _end(list_.value[-1])
    one_line = list_.start_mark.line == list_.end_mark.line and len(words) == 1
    comma = ", " if one_line else f",\n{' ' * first.start_mark.column}"
    return _Edit(end, end, "".join(f"{comma}{one}" for one in words.in_lines()))


def _below(text: str, list_: yaml.SequenceNode, words: _Words) -> _Edit:
    """Entries below the last one of `- a`, written as that one is."""
    last, end = list_.value[-1], _end(list_.value[-1])
    block = words.block(" " * list_.start_mark.column, flow=getattr(last, "flow_style", True))
    return _behind(text, end, list_.start_mark.column, block)


def _behind(text: str, end: int, column: int, block: str) -> _Edit:
    """Lines below the last entry of a block that begins at a column and ends at `end`."""
    if text[:end].endswith("\n"):  # the last value was a block of text, which ends with its line
        return _Edit(end, end, f"{block}\n")
    # Comments further in than the list belong to the entry above them.
    own = re.compile(rf"[^\r\n]*(?:\r?\n {{{column + 1},}}#[^\r\n]*)*").match(text, end)
    end = own.end() if own else end
    return _Edit(end, end, f"\n{block}")


def _end(node: Any) -> int:
    """Where the last character of a value stands; the end of a block itself lies behind the comments after it."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style:
        return _end(node.value[-1][1])
    if isinstance(node, yaml.SequenceNode) and not node.flow_style:
        return _end(node.value[-1])
    index: int = node.end_mark.index
    return index


def _line_end(text: str, index: int) -> int:
    rest = _REST_OF_LINE.match(text, index)
    return rest.end() if rest else index


class _Words:
    """The entries as ruamel.yaml writes them, which quotes what needs it as YAML 1.2 wants it."""

    def __init__(self, entries: Sequence[Entry], wrote: Wrote) -> None:
        self._entries = entries
        self._wrote = wrote

    def __len__(self) -> int:
        return len(self._entries)

    def in_lines(self) -> list[str]:
        """Each entry as `{key: value}` in one line."""
        return [line.removeprefix("- ") for line in self._dumped(flow=True)]

    def block(self, indent: str, *, flow: bool = True) -> str:
        """The entries as a list in lines, with a line for each key unless `flow`; without the last line break."""
        return "\n".join(indent + line for line in self._dumped(flow=flow))

    def _dumped(self, *, flow: bool) -> Iterator[str]:
        writer = YAML()
        writer.width = _NEVER_WRAP
        for start in range(0, len(self), _BATCH):
            part, stream = self._entries[start : start + _BATCH], io.StringIO()
            writer.dump(CommentedSeq(_mapping(entry, flow=flow) for entry in part), stream)
            yield from map(_visible, stream.getvalue().removesuffix("\n").split("\n"))
            for entry in part:
                self._wrote(str(entry.get("name", "")))


def _mapping(entry: Entry, *, flow: bool) -> CommentedMap:
    made = CommentedMap((_scalar(key), _value(value)) for key, value in entry.items())
    if flow:
        made.fa.set_flow_style()
    return made


def _value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _mapping(value, flow=True)
    if isinstance(value, (list, tuple)):
        listed = CommentedSeq(map(_scalar, value))
        listed.fa.set_flow_style()
        return listed
    return _scalar(value)


def _scalar(value: Any) -> Any:
    """A text that has more than visible characters in one line goes between double quotes, escaped."""
    return DoubleQuotedScalarString(value) if isinstance(value, str) and not value.isprintable() else value


def _visible(line: str) -> str:
    """The same with escapes for what would hide in the file; it stands between double quotes."""
    return line if line.isprintable() else "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in line)


def _replace(target: Path, before: bytes, after: bytes) -> None:
    """Put a new content in the place of a file, whole or not at all, with its mode and, where allowed, its owner."""
    status = target.stat()
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    new = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(after)
            file.flush()
            os.fchmod(handle, stat.S_IMODE(status.st_mode))
            with suppress(PermissionError):
                os.fchown(handle, status.st_uid, status.st_gid)
            os.fsync(handle)
        if target.read_bytes() != before:
            raise MonitorError(f"{target} was changed meanwhile; nothing was written, try again")
        new.replace(target)
    finally:
        new.unlink(missing_ok=True)

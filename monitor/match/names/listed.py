"""The bytes of a CSV or JSON file of names -> actors as rule files write them, and what of it cannot be used."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from monitor.errors import ConfigError, Problem
from monitor.match.names.romanisation import romanised
from monitor.text import fold, words

COLUMNS = ("id", "name", "alias", "kind")
MAX_BYTES = 20_000_000
_SLUG = re.compile(r"[^a-z0-9]+")
_LONGEST_ID = 60
_DELIMITERS = ",;\t"


@dataclass(slots=True)
class Listed:
    """An actor of a list: its id, where it first stands, and its names in the order of the list, the first its name."""

    id: str
    place: Problem
    kind: str = ""
    names: dict[str, str] = field(default_factory=dict)

    def add(self, text: str) -> None:
        """Take a spelling, unless it has the same words as one that is held."""
        self.names.setdefault(" ".join(words(text)), text)

    @property
    def entry(self) -> dict[str, Any]:
        """What a rule file writes under the id."""
        name, *aliases = self.names.values()
        kind, more = {"kind": self.kind} if self.kind else {}, {"aliases": aliases} if aliases else {}
        return {"name": name, **kind, **more}


@dataclass(frozen=True, slots=True)
class Names:
    """The actors of a file in its order, and every row that cannot be used."""

    actors: tuple[Listed, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    place: Problem
    id: str
    name: str
    aliases: Sequence[str]
    kind: str


def read_names(path: Path, raw: bytes) -> Names:
    """Read a list of names; `path` tells the format by its ending and is named in problems.

    Rows with the same id, or without one with the same name, are one actor. An id that rule files do not allow is made
    one. Raises ConfigError when the file cannot be read as a whole.
    """
    text = _text(path, raw)
    problems: list[Problem] = []
    read = _json_rows if path.suffix.lower() == ".json" or text.lstrip()[:1] in ("[", "{") else _csv_rows
    found: dict[tuple[str, str], Listed] = {}
    taken: set[str] = set()
    for row in read(path, text, problems):
        named = [one for one in (row.name, *row.aliases) if one]
        bad = next((one for one in named if not words(one)), None)
        if bad is not None:
            problems.append(_at(row.place, f"'{bad}' has no word in it"))
            continue
        key = ("id", row.id) if row.id else ("name", " ".join(words(row.name)))
        if key not in found and not row.name:
            problems.append(_at(row.place, f"the first row of '{row.id}' has no name" if row.id else "has no name"))
            continue
        if key not in found:
            found[key] = Listed(_free_id(row.id or row.name, taken), row.place, row.kind)
        actor = found[key]
        if row.kind and row.kind != (actor.kind or row.kind):
            problems.append(_at(row.place, f"'{actor.id}' is of kind {actor.kind} in line {actor.place.line}"))
            continue
        actor.kind = actor.kind or row.kind
        for one in named:
            actor.add(one)
    return Names(tuple(found.values()), tuple(sorted(problems)))


def _at(place: Problem, message: str) -> Problem:
    return Problem(place.path, place.line, place.column, f"{place.message}{message}")


def _text(path: Path, raw: bytes) -> str:
    if len(raw) > MAX_BYTES:
        raise ConfigError([Problem(path, 1, 1, f"is larger than {MAX_BYTES} bytes")])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        message = "is not UTF-8 text: save it as UTF-8 (in Excel: 'CSV UTF-8')"
        raise ConfigError([Problem(path, line, column, message)]) from None


# ---- CSV ----


def _csv_rows(path: Path, text: str, problems: list[Problem]) -> Iterator[_Row]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    head = lines[0]
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=delimiter, strict=True)
    line = 1
    try:
        header = [cell.strip().lower() for cell in next(reader)]
        _check_header(path, header)
        line = reader.line_num + 1
        for cells in reader:
            place, line = Problem(path, line, 1, ""), reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
                problems.append(_at(place, f"has {len(cells)} cells, but there are {len(header)} columns"))
                continue
            row = {column: " ".join(cell.split()) for column, cell in zip(header, cells, strict=False)}
            aliases = [alias] if (alias := row.get("alias", "")) else []
            yield _Row(place, row.get("id", ""), row.get("name", ""), aliases, row.get("kind", "").lower())
    except csv.Error as error:
        raise ConfigError([Problem(path, line, 1, f"not valid CSV: {error}")]) from None


def _check_header(path: Path, header: Sequence[str]) -> None:
    """Other columns are left out; a list that lacks the names, or has a column twice, is none."""
    columns = f"the first line must name the columns {', '.join(COLUMNS)}"
    twice = [column for column in COLUMNS if header.count(column) > 1]
    if "name" not in header:
        raise ConfigError([Problem(path, 1, 1, f"has no column 'name': {columns}")])
    if twice:
        raise ConfigError([Problem(path, 1, 1, f"has two columns '{twice[0]}'")])


# ---- JSON ----


def _json_rows(path: Path, text: str, problems: list[Problem]) -> Iterator[_Row]:
    """A list of objects with id, name, alias or aliases, kind; or one object with such objects by their id."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise ConfigError([Problem(path, error.lineno, error.colno, f"not valid JSON: {error.msg}")]) from None
    except RecursionError:
        raise ConfigError([Problem(path, 1, 1, "is nested too deeply")]) from None
    if isinstance(data, dict):
        data = [{"id": id_, **one} if isinstance(one, dict) else one for id_, one in data.items()]
    if not isinstance(data, list):
        raise ConfigError([Problem(path, 1, 1, f"must be a list of objects with {', '.join(COLUMNS)}")])
    for number, one in enumerate(data, 1):
        place = Problem(path, 1, 1, f"entry {number}: ")
        if (row := _object(place, one)) is None:
            problems.append(_at(place, "must be an object with texts under id, name, alias and kind"))
        else:
            yield row


def _object(place: Problem, one: Any) -> _Row | None:
    if not isinstance(one, Mapping):
        return None
    cells = {column: one[column] for column in ("id", "name", "kind") if one.get(column) is not None}
    listed = [more for key in ("alias", "aliases") for more in _listed(one.get(key))]
    if not all(isinstance(cell, str | int) for cell in (*cells.values(), *listed)):
        return None
    id_, name, kind = (" ".join(str(cells.get(column, "")).split()) for column in ("id", "name", "kind"))
    aliases = [clean for more in listed if (clean := " ".join(str(more).split()))]
    return _Row(place, id_, name, aliases, kind.lower())


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


# ---- Ids ----


def _free_id(text: str, taken: set[str]) -> str:
    """An id that rule files allow, made of a text; one that is taken gets a number."""
    latin = " ".join((romanised(word) or (fold(word),))[0] for word in text.replace("-", " ").split())
    slug = _SLUG.sub("-", fold(latin)).strip("-")[:_LONGEST_ID].strip("-") or "actor"
    id_, number = slug, 1
    while id_ in taken:
        number += 1
        id_ = f"{slug}-{number}"
    taken.add(id_)
    return id_

"""A YAML file that people write -> plain values that know their line, or every mistake with its place."""

from __future__ import annotations

import difflib
import re
import types
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError

from monitor.errors import ConfigError, Problem
from monitor.yaml.events import MAX_DEPTH, Builder, Loc, Places

MAX_BYTES = 20_000_000
# `rules`, a number, `tests`, a number: the places that each load asks for.
_NEAR = 4

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class YamlFile:
    """The content of a file as plain dicts, lists and scalars, with the place (line, column, from 1) of each.

    `problems` are mistakes that leave the rest readable (a key given twice: the first counts). Of a large file nearly
    all would be places that nobody asks for: those of what lies deeper than _NEAR are looked for when they are.
    """

    path: Path
    data: Any
    problems: tuple[Problem, ...]
    _near: Places
    _text: str = field(repr=False, default="")

    def _places(self, loc: Loc) -> Places:
        return self._near if len(loc) <= _NEAR else _all_places(self._text)

    def problem(self, loc: Iterable[int | str], message: str, *, key: bool = False) -> Problem:
        """A mistake at the value (or the key) that `loc` leads to, or at the nearest thing that exists above it."""
        loc = tuple(loc)
        if key and (place := self._places(loc).keys.get(loc)):
            return Problem(self.path, *place, message)
        while loc and not self.has(loc):
            loc = loc[:-1]
        return Problem(self.path, *self._places(loc).values.get(loc, (1, 1)), message)

    def problem_inside(self, loc: Loc, at: int, message: str) -> Problem:
        """A mistake at the character with index `at` of a text; at the text where it does not stand in one line."""
        whole = self.problem(loc, message)
        column = _column(_lines(self._text)[whole.line - 1], whole.column - 1, at)
        if column is None:
            return Problem(self.path, whole.line, whole.column, f"{message} (character {at + 1})")
        return Problem(self.path, whole.line, column + 1, message)

    def has(self, loc: Loc) -> bool:
        """Whether the file holds a value at `loc`."""
        return loc in self._places(loc).values


# What ends a line for libyaml, and the ways in which quotes write one character.
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_WRITTEN = {
    '"': re.compile(r'\\x..|\\u.{4}|\\U.{8}|\\.|[^"\\]'),
    "'": re.compile("''|[^']"),
    "": re.compile("."),
}


@lru_cache(maxsize=1)
def _lines(text: str) -> list[str]:
    return _BREAK.split(text)


def _column(line: str, start: int, at: int) -> int | None:
    """Where in a line stands the character `at` of the scalar that begins at `start`; None if the line ends before."""
    if line[start : start + 1] in ("|", ">", "&", "!", "*", ""):
        return None  # a block, or something before the text
    quote = line[start] if line[start] in "\"'" else ""
    column = start + len(quote)
    for _ in range(at):
        if not (one := _WRITTEN[quote].match(line, column)):
            return None
        column = one.end()
    return column if column < len(line) else None


def content(path: Path) -> bytes:
    """The bytes of one file; raises ConfigError (one problem) when it cannot be read."""
    try:
        if path.exists() and not path.is_file():  # a FIFO would be waited for
            raise ConfigError([Problem(path, 1, 1, "is not a regular file")])
        return path.read_bytes()
    except OSError as error:
        raise ConfigError([Problem(path, 1, 1, f"cannot be read: {error.strerror}")]) from None


def read(path: Path) -> YamlFile:
    """Read and scan one file; raises ConfigError (one problem) when it is missing, no text, no YAML or hostile."""
    return parse(path, content(path))


def parse(path: Path, raw: bytes) -> YamlFile:
    """The same for bytes already read; `path` is only named in problems."""
    if len(raw) > MAX_BYTES:
        raise ConfigError([Problem(path, 1, 1, f"is larger than {MAX_BYTES} bytes")])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        raise ConfigError([Problem(path, line, column, "is not UTF-8 text")]) from None
    builder = Builder(path, text, _NEAR)
    try:
        data = builder.build_all()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise ConfigError([Problem(path, *place, f"not valid YAML: {error.problem or error.context}")]) from None
    except yaml.YAMLError as error:
        at = getattr(error, "position", 0) or 0
        line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
        raise ConfigError([Problem(path, line, column, f"not valid YAML: {str(error).splitlines()[0]}")]) from None
    return YamlFile(path, data, tuple(builder.problems), builder.places, text)


@lru_cache(maxsize=1)
def _all_places(text: str) -> Places:
    """The place of everything in a text that was built before."""
    builder = Builder(Path(), text, MAX_DEPTH)
    builder.build_all()
    return builder.places


def validate(
    file: YamlFile,
    model: type[Model],
    context: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Model:
    """Build a pydantic model from a file; raises ConfigError with a problem for every error pydantic found.

    `environment` holds top-level values that win over those of the file.
    """
    if not isinstance(file.data, dict):
        raise ConfigError([*file.problems, file.problem((), "must be a mapping (key: value lines)")])
    try:
        built = model.model_validate({**file.data, **(environment or {})}, context=dict(context or {}))
    except ValidationError as error:
        raise ConfigError([*file.problems, *problems(file, model, error, given=environment or {})]) from None
    if file.problems:
        raise ConfigError(list(file.problems))
    return built


def problems(
    file: YamlFile, model: type[BaseModel], error: ValidationError, at: Loc = (), given: Collection[object] = ()
) -> list[Problem]:
    """Pydantic's errors as problems of a file.

    `at` is where in the file the model's data stand, `given` are top-level keys that came from the environment.
    """
    found: dict[Problem, None] = {}
    for one in error.errors(include_url=False, include_context=True):
        loc = _written(file, (*at, *one["loc"]))
        match one["type"]:
            case "extra_forbidden":
                problem = file.problem(loc, _unknown(str(one["loc"][-1]), _models_at(model, one["loc"][:-1])), key=True)
            case "missing":
                problem = file.problem(loc, f"'{one['loc'][-1]}' is missing")
            case _:
                message = _message(one)
                if one["loc"] and one["loc"][0] in given:
                    message += f" (set by $NEWS_MONITOR_{str(one['loc'][0]).upper()})"
                problem = file.problem(loc, message)
        found[problem] = None
    return list(found)


# Pydantic speaks to programmers; these are its errors in the words of YAML.
_MESSAGES = {
    "list_type": "must be a list: [a, b]",
    "tuple_type": "must be a list: [a, b]",
    "dict_type": "must be a mapping: {key: value}",
    "model_type": "must be a mapping: {key: value}",
    "model_attributes_type": "must be a mapping: {key: value}",
    "string_type": "must be a text",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "union_tag_not_found": "'type' is missing",
}


def _message(error: Any) -> str:
    """One pydantic error as a sentence for people."""
    context = error.get("ctx", {})
    match error["type"]:
        case "literal_error" | "enum":
            return f"must be {context['expected']}"
        case "union_tag_invalid":
            return f"'{context['tag']}' is not available: 'type' must be one of {context['expected_tags']}"
        case kind if kind in _MESSAGES:
            return _MESSAGES[kind]
    message: str = error["msg"].removeprefix("Value error, ")
    return message[:1].lower() + message[1:] if message[1:2].islower() else message


def suggestion(name: str, known: Iterable[str]) -> str:
    """` (did you mean 'x'?)` for the known name nearest to a mistyped one, or nothing."""
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f" (did you mean '{near[0]}'?)" if near else ""


def _written(file: YamlFile, loc: Loc) -> Loc:
    """A pydantic location without the parts (union tags, validator names) that stand nowhere in the file."""
    written: Loc = ()
    for index, part in enumerate(loc):
        if file.has((*written, part)) or index == len(loc) - 1:
            written = (*written, part)
    return written


def _unknown(name: str, models: list[type[BaseModel]]) -> str:
    """What to say of a key that none of the models at its place knows."""
    if any(name in getattr(model, "later", ()) for model in models):
        return f"'{name}' is not available yet"
    known = [info.alias or key for model in models for key, info in model.model_fields.items()]
    return f"unknown key '{name}'{suggestion(name, known)}"


def _models_at(annotation: Any, loc: Loc) -> list[type[BaseModel]]:
    """The models whose keys may stand where a pydantic location leads."""
    origin, args = get_origin(annotation), get_args(annotation)
    found: list[type[BaseModel]] = []
    if origin is Annotated:
        found = _models_at(args[0], loc)
    elif origin in (Union, types.UnionType):
        tagged = [member for member in args if loc and _tag(member) == loc[0]]
        rest = loc[1:] if tagged else loc
        found = [model for member in tagged or args for model in _models_at(member, rest)]
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        names = {info.alias or name: info.annotation for name, info in annotation.model_fields.items()}
        found = _models_at(names.get(str(loc[0])), loc[1:]) if loc else [annotation]
    elif origin in (list, tuple, dict) and loc and args:
        found = _models_at(args[-1] if origin is dict else args[0], loc[1:])
    return found


def _tag(member: Any) -> str | None:
    """The `type:` that selects a member of a tagged union."""
    if get_origin(member) is Annotated:
        member = get_args(member)[0]
    info = getattr(member, "model_fields", {}).get("type")
    return get_args(info.annotation)[0] if info else None

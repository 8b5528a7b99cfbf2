"""Rule files -> a RuleSet, or every mistake in all of them with its place."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, Field, Strict, ValidationError, model_validator

from monitor.errors import ConfigError, Problem
from monitor.match.conditions import Modifiers
from monitor.match.ruleset import Novelty, Rule, RuleSet, RuleTest, words
from monitor.match.written.terms import Actor, Terms, Texts
from monitor.match.written.triggers import WrittenTrigger
from monitor.match.written.when import LANGUAGE, ConditionReader
from monitor.model import Level
from monitor.values import Written
from monitor.yaml import Loc, YamlFile, parse, problems, read, validate

Model = TypeVar("Model", bound=BaseModel)
ID = re.compile(r"[a-z0-9-]+")
OF_ACTORS = ("inflect", "case", "fuzzy", "slop")


def _is_id(value: str) -> str:
    if not ID.fullmatch(value):
        raise ValueError(f"'{value}' is not an id: only a-z, 0-9 and - (such as security-guarantees)")
    return value


def _is_language(value: str) -> str:
    if not LANGUAGE.fullmatch(value):
        raise ValueError(f"'{value}' is not a language (write fr, en, .. or other)")
    return value


Id = Annotated[str, AfterValidator(_is_id)]
Language = Annotated[str, AfterValidator(_is_language)]


class WrittenFile(Written):
    """A rule file; its actors and rules are read one by one, so that a mistake in one hides none in another."""

    version: Literal[1] = 1
    actors: dict[str, Any] = Field(default_factory=dict)
    rules: list[Any] = Field(default_factory=list)


class WrittenActor(Written):
    """A name that several rules may use; names and aliases become spellings."""

    name: Any
    kind: str | None = None
    aliases: list[Any] = Field(default_factory=list)
    inflect: Any = None
    case: Any = None
    fuzzy: Any = None
    slop: Any = None


class WrittenTest(Written):
    """A text, or the id of an article in the archive, and whether the rule must match it, and by what words."""

    match: Annotated[bool, Strict()]
    text: str | None = None
    title: str = ""
    source: str = ""
    language: Language | None = None
    article: Annotated[int, Strict(), Field(ge=1)] | None = None
    because: str | list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _tells_one_article(self) -> Self:
        if (self.text is None) == (self.article is None):
            raise ValueError("must hold either 'text' or 'article', the id of an archived article")
        if self.article is not None and (beside := self.model_fields_set & {"title", "source", "language"}):
            raise ValueError(f"'{min(beside)}' cannot stand beside 'article', which is taken as it was stored")
        if self.because and not self.match:
            raise ValueError("'because' needs match: true")
        if any(not words(passage) for passage in self.passages):
            raise ValueError("'because' must hold words of the text")
        return self

    @property
    def passages(self) -> list[str]:
        """What `because` pins, one text or several."""
        return [self.because] if isinstance(self.because, str) else self.because


class WrittenRule(Written):
    """A rule; its conditions are read apart."""

    id: Id
    title: str | None = None
    level: Level = Level.MEDIUM
    tags: list[str] = Field(default_factory=list)
    when: Any
    languages: list[Language] = Field(default_factory=list)
    novelty: Novelty = "new-facts"
    alert: WrittenTrigger | None = None
    tests: list[WrittenTest] = Field(default_factory=list)


def load_rules(files: Sequence[Path], languages: Sequence[str], texts: Mapping[Path, bytes] | None = None) -> RuleSet:
    """Read all rule files; `languages` are those an article of unknown language may be in.

    `texts` has the content of files that are not to be read from the disk. Raises ConfigError with every problem of all
    files. Actors of one file are known in all.
    """
    files = list(dict.fromkeys(files))
    return RuleSet(_rules(files, texts or {}), languages, files)


def _rules(files: Sequence[Path], texts: Mapping[Path, bytes]) -> list[Rule]:
    """What is written is forgotten with the end of this: of 100,000 rules it takes more room than all the rest."""
    found: list[Problem] = []
    loader = _loader(files, texts, found)
    rules = list(loader.rules())
    if found:
        raise ConfigError(found)
    return rules


def _loader(files: Sequence[Path], texts: Mapping[Path, bytes], found: list[Problem]) -> _Loader:
    opened = [one for path in files if (one := _open(path, texts, found))]
    return _Loader(opened, found, complete=len(opened) == len(files))


def load_actors(files: Sequence[Path], texts: Mapping[Path, bytes] | None = None) -> dict[str, tuple[Actor, Problem]]:
    """The actors of all rule files by their id, each with the place of its id.

    `texts` as for `load_rules`. Raises ConfigError with what is wrong with any actor or file; mistakes in rules do not
    matter.
    """
    found: list[Problem] = []
    loader = _loader(list(dict.fromkeys(files)), texts or {}, found)
    if found:
        raise ConfigError(found)
    return loader.actors()


@dataclass(frozen=True, slots=True)
class _Opened:
    """The actors and rules of one file as written; `texts` notes what is wrong inside."""

    file: YamlFile
    actors: Mapping[str, Any]
    rules: Sequence[Any]
    texts: Texts


def _open(path: Path, texts: Mapping[Path, bytes], found: list[Problem]) -> _Opened | None:
    """A file whose actors and rules can be looked at, whatever else is wrong with it; else None."""
    file = None
    try:
        file = parse(path, texts[path]) if path in texts else read(path)
        validate(file, WrittenFile)
    except ConfigError as error:
        found += error.problems
    if file is None or not isinstance(file.data, dict):
        return None
    actors, rules = file.data.get("actors", {}), file.data.get("rules", [])
    if not isinstance(actors, dict) or not isinstance(rules, list):
        return None
    return _Opened(file, actors, rules, Texts(file, found))


class _Loader:
    """Turns opened files into rules; mistakes go to `found`."""

    def __init__(self, opened: Sequence[_Opened], found: list[Problem], *, complete: bool) -> None:
        self._opened = opened
        self._found = found
        self._complete = complete
        self._terms = Terms()
        self._places: dict[tuple[str, str], Problem] = {}
        self._written_actors: dict[str, Any] = {}
        self._actors = {name: actor for one in opened for name, actor in self._read_actors(one)}
        self._names = {name: actor.spellings[0].text for name, actor in self._actors.items() if actor.spellings}

    def rules(self) -> Iterator[Rule]:
        """Every rule without a mistake, in the order of the files."""
        for one in self._opened:
            for index, written in enumerate(one.rules):
                if rule := self._rule(one, written, ("rules", index)):
                    yield rule

    def actors(self) -> dict[str, tuple[Actor, Problem]]:
        """Every actor with the place of its id."""
        return {name: (actor, self._places["actor", name]) for name, actor in self._actors.items()}

    def _read_actors(self, one: _Opened) -> Iterator[tuple[str, Actor]]:
        for name, written in one.actors.items():
            loc = ("actors", name)
            if not ID.fullmatch(name):
                one.texts.wrong(loc, f"'{name}' is not an id: only a-z, 0-9 and -", key=True)
            if self._is_new("actor", name, one.file.problem(loc, "", key=True)):
                self._written_actors[name] = written
                yield name, self._actor(one, written, loc)

    def _actor(self, one: _Opened, written: Any, loc: Loc) -> Actor:
        shape = self._model(one.file, WrittenActor, written, loc)
        if shape is None:
            return Actor((), Modifiers())
        modifiers = one.texts.modifiers({key: written[key] for key in OF_ACTORS if key in written}, loc)
        aliases = ((alias, (*loc, "aliases", index)) for index, alias in enumerate(shape.aliases))
        names = [(shape.name, (*loc, "name")), *aliases]
        spellings = [spelling for value, place in names if (spelling := one.texts.spelling(value, place))]
        return Actor(tuple(spellings), modifiers, shape.kind)

    def _rule(self, one: _Opened, written: Any, loc: Loc) -> Rule | None:
        shape = self._model(one.file, WrittenRule, written, loc)
        if not isinstance(written, dict):
            return None
        reader = ConditionReader(one.texts, self._terms, self._actors, actors_complete=self._complete)
        condition = reader.read(written["when"], (*loc, "when")) if "when" in written else None
        if condition and shape and shape.alert and (first := shape.alert.first_mention):
            condition = reader.together(condition, first.actors, (*loc, "alert", "first_mention", "actors"))
        place = one.file.problem((*loc, "id"), "")
        new = self._is_new("rule", str(written.get("id", f"at {place}")), place)
        if shape is None or condition is None or not new:
            return None
        return Rule(
            id=shape.id,
            title=shape.title or shape.id,
            level=shape.level,
            tags=tuple(shape.tags),
            version=_version(shape, written["when"], {name: self._written_actors[name] for name in reader.used}),
            languages=tuple(shape.languages),
            novelty=shape.novelty,
            trigger=shape.alert.trigger(self._names) if shape.alert else None,
            condition=condition,
            tests=tuple(_test(one.file, test, (*loc, "tests", index)) for index, test in enumerate(shape.tests)),
            path=place.path,
            line=place.line,
        )

    def _model(self, file: YamlFile, model: type[Model], written: Any, loc: Loc) -> Model | None:
        if not isinstance(written, dict):
            self._found.append(file.problem(loc, "must be a mapping (key: value lines)"))
            return None
        try:
            return model.model_validate(written)
        except ValidationError as error:
            self._found += problems(file, model, error, loc)
            return None

    def _is_new(self, kind: str, name: str, place: Problem) -> bool:
        first = self._places.setdefault((kind, name), place)
        if first is not place:
            where = f"{first.path}:{first.line}"
            message = f"{kind} '{name}' is defined already in {where}"
            self._found.append(Problem(place.path, place.line, place.column, message))
        return first is place


def _test(file: YamlFile, test: WrittenTest, loc: Loc) -> RuleTest:
    place = file.problem(loc, "")
    return RuleTest(
        test.match, test.text or "", test.title, test.source, test.language, test.article, (*test.passages,), place
    )


def _version(shape: WrittenRule, when: Any, actors: Mapping[str, Any]) -> str:
    """A hash of what the rule means: the same whatever the order of keys, the layout and the tests."""
    left_out = {"tests", "when"} | (set() if shape.alert else {"alert"})  # rules from before there was that key
    definition = {**shape.model_dump(mode="json", exclude=left_out), "when": when, "actors": actors}
    definition["title"] = shape.title or shape.id
    return hashlib.sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest()[:16]

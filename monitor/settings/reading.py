"""The files of a configuration and the environment -> Settings and RuleSet, or every mistake with its place."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import tzlocal

from monitor import yaml
from monitor.errors import ConfigError, MonitorError, Problem, StoreError
from monitor.match import Archive, RuleSet, load_rules, no_archive
from monitor.settings.crosscheck import disagreements, names_in
from monitor.settings.model import Settings
from monitor.store import check_url, is_there
from monitor.values import check_zone

PLACES = (Path("config/monitor.yaml"), Path("/etc/news-monitor/monitor.yaml"))
"""Where the configuration is looked for when neither `--config` nor $NEWS_MONITOR_CONFIG names it."""

# What the environment may set, as NEWS_MONITOR_<NAME>; secrets have their own variables (monitor.values.find_secret).
_OVERRIDES = ("database", "timezone", "workers")


def find(given: Path | None, environ: Mapping[str, str] = os.environ) -> Path:
    """The configuration file to use; raises MonitorError naming the places when there is none."""
    if given is not None:
        return given
    if named := environ.get("NEWS_MONITOR_CONFIG"):
        return Path(named)
    for place in PLACES:
        if place.exists():
            return place
    raise MonitorError(
        "no configuration found: give --config FILE, set NEWS_MONITOR_CONFIG, or write one with `news-monitor init DIR`"
        f" (looked for {' and '.join(map(str, PLACES))})"
    )


def load_settings(path: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read a configuration without its rules, to look something up in it; raises ConfigError.

    That what it sends to is there is not asked for: a folder that is gone must not hide what is configured.
    """
    return _settings(yaml.read(path), path.absolute().parent, environ, acting=False)


def check_written(path: Path, content: bytes, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read what the configuration at `path` might hold, without its rules; raises ConfigError if it must not."""
    return _settings(yaml.parse(path, content), path.absolute().parent, environ)


def load(path: Path, environ: Mapping[str, str] = os.environ) -> tuple[Settings, RuleSet]:
    """Read a configuration and its rules; raises ConfigError with the problems of all files together."""
    return build(gather(path), environ).sound()


@dataclass(frozen=True, slots=True)
class Gathered:
    """The files of a configuration at one moment; equal to another when the same is written in the same places.

    `written` is the content of the configuration at `path`, None when it cannot be read; `texts` has that of the rule
    files that can be read. `file` is None when the configuration is no YAML. `files` are those that it names under
    `rules:`, `broken` is what is wrong so far.
    """

    path: Path
    written: bytes | None
    file: yaml.YamlFile | None = field(compare=False)
    files: tuple[Path, ...] = ()
    texts: Mapping[Path, bytes] = field(default_factory=dict)
    broken: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Built:
    """What the files of a configuration amount to, and everything that is wrong with them."""

    settings: Settings | None
    rules: RuleSet | None
    problems: tuple[Problem, ...]

    def tested(self, archive: Archive = no_archive) -> Built:
        """The same after running the tests that stand in the rules: one that fails is a mistake of its file."""
        results = self.rules.test(archive) if self.rules else []
        failed = tuple(problem for result in results if (problem := result.problem))
        return replace(self, problems=(*self.problems, *failed))

    def sound(self) -> tuple[Settings, RuleSet]:
        """The configuration and its rules; raises ConfigError when anything is wrong with them."""
        if self.problems or self.settings is None or self.rules is None:
            raise ConfigError(list(self.problems))
        return self.settings, self.rules


def gather(path: Path) -> Gathered:
    """Read all files of a configuration at once, whatever is wrong with them."""
    written = None
    try:
        written = yaml.content(path)
        file = yaml.parse(path, written)
    except ConfigError as error:
        return Gathered(path, written, None, broken=error.problems)
    broken: list[Problem] = []
    files: dict[Path, None] = {}
    for index, pattern in patterns_of(file):
        if not (named := rule_files(path, pattern)):
            folder = path.absolute().parent
            broken.append(file.problem(("rules", index), f"no rule file is named {pattern!r} in {folder}"))
        files.update(dict.fromkeys(named))
    texts = {}
    for one in files:
        with suppress(ConfigError):  # told when the rules are read
            texts[one] = yaml.content(one)
    return Gathered(path, written, file, tuple(files), texts, tuple(broken))


def build(found: Gathered, environ: Mapping[str, str] = os.environ) -> Built:
    """Read what was gathered; nothing but the secrets that it names is read from the disk any more."""
    problems = list(found.broken)
    if found.file is None:
        return Built(None, None, tuple(problems))
    settings, rules = None, None
    try:
        settings = _settings(found.file, found.path.absolute().parent, environ)
    except ConfigError as error:
        problems += error.problems
    try:
        if not found.broken:  # what a file that is missing defines would be told as unknown in the others
            rules = load_rules(found.files, settings.languages if settings else ("fr", "en"), found.texts)
    except ConfigError as error:
        problems += error.problems
    return Built(settings, rules, tuple(problems))


def rebuild(files: Mapping[str, bytes], languages: Sequence[str]) -> RuleSet:
    """The rules that stood in files once (path -> content, in their order); raises ConfigError, naming these files."""
    texts = {_short(Path(path)): content for path, content in files.items()}
    return load_rules(list(texts), languages, texts)


def patterns_of(file: yaml.YamlFile) -> list[tuple[int, str]]:
    """What stands under `rules:`, with the number of its entry."""
    patterns = file.data.get("rules", []) if isinstance(file.data, dict) else []
    return [
        (index, one) for index, one in enumerate(patterns if isinstance(patterns, list) else ()) if isinstance(one, str)
    ]


def rule_files(path: Path, pattern: str) -> list[Path]:
    """The rule files that the configuration at `path` names by a pattern, as people would write them."""
    return [_short(one) for one in _named(path.absolute().parent, pattern)]


def database_of(path: Path, environ: Mapping[str, str] = os.environ) -> str:
    """The database of a configuration, whatever is wrong with the rest of it; raises ConfigError when it is missing."""
    written = yaml.content(path)
    try:
        data = yaml.parse(path, written).data
    except ConfigError:
        data = None
    named = environ.get("NEWS_MONITOR_DATABASE") or (data.get("database") if isinstance(data, dict) else None)
    return _database(named if isinstance(named, str) else "", path.absolute().parent, environ)


def essentials(path: Path, environ: Mapping[str, str] = os.environ) -> tuple[str, ZoneInfo] | None:
    """The database of a configuration and its time zone, whatever is wrong with the rest of it.

    None where the file cannot be read, or names no database and none is at the usual place: nobody knows what is held.
    A time zone that cannot be read is the system's.
    """
    try:
        data = yaml.read(path).data
    except ConfigError:
        return None
    written = (data if isinstance(data, dict) else {}) | _overrides(environ)
    named, zone = written.get("database") or "", written.get("timezone")
    if not isinstance(named, str) or not (named or is_there(_database("", path.absolute().parent, environ))):
        return None
    try:
        found = ZoneInfo(check_zone(zone)) if isinstance(zone, str) else None
    except ValueError:
        found = None
    return _database(named, path.absolute().parent, environ), found or ZoneInfo(tzlocal.get_localzone_name())


def _settings(file: yaml.YamlFile, folder: Path, environ: Mapping[str, str], *, acting: bool = True) -> Settings:
    overrides = _overrides(environ)
    problems = disagreements(file)
    try:
        settings = yaml.validate(file, Settings, {"folder": folder, "acting": acting}, overrides)
    except ConfigError as error:
        raise ConfigError([*error.problems, *problems]) from None
    settings = settings.model_copy(update={"database": _database(settings.database, folder, environ)})
    try:
        check_url(settings.database)
    except StoreError as error:
        source = " (set by $NEWS_MONITOR_DATABASE)" if "database" in overrides else ""
        problems.append(file.problem(("database",), f"{error}{source}"))
    if problems:
        raise ConfigError(problems)
    return settings


def _overrides(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: environ[key] for name in _OVERRIDES if (key := f"NEWS_MONITOR_{name.upper()}") in environ}


def _database(url: str, folder: Path, environ: Mapping[str, str]) -> str:
    """The database with its path made absolute; the default lies in $STATE_DIRECTORY, else in var/ beside the file."""
    if not url:
        state = environ.get("STATE_DIRECTORY", "").split(":")[0]
        url = f"sqlite:///{Path(state) if state else folder / 'var'}/news-monitor.db"
    if not url.removeprefix("sqlite:///") or not url.startswith("sqlite:///"):
        return url
    return f"sqlite:///{os.path.normpath(folder / url.removeprefix('sqlite:///'))}"


def _named(folder: Path, pattern: str) -> list[Path]:
    """The files that a pattern names, below a folder or anywhere."""
    path = Path(pattern)
    start, rest = (Path(path.anchor), str(path.relative_to(path.anchor))) if path.is_absolute() else (folder, pattern)
    try:
        return sorted(one for one in start.glob(rest) if one.is_file())
    except (ValueError, IndexError):  # what is no pattern at all: "", "**.yaml" before Python 3.13, "/"
        return []


def _short(path: Path) -> Path:
    """A path as people would write it from where they stand."""
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path


def asked_twice(path: Path) -> list[Problem]:
    """The feeds of a configuration that have the address of an earlier one: no mistake, but their host is asked twice.

    Raises ConfigError for a file that cannot be read.
    """
    file = yaml.read(path)
    sources = file.data.get("sources") if isinstance(file.data, dict) else None
    notes: list[Problem] = []
    first: dict[str, tuple[str | None, int]] = {}
    names = names_in(file, "sources")
    for index, source in enumerate(sources if isinstance(sources, list) else ()):
        url = source.get("url") if isinstance(source, dict) else None
        if not isinstance(url, str):
            continue
        here = file.problem(("sources", index, "url"), "")
        if url in first:
            name, line = first[url]
            notes.append(replace(here, message=f"the address is that of '{name}' in line {line}: it is asked twice"))
        first.setdefault(url, (names[index], here.line))
    return notes

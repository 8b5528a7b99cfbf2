"""config/monitor.yaml, the environment and the rule files -> Settings and RuleSet, or every mistake with its place."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import tzlocal
from pydantic import AfterValidator, Field

from monitor import yamlfile
from monitor.alert import Route, receivers_of
from monitor.deliver import AnyReceiver
from monitor.errors import ConfigError, MonitorError, Problem
from monitor.ingest import AnySource, HttpSettings
from monitor.match import RuleSet, load_rules
from monitor.values import Written

PLACES = (Path("config/monitor.yaml"), Path("/etc/news-monitor/monitor.yaml"))
"""Where the configuration is looked for when neither `--config` nor $NEWS_MONITOR_CONFIG names it."""

# What the environment may set, as NEWS_MONITOR_<NAME>; secrets have their own variables (monitor.values.find_secret).
_OVERRIDES = ("database", "timezone", "workers")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"{name!r} is not a time zone (write one like Europe/Paris)") from None
    return name


def _language(code: str) -> str:
    if not re.fullmatch("[a-z][a-z]", code):
        raise ValueError(f"{code!r} is not a language (write two letters like fr)")
    return code


Language = Annotated[str, AfterValidator(_language)]


def _some(languages: tuple[str, ...]) -> tuple[str, ...]:
    if not languages:
        raise ValueError("name at least one language")
    return languages


class Settings(Written):
    """The configuration of the daemon; each section is the model of the stage that owns it."""

    later: ClassVar[frozenset[str]] = frozenset(
        {"retention", "stories", "time_intervals", "silences", "inhibit", "heartbeat", "dead_man_url_file", "web"}
    )

    version: Literal[1]
    database: str = ""
    rules: tuple[str, ...] = ()
    languages: Annotated[tuple[Language, ...], AfterValidator(_some)] = ("fr", "en")
    timezone: Annotated[str, AfterValidator(_zone)] = Field(default_factory=tzlocal.get_localzone_name)
    workers: Annotated[int, Field(ge=1, le=64)] = Field(default_factory=lambda: os.cpu_count() or 1)
    http: HttpSettings = HttpSettings()
    sources: tuple[AnySource, ...] = ()
    receivers: tuple[AnyReceiver, ...] = ()
    route: Route = Route()

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone in which times are shown."""
        return ZoneInfo(self.timezone)

    def addresses(self, names: Iterable[str]) -> list[tuple[str, str]]:
        """(receiver, address) for each address of the receivers with these names."""
        known = {receiver.name: receiver for receiver in self.receivers}
        return [(name, address) for name in names for address in known[name].addresses()]


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


def load(path: Path, environ: Mapping[str, str] = os.environ) -> tuple[Settings, RuleSet]:
    """Read a configuration and its rules; raises ConfigError with the problems of all files together."""
    file = yamlfile.read(path)
    folder = path.absolute().parent
    problems: list[Problem] = []
    settings: Settings | None = None
    try:
        settings = _settings(file, folder, environ)
    except ConfigError as error:
        problems += error.problems
    try:
        rules = load_rules(_rule_files(file, folder), settings.languages if settings else ("fr", "en"))
    except ConfigError as error:
        problems += error.problems
    if problems or settings is None:
        raise ConfigError(problems)
    return settings, rules


def _settings(file: yamlfile.YamlFile, folder: Path, environ: Mapping[str, str]) -> Settings:
    overrides = {name: environ[key] for name in _OVERRIDES if (key := f"NEWS_MONITOR_{name.upper()}") in environ}
    settings = yamlfile.validate(file, Settings, {"folder": folder}, overrides)
    if problems := _disagreements(file, settings):
        raise ConfigError(problems)
    return settings.model_copy(update={"database": _database(settings.database, folder, environ)})


def _database(url: str, folder: Path, environ: Mapping[str, str]) -> str:
    """The database with its path made absolute; the default lies in $STATE_DIRECTORY, else in var/ beside the file."""
    if not url:
        state = environ.get("STATE_DIRECTORY", "").split(":")[0]
        url = f"sqlite:///{Path(state) if state else folder / 'var'}/news-monitor.db"
    if not url.startswith("sqlite:///"):
        return url
    return f"sqlite:///{os.path.normpath(folder / url.removeprefix('sqlite:///'))}"


def _rule_files(file: yamlfile.YamlFile, folder: Path) -> list[Path]:
    """The rule files that `rules:` names, each once; raises ConfigError for a pattern that names none."""
    patterns = file.data.get("rules", []) if isinstance(file.data, dict) else []
    found: dict[Path, None] = {}
    problems = []
    for index, pattern in enumerate(patterns if isinstance(patterns, list) else []):
        if not isinstance(pattern, str) or not pattern:
            continue
        files = sorted(folder.glob(pattern)) if not Path(pattern).is_absolute() else _absolute(Path(pattern))
        if not files:
            problems.append(file.problem(("rules", index), f"no rule file is named {pattern!r} in {folder}"))
        found.update(dict.fromkeys(_short(one) for one in files))
    if problems:
        raise ConfigError(problems)
    return list(found)


def _absolute(pattern: Path) -> list[Path]:
    return sorted(Path(pattern.anchor).glob(str(pattern.relative_to(pattern.anchor))))


def _short(path: Path) -> Path:
    """A path as people would write it from where they stand."""
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path


def _disagreements(file: yamlfile.YamlFile, settings: Settings) -> list[Problem]:
    """What is wrong only in the light of the rest: names used twice, a route to a receiver that does not exist."""
    problems = []
    for section, members in (("sources", settings.sources), ("receivers", settings.receivers)):
        names = Counter(member.name for member in members)
        seen: set[str] = set()
        for index, member in enumerate(members):
            if names[member.name] > 1 and member.name in seen:
                problems.append(file.problem((section, index, "name"), f"the name '{member.name}' is used twice"))
            seen.add(member.name)
    known = [receiver.name for receiver in settings.receivers]
    for loc, name in receivers_of(settings.route, ("route",)):
        if name not in known:
            problems.append(file.problem(loc, f"no receiver is named '{name}'{yamlfile.suggestion(name, known)}"))
    if settings.receivers and settings.route.receiver is None:
        problems.append(file.problem(("route",), "'route' needs a receiver, which takes what no other route takes"))
    return problems


def shown(settings: Settings) -> dict[str, Any]:
    """The effective configuration as plain values, secrets hidden."""
    values = settings.model_dump(mode="json", by_alias=True)
    values["database"] = hide_password(settings.database)
    return values


def hide_password(url: str) -> str:
    """A URL without the password of its user part."""
    scheme, mark, rest = url.partition("://")
    user, at, host = rest.rpartition("@")
    if not at or ":" not in user:
        return url
    return f"{scheme}{mark}{user.partition(':')[0]}:**********@{host}"

"""What people may write into a configuration -> Settings: each section is the model of the stage that owns it."""

from __future__ import annotations

import os
import re
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal
from zoneinfo import ZoneInfo

import tzlocal
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationInfo

from monitor.alert import (
    Destination,
    Heartbeat,
    InhibitRule,
    Route,
    Silence,
    TimeInterval,
    Times,
    effective,
    in_zone,
    route,
)
from monitor.dedup import Limits
from monitor.deliver import AnyReceiver
from monitor.ingest import AnySource, HttpSettings
from monitor.listening import WebSettings
from monitor.model import Alert
from monitor.values import LocalPath, TimeZone, Written, find_secret, without_secrets


def _version(value: Any) -> Any:
    if isinstance(value, bool):  # which Python takes for 1
        raise ValueError("must be 1")
    return value


def _database_url(url: str) -> str:
    if url.startswith("postgresql") and url.partition("?")[0].count("@") > 1:
        raise ValueError("an @ in the password of a database is written %40")
    return url


def _language(code: str) -> str:
    if not re.fullmatch("[a-z][a-z]", code):
        raise ValueError(f"{code!r} is not a language (write two letters like fr)")
    return code


Language = Annotated[str, AfterValidator(_language)]


def _some(languages: tuple[str, ...]) -> tuple[str, ...]:
    if not languages:
        raise ValueError("name at least one language")
    return languages


def _listed(value: Any) -> Any:
    """A list whose entries are all comments is empty."""
    return () if value is None else value


def _in_zone(tree: Route, info: ValidationInfo) -> Route:
    """Digests come at the times that clocks show here, unless they say where."""
    return in_zone(tree, info.data.get("timezone", "UTC"))


def _beating(beat: Heartbeat | None, info: ValidationInfo) -> Heartbeat | None:
    """And the heartbeat."""
    return beat and beat.located(info.data.get("timezone", "UTC"))


def _dead_man_url(value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
    """The address to ask for; it names its account, so it is a secret."""
    if "dead_man_url_file" not in info.data:
        return value  # whose own mistake is reported already
    found = find_secret("dead_man_url", value, info.data["dead_man_url_file"])
    if found and not found.get_secret_value().startswith(("http://", "https://")):
        raise ValueError("must be an address like https://example.org/ping/..")
    return found


def _located(times: tuple[Times, ...], info: ValidationInfo) -> tuple[Times, ...]:
    """So do quiet hours and silences."""
    return tuple(one.located(info.data.get("timezone", "UTC")) for one in times)


class Settings(Written):
    """The configuration of the daemon; each section is the model of the stage that owns it."""

    later: ClassVar[frozenset[str]] = frozenset({"retention"})

    version: Annotated[Literal[1], BeforeValidator(_version)]
    database: Annotated[str, AfterValidator(_database_url)] = ""
    rules: tuple[str, ...] = ()
    languages: Annotated[tuple[Language, ...], AfterValidator(_some)] = ("fr", "en")
    timezone: TimeZone = Field(default_factory=tzlocal.get_localzone_name)
    workers: Annotated[int, Field(ge=1, le=64)] = Field(default_factory=lambda: os.cpu_count() or 1)
    stories: Limits = Limits()
    http: HttpSettings = HttpSettings()
    web: WebSettings | None = None
    sources: Annotated[tuple[AnySource, ...], BeforeValidator(_listed)] = ()
    receivers: tuple[AnyReceiver, ...] = ()
    route: Annotated[Route, AfterValidator(_in_zone)] = Route()
    time_intervals: Annotated[tuple[TimeInterval, ...], BeforeValidator(_listed), AfterValidator(_located)] = ()
    silences: Annotated[tuple[Silence, ...], BeforeValidator(_listed), AfterValidator(_located)] = ()
    inhibit: Annotated[tuple[InhibitRule, ...], BeforeValidator(_listed)] = ()
    heartbeat: Annotated[Heartbeat | None, AfterValidator(_beating)] = None
    dead_man_url_file: LocalPath | None = None
    dead_man_url: Annotated[SecretStr | None, AfterValidator(_dead_man_url)] = Field(
        default=None, validate_default=True
    )

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone in which times are shown."""
        return ZoneInfo(self.timezone)

    @cached_property
    def intervals(self) -> dict[str, TimeInterval]:
        """The time intervals by name, for the `hold` of destinations."""
        return {one.name: one for one in self.time_intervals}

    def destinations(self, alert: Alert) -> list[Destination]:
        """Where an alert is routed to, whether it is told or suppressed."""
        return route(self.route, alert)


def shown(settings: Settings) -> dict[str, Any]:
    """The effective configuration as plain values, secrets hidden."""
    values = settings.model_dump(mode="json", by_alias=True)
    values["route"] = effective(settings.route).model_dump(mode="json", by_alias=True)
    values["database"] = without_secrets(settings.database)
    return values

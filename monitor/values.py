"""Durations, sizes, paths, secrets as people and servers write them -> Python values."""

from __future__ import annotations

import difflib
import os
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Annotated, Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    SecretStr,
    ValidationInfo,
)

HIDDEN = "***"
_UNITS = {"w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1}
_DURATION = re.compile(r"(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_SIZES = {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
_SIZE = re.compile(r"(\d+)\s*(B|KiB|MiB|GiB)")


class Written(BaseModel):
    """The base of every model that people fill in: unknown keys are errors, values never change afterwards.

    `later` names keys of the public surface that do not work yet: writing one is an error that says so.
    """

    later: ClassVar[frozenset[str]] = frozenset()
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def parse_duration(value: Any) -> timedelta:
    """`30s`, `5m`, `1h30m`, `1d`, `1w` -> timedelta; raises ValueError."""
    if isinstance(value, timedelta):
        return value
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if not found or not value:
        raise ValueError(f"{value!r} is not a duration (write 30s, 5m, 1h30m, 1d or 1w)")
    seconds = sum(int(n) * unit for n, unit in zip(found.groups(), _UNITS.values(), strict=True) if n)
    if seconds > 100 * 365 * 86400:
        raise ValueError(f"{value!r} is longer than a hundred years")
    return timedelta(seconds=seconds)


def parse_optional_duration(value: Any) -> timedelta | None:
    """The same, with `off` for None."""
    return None if value in ("off", None) else parse_duration(value)


def parse_positive_duration(value: Any) -> timedelta:
    """The same, longer than nothing."""
    if not (duration := parse_duration(value)):
        raise ValueError("must be longer than 0s")
    return duration


def write_duration(value: timedelta | None) -> str:
    """A timedelta as people write it; None is `off`."""
    if value is None:
        return "off"
    rest, parts = int(value.total_seconds()), ""
    for unit, seconds in _UNITS.items():
        if unit != "w" or rest % seconds == 0:
            count, rest = divmod(rest, seconds)
            parts += f"{count}{unit}" if count else ""
    return parts or "0s"


def write_about(span: timedelta) -> str:
    """A span in round numbers: in its largest unit, of which it has at least two (but 1h, 1d); nothing is below 0s."""
    seconds = max(span.total_seconds(), 0.0)
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds == size or seconds >= 2 * size:
            return f"{round(seconds / size)}{unit}"
    return f"{round(seconds)}s"


def check_zone(name: str) -> str:
    """The name of a time zone as it is; raises ValueError for any other text, with the nearest name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        names = {one.casefold(): one for one in sorted(available_timezones(), reverse=True)}
        near = difflib.get_close_matches(name.casefold(), names, n=1, cutoff=0.75)
        meant = f"did you mean '{names[near[0]]}'?" if near else "write one like Europe/Paris"
        raise ValueError(f"{name!r} is not a time zone ({meant})") from None
    return name


TimeZone = Annotated[str, AfterValidator(check_zone)]


def listed(value: Any) -> Any:
    """One word stands for a list of one."""
    return [value] if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(listed)]


MAX_RETRY_AFTER = timedelta(hours=24)
"""The longest Retry-After that is obeyed (Miniflux PR 3293 had to add such a cap)."""


_SECONDS = re.compile(r"([0-9]+(?:\.[0-9]+)?(?:[eE]\+?[0-9]{1,2})?)\s*(?:,.*)?", re.DOTALL)


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """The pause that a Retry-After header asks for (RFC 9110 10.2.3: seconds or a date), at most a day.

    Also read: a fraction (some servers send 1.5), an ISO 8601 date, the first of several values that a proxy joined.
    A date that has passed is no pause; None for what is neither seconds nor a date.
    """
    value = (value or "").strip()
    if found := _SECONDS.fullmatch(value):
        return timedelta(seconds=min(float(found[1]), MAX_RETRY_AFTER.total_seconds()))
    until = http_date(value) or _iso_date(value)
    return min(max(until - now, timedelta()), MAX_RETRY_AFTER) if until else None


def http_date(value: str) -> datetime | None:
    """One of the three date formats of HTTP (RFC 9110 5.6.7), aware; None for anything else."""
    try:
        found = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _iso_date(value: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


_as_written = PlainSerializer(write_duration, return_type=str)
Duration = Annotated[timedelta, BeforeValidator(parse_duration), _as_written]
PositiveDuration = Annotated[timedelta, BeforeValidator(parse_positive_duration), _as_written]
OptionalDuration = Annotated[timedelta | None, BeforeValidator(parse_optional_duration), _as_written]


def parse_size(value: Any) -> int:
    """`15MiB`, `100KiB` -> bytes; raises ValueError."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    found = _SIZE.fullmatch(value) if isinstance(value, str) else None
    if not found or not int(found[1]):
        raise ValueError(f"{value!r} is not a size (write 512KiB or 15MiB)")
    return int(found[1]) * _SIZES[found[2]]


Size = Annotated[int, BeforeValidator(parse_size)]


def beside_file(value: Any, info: ValidationInfo) -> Any:
    """A relative path is relative to the configuration file (`folder` of the validation context)."""
    if not isinstance(value, str) or not value:
        return value
    if "\0" in value:
        raise ValueError("is not a path")
    folder = (info.context or {}).get("folder", Path())
    return Path(os.path.normpath(folder / Path(value).expanduser()))


LocalPath = Annotated[Path, BeforeValidator(beside_file)]


def without_secrets(url: str) -> str:
    """A URL for people and logs: no password, and nothing of a query but names with a value, which often is a token."""
    scheme, mark, rest = url.partition("://")
    # A database password may hold a slash; in a web address what follows the first one is the path.
    cut = len(rest) - len(rest.rpartition("@")[2]) if scheme.startswith("postgresql") else 0
    authority, slash, path = rest[cut:].partition("/")
    user, at, host = (rest[:cut] + authority).rpartition("@")
    hidden = f"{user.partition(':')[0]}:{HIDDEN}" if ":" in user else user
    path, question, query = path.partition("?")
    shown = "&".join(map(_without_value, query.split("&"))) if query else ""
    return f"{scheme}{mark}{hidden}{at}{host}{slash}{path}{question}{shown}"


def _without_value(part: str) -> str:
    """A part of a query; one without a value may be the token itself, perhaps with the equals signs of base64."""
    name, _, value = part.partition("=")
    return f"{name}={HIDDEN}" if value.strip("=") else HIDDEN


def find_secret(name: str, value: SecretStr | None, file: Path | None) -> SecretStr | None:
    """A secret from `x:`, `x_file:` or `$NEWS_MONITOR_X_FILE`, in that order; `name` is x.

    A file that is not at its path is looked for under its name in `$CREDENTIALS_DIRECTORY` (systemd LoadCredential).
    One trailing line break of a file is not part of the secret. Returns None when nothing is configured; raises
    ValueError naming the file (never its content) when it cannot be read or is empty.
    """
    if value is not None:
        return value
    if file is None and (named := os.environ.get(f"NEWS_MONITOR_{name.upper()}_FILE")):
        file = Path(named)
    if file is None:
        return None
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    places = [file, *([Path(credentials) / file.name] if credentials else [])]
    try:
        place = next((place for place in places if place.exists()), file)
        if place.exists() and not place.is_file():  # a FIFO would be waited for
            raise ValueError(f"{name}_file {file} is not a regular file")
        secret = place.read_text("utf-8").removesuffix("\n").removesuffix("\r")
    except OSError as error:
        raise ValueError(f"{name}_file {file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{name}_file {file} cannot be read: not UTF-8 text") from None
    if not secret:
        raise ValueError(f"{name}_file {file} is empty")
    return SecretStr(secret)

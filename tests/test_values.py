"""Durations, sizes, paths and secrets as people write them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from monitor.values import (
    MAX_RETRY_AFTER,
    find_secret,
    parse_duration,
    parse_optional_duration,
    parse_size,
    retry_after,
    without_secrets,
    write_about,
    write_duration,
)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("30s", 30), ("5m", 300), ("1h30m", 5400), ("1d", 86400), ("1w", 604800), ("0s", 0), ("1w1d", 691200)],
)
def test_durations(written: str, seconds: int) -> None:
    assert parse_duration(written) == timedelta(seconds=seconds)


@pytest.mark.parametrize("written", ["", "5", "5 m", "-5m", "5m1h", "1.5h", 5, None, "9" * 30 + "s", "off", "1y"])
def test_what_is_no_duration_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match=r"duration|hundred years"):
        parse_duration(written)


@given(st.integers(min_value=0, max_value=10**8))
def test_durations_are_written_as_they_are_read(seconds: int) -> None:
    assert parse_duration(write_duration(timedelta(seconds=seconds))) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(-5, "0s"), (0, "0s"), (59.6, "60s"), (60, "1m"), (119, "119s"), (120, "2m"), (3600, "1h"), (5400, "90m"),
     (7200, "2h"), (86400, "1d"), (86401, "24h"), (172800, "2d"), (100 * 86400, "100d")],
)  # fmt: skip
def test_a_span_in_round_numbers_has_two_of_its_unit(seconds: float, written: str) -> None:
    assert write_about(timedelta(seconds=seconds)) == written


def test_off_is_no_duration_at_all() -> None:
    assert parse_optional_duration("off") is None
    assert write_duration(None) == "off"


def test_sizes() -> None:
    assert parse_size("15MiB") == 15 * 1024 * 1024
    assert parse_size("512 KiB") == 512 * 1024
    for wrong in ("15 megabytes", "0MiB", "-1B", True, -4, "MiB"):
        with pytest.raises(ValueError, match="is not a size"):
            parse_size(wrong)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql+psycopg://u:p@ss@h/d", "postgresql+psycopg://u:***@h/d"),
        ("postgresql+psycopg:///d?user=u&password=canary", "postgresql+psycopg:///d?user=***&password=***"),
        ("https://reader:canary@press.example/rss?key=canary", "https://reader:***@press.example/rss?key=***"),
        ("https://press.example/rss?canary", "https://press.example/rss?***"),
        ("https://press.example/rss?a=1&canary&b=", "https://press.example/rss?a=***&***&***"),
        ("https://press.example/rss?Y2FuYXJ5==", "https://press.example/rss?***"),
        ("https://press.example/a/b", "https://press.example/a/b"),
        ("https://press.example/rss?", "https://press.example/rss?"),
        ("sqlite:////tmp/a.db", "sqlite:////tmp/a.db"),
    ],
)
def test_urls_are_shown_without_their_secrets(url: str, shown: str) -> None:
    assert without_secrets(url) == shown


def test_a_secret_comes_from_the_value_the_file_or_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "smtp-password"
    file.write_text("s3cret\n")
    assert find_secret("password", SecretStr("here"), file) == SecretStr("here")
    assert find_secret("password", None, file) == SecretStr("s3cret")
    assert find_secret("password", None, None) is None
    monkeypatch.setenv("NEWS_MONITOR_PASSWORD_FILE", str(file))
    assert find_secret("password", None, None) == SecretStr("s3cret")


def test_a_secret_is_looked_for_among_the_credentials_of_the_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "smtp-password").write_text("s3cret")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert find_secret("password", None, Path("/nowhere/smtp-password")) == SecretStr("s3cret")


def test_a_secret_that_cannot_be_read_names_its_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"password_file .*absent cannot be read: No such file"):
        find_secret("password", None, tmp_path / "absent")
    empty = tmp_path / "empty"
    empty.write_text("\n")
    with pytest.raises(ValueError, match="is empty"):
        find_secret("password", None, empty)


NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "pause"),
    [
        (None, None),
        ("", None),
        ("0", timedelta(0)),
        ("120", timedelta(seconds=120)),
        ("1000000000", MAX_RETRY_AFTER),
        ("9" * 5000, MAX_RETRY_AFTER),
        ("-5", None),
        ("1.5", timedelta(seconds=1.5)),
        ("1e9", MAX_RETRY_AFTER),
        ("120, 60", timedelta(minutes=2)),
        ("2026-03-01T12:01:30Z", timedelta(seconds=90)),
        ("Sunday, 01-Mar-26 12:01:30 GMT", timedelta(seconds=90)),
        ("Sun Mar  1 12:01:30 2026", timedelta(seconds=90)),
        ("5 minutes", None),
        ("nan", None),
        ("١٢", None),
        ("soon", None),
        ("²", None),
        (" 60 ", timedelta(minutes=1)),
        ("0000000060", timedelta(minutes=1)),
        ("Mon, 01 Jan 2024 00:00:00 +9999999999999", None),
        ("Sun, 01 Mar 2026 12:01:30 GMT", timedelta(seconds=90)),
        ("Sun, 01 Mar 2026 12:01:30", timedelta(seconds=90)),
        ("Sun, 01 Mar 2026 11:00:00 GMT", timedelta(0)),
        ("Sun, 01 Mar 2099 12:00:00 GMT", MAX_RETRY_AFTER),
        ("Sun, 01 Mar 99999999999999999999 12:00:00 GMT", None),
    ],
)
def test_retry_after_is_understood_or_ignored(value: str | None, pause: timedelta | None) -> None:
    assert retry_after(value, NOW) == pause


@given(st.text(max_size=40) | st.from_regex(r"[A-Z][a-z]{2}, \d{1,3} [A-Z][a-z]{2} \d{1,9} [\d:]{1,9} [+-]?\w{0,9}"))
def test_no_retry_after_breaks_anything(value: str) -> None:
    pause = retry_after(value, NOW)
    assert pause is None or timedelta(0) <= pause <= MAX_RETRY_AFTER

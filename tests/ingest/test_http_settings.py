"""The settings of the client, and how long a server may ask it to wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from monitor.ingest import HttpSettings
from monitor.ingest.http import retry_after

NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "pause"),
    [
        (None, None),
        ("60", timedelta(minutes=1)),
        ("0000000060", timedelta(minutes=1)),
        ("0", timedelta()),
        ("1000000000", timedelta(days=1)),
        ("9" * 5000, timedelta(days=1)),
        ("-5", None),
        ("1e9", None),
        ("soon", None),
        ("Mon, 01 Jan 2024 00:00:00 +9999999999999", None),
        ("²", None),
        ("Fri, 01 Mar 2024 12:05:00 GMT", timedelta(minutes=5)),
        ("Fri, 01 Mar 2024 11:00:00 GMT", None),
        ("Fri, 01 Mar 2094 12:00:00 GMT", timedelta(days=1)),
        ("Fri, 01 Mar 2024 13:00:00 -0000", timedelta(hours=1)),
    ],
)
def test_every_spelling_of_retry_after(value: str | None, pause: timedelta | None) -> None:
    assert retry_after(value, NOW) == pause


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("allow_networks", ["10.0.0.1/8"]), ("allow_networks", ["intranet"]), ("allow_networks", [10]),
        ("timeout", "0s"), ("timeout", 30), ("max_body", "0MiB"), ("max_body", "1GiB"),
        ("contact", "a\nb"), ("contact", "é"), ("contact", ""), ("per_host", {"concurrency": 2}),
    ],
)  # fmt: skip
def test_a_bad_setting_is_one_error(key: str, value: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        HttpSettings.model_validate({key: value})
    assert caught.value.error_count() == 1


def test_the_settings_as_written() -> None:
    settings = HttpSettings.model_validate({"allow_networks": ["127.0.0.0/8", "fd00::/8"], "max_body": "2MiB"})
    assert [str(network) for network in settings.allow_networks] == ["127.0.0.0/8", "fd00::/8"]
    assert (settings.timeout, settings.max_body) == (timedelta(seconds=30), 2 * 1024**2)

"""The settings of the client, and how long a server may ask it to wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from monitor.ingest import HttpSettings

NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)


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

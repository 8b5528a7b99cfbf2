"""The settings of the client."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from monitor.ingest import HttpSettings


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("allow_networks", ["10.0.0.1/8"]), ("allow_networks", ["intranet"]), ("allow_networks", [10]),
        ("timeout", "0s"), ("timeout", 30), ("max_body", "0MiB"), ("max_body", "1GiB"),
        ("contact", "a\nb"), ("contact", "é"), ("contact", ""),
        ("per_host", {"concurrency": 0}), ("per_host", {"concurrency": 101}), ("per_host", {"interval": "2h"}),
        ("per_host", {"interval": 1}), ("per_host", {"intervall": "1s"}), ("per_host", "off"),
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
    assert (settings.per_host.concurrency, settings.per_host.interval) == (2, timedelta(seconds=1))


@pytest.mark.parametrize(("written", "interval"), [("off", None), ("0s", timedelta()), ("5s", timedelta(seconds=5))])
def test_requests_to_a_host_may_come_as_far_apart_as_one_likes(written: str, interval: timedelta | None) -> None:
    settings = HttpSettings.model_validate({"per_host": {"concurrency": 100, "interval": written}})
    assert (settings.per_host.concurrency, settings.per_host.interval) == (100, interval)

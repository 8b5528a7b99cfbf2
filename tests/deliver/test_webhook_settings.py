"""The settings of a webhook as people write them -> a receiver, or each mistake at its key."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from monitor.deliver import AnyReceiver, WebhookReceiver
from monitor.values import Written

CANARY = "canary-4711"
KEY = f"whsec_{base64.b64encode(CANARY.encode() * 3).decode()}"


def receiver(url: str, **settings: Any) -> WebhookReceiver:
    return WebhookReceiver.model_validate({"name": "hook", "type": "webhook", "url": url, "secret": KEY, **settings})


class Settings(Written):
    """The configuration around a receiver."""

    receiver: AnyReceiver


def problem(**settings: Any) -> tuple[tuple[int | str, ...], str]:
    base = {"name": "hook", "type": "webhook", "url": "https://example.org/hook", "secret": KEY}
    with pytest.raises(ValidationError) as failed:
        Settings.model_validate({"receiver": {k: v for k, v in (base | settings).items() if v is not None}})
    [error] = failed.value.errors()
    assert CANARY not in str(failed.value)
    return error["loc"][1:], error["msg"]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "example.org",
        "http://",
        "http://a b/",
        "https://example.org/\r\nX: y",
        "http://h:99999/",
        "http://a..b/",
        "http://xn--/",
        "",
    ],
)
def test_only_an_http_address_is_one(url: str) -> None:
    loc, text = problem(url=url)
    assert loc == ("webhook", "url")
    assert "URL" in text


@pytest.mark.parametrize(
    "secret",
    [
        CANARY,
        f"whsec_{CANARY}",
        "whsec_",
        "whsec_" + base64.b64encode(b"x" * 23).decode(),
        "whsec_" + base64.b64encode(b"x" * 65).decode(),
        KEY.removeprefix("whsec_"),
        KEY + "\n",
    ],
)
def test_a_secret_of_another_form_is_refused_without_repeating_it(secret: str) -> None:
    loc, text = problem(secret=secret)
    assert loc == ("webhook", "secret")
    assert "openssl rand -base64 32" in text
    assert secret not in text or secret == "whsec_"


@pytest.mark.parametrize("size", [24, 64])
def test_keys_of_24_to_64_bytes_are_taken(size: int) -> None:
    receiver("https://example.org", secret="whsec_" + base64.b64encode(os.urandom(size)).decode())


def test_a_webhook_without_a_secret_is_refused() -> None:
    assert problem(secret=None)[1].endswith("'secret' or 'secret_file' is missing: webhooks are signed")


def test_a_secret_comes_from_its_file_beside_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "hook-secret").write_text(KEY + "\n")
    settings = {"name": "hook", "type": "webhook", "url": "https://example.org", "secret_file": "hook-secret"}
    found = WebhookReceiver.model_validate(settings, context={"folder": tmp_path})
    assert [one.get_secret_value() for one in found.secret] == [KEY]


def test_several_secrets_stand_in_a_list_or_in_several_files(tmp_path: Path) -> None:
    keys = ["whsec_" + base64.b64encode(bytes([n]) * 24).decode() for n in range(4)]
    for n, key in enumerate(keys):
        (tmp_path / f"secret-{n}").write_text(key)
    settings = {"name": "hook", "type": "webhook", "url": "https://example.org"}
    settings |= {"secret": keys[:2], "secret_file": ["secret-2", "secret-3"]}
    found = WebhookReceiver.model_validate(settings, context={"folder": tmp_path})
    assert [one.get_secret_value() for one in found.secret] == keys
    assert not [key for key in keys if key in found.model_dump_json()]


@pytest.mark.parametrize("key", ["secret", "secret_file"])
def test_an_empty_list_is_no_secret(key: str) -> None:
    assert problem(**{"secret": None, key: []})[0] == ("webhook", key)


def test_the_one_of_several_secrets_that_is_none_is_reported(tmp_path: Path) -> None:
    (tmp_path / "good").write_text(KEY)
    assert problem(secret=[KEY, CANARY])[0] == ("webhook", "secret")
    loc, text = problem(secret=None, secret_file=[str(tmp_path / "good"), str(tmp_path / "nowhere")])
    assert (loc, "nowhere cannot be read" in text) == (("webhook", "secret_file"), True)


@pytest.mark.parametrize(("size", "told"), [("4095B", "at least 4KiB"), ("1KiB", "at least 4KiB"), ("x", "not a size")])
def test_a_limit_has_room_for_an_alert(size: str, told: str) -> None:
    loc, text = problem(max_body=size)
    assert (loc, told in text) == (("webhook", "max_body"), True)


@pytest.mark.parametrize("content", [None, "", CANARY])
def test_a_secret_file_of_no_use_is_reported_at_its_key(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "hook-secret"
    if content is not None:
        file.write_text(content)
    loc, _ = problem(secret=None, secret_file=str(file))
    assert loc == ("webhook", "secret_file")


def test_an_unknown_key_is_refused() -> None:
    assert problem(retries=3)[0] == ("webhook", "retries")


def test_secrets_are_shown_nowhere() -> None:
    settings = receiver(f"https://user:{CANARY}@example.org/hook?token={CANARY}")
    assert settings.model_dump()["url"] == "https://example.org/hook?***"
    for shown in (repr(settings), str(settings), settings.model_dump_json()):
        assert CANARY not in shown
        assert KEY not in shown


def test_an_address_without_secrets_is_shown_as_written() -> None:
    assert receiver("https://Example.org/été").model_dump()["url"] == "https://Example.org/été"

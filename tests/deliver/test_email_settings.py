"""The settings of e-mail as people write them -> a receiver, or each mistake at its key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from monitor.deliver import AnyReceiver, EmailReceiver
from monitor.values import Written

CANARY = "canary-4711"
Receive = Callable[..., EmailReceiver]


class Settings(Written):
    """The configuration around a receiver."""

    receiver: AnyReceiver


def problem(smtp: dict[str, Any] | None = None, **settings: Any) -> tuple[str, str]:
    """Where the one mistake is, and what is said about it."""
    base = {"name": "desk", "type": "email", "to": ["a@example.org"], "from": "w@example.org"}
    given = {"smtp": {"host": "mx.example.org"} | (smtp or {})}
    with pytest.raises(ValidationError) as failed:
        Settings.model_validate({"receiver": base | given | settings})
    [found] = failed.value.errors()
    assert CANARY not in str(failed.value)
    return ".".join(map(str, found["loc"][2:])), found["msg"].removeprefix("Value error, ")


def test_each_address_is_a_delivery_of_its_own(receiver: Receive) -> None:
    assert receiver(["a@example.org", "b@example.org", "a@example.org"]).addresses() == [
        "a@example.org",
        "b@example.org",
    ]


@pytest.mark.parametrize(
    "address",
    [
        "a", "a@", "@b", "a@b@c", "a b@c", "a@b\r\nRCPT TO:<x@y>", "a@b\n", "Desk <a@b.c>", "a@b,c@d", "é@b", "a@é.fr",
        "a@-b..c", "<a@b>", "a@[127.0.0.1]", "x" * 65 + "@b", "a@" + "b.c" * 90, "",
    ],
)  # fmt: skip
def test_only_an_address_is_one(address: str) -> None:
    place, text = problem(to=["a@example.org", address])
    assert place == "to.1"
    assert "is not an e-mail address" in text
    assert problem(**{"from": address})[0] == "from"


@pytest.mark.parametrize("to", [[], "a@example.org", None])
def test_to_is_a_list(to: Any) -> None:
    assert problem(to=to) == ("to", "must be a list with at least one address: [desk@example.org]")


@pytest.mark.parametrize("host", ["", "a b", "a\r\nb", "x" * 64, "a..b", "a/b", "user@host"])
def test_only_a_host_name_is_one(host: str) -> None:
    assert problem({"host": host})[0] == "smtp.host"


def test_port_465_is_not_for_starttls() -> None:
    place, text = problem({"port": 465})
    assert place == "smtp.starttls"
    assert "starttls: implicit" in text


def test_a_login_is_not_sent_in_clear_to_another_machine() -> None:
    place, text = problem({"starttls": "off", "username": "watch", "password": CANARY})
    assert place == "smtp.username"
    assert "never sent unencrypted" in text


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_a_login_may_stay_on_this_machine(host: str, receiver: Receive) -> None:
    assert receiver(host=host, starttls="off", username="watch", password=CANARY).smtp.host == host


@pytest.mark.parametrize(
    ("smtp", "text"),
    [({"username": "watch"}, "'password' or 'password_file' is missing"), ({"password": CANARY}, "needs a 'username'")],
)
def test_a_login_has_two_halves(smtp: dict[str, Any], text: str) -> None:
    place, said = problem(smtp)
    assert place == "smtp.password"
    assert text in said


def test_a_password_comes_from_its_file_beside_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "smtp-password").write_text(CANARY + "\n")
    smtp = {"host": "mx.example.org", "username": "watch", "password_file": "smtp-password"}
    given = {"name": "desk", "type": "email", "to": ["a@example.org"], "from": "w@example.org", "smtp": smtp}
    found = EmailReceiver.model_validate(given, context={"folder": tmp_path})
    assert found.smtp.password is not None
    assert found.smtp.password.get_secret_value() == CANARY


def test_a_password_comes_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, receiver: Receive
) -> None:
    (tmp_path / "smtp-password").write_text(CANARY)
    monkeypatch.setenv("NEWS_MONITOR_PASSWORD_FILE", str(tmp_path / "smtp-password"))
    found = receiver(username="watch").smtp
    assert found.password is not None
    assert found.password.get_secret_value() == CANARY
    assert receiver().smtp.password is None


@pytest.mark.parametrize("key", ["password_file", "ca_file"])
@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe"])
def test_a_file_of_no_use_is_reported_at_its_key(tmp_path: Path, key: str, content: bytes | None) -> None:
    file = tmp_path / "file"
    if content is not None:
        file.write_bytes(content)
    place, text = problem({"username": "watch", key: str(file)} if key == "password_file" else {key: str(file)})
    assert place == f"smtp.{key}"
    assert str(file) in text


def test_a_path_that_no_system_takes_is_reported_at_its_key() -> None:
    assert problem({"username": "watch", "password_file": "x" * 300})[0] == "smtp.password_file"


def test_unknown_keys_are_refused() -> None:
    assert problem(cc=["a@example.org"])[0] == "cc"
    assert problem({"tls": True})[0] == "smtp.tls"


def test_a_password_is_shown_nowhere(receiver: Receive) -> None:
    settings = receiver(username="watch", password=CANARY)
    for shown in (repr(settings), str(settings), settings.model_dump_json(by_alias=True), str(settings.model_dump())):
        assert CANARY not in shown

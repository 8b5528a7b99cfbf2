"""receivers list, test, enable, schema, and what `check` says of them: for every kind what the other end said."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from cli.conftest import Program
from flow.installation import SECRET, Installation, Receiver, article
from jsonschema import Draft202012Validator

from monitor.deliver import AnyReceiver, apprise, circuit, webhook, webhook_schema

GUIDE = (Path(__file__).parents[2] / "config" / "README.md").read_text("utf-8")
GUIDE = GUIDE.partition("\n### Kinds of receivers\n")[2].partition("\n### ")[0]
CANARY = "canary-4711"
NOBODY = "127.0.0.1:1"  # the discard port of TCP, where nobody listens


def config(installation: Installation, receivers: str) -> Path:
    installation.configure(f"receivers: [{receivers}]\nroute: {{receiver: one}}\n")
    return installation.folder / "monitor.yaml"


def chat(receiver: Receiver) -> str:
    return f"{{name: one, type: apprise, url: 'json://127.0.0.1:{receiver.port}/'}}"


def hook(url: str) -> str:
    return f"{{name: one, type: webhook, url: '{url}', secret: {SECRET}}}"


def test_the_schema_is_printed(news_monitor: Program) -> None:
    done = news_monitor("receivers", "schema")
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out) == webhook_schema()


def test_a_test_alert_is_one_that_the_schema_describes(
    installation: Installation, news_monitor: Program, receiver: Receiver
) -> None:
    path = config(installation, hook(receiver.url))
    assert news_monitor("receivers", "test", "one", "--config", path).code == 0
    [(_, body)] = receiver.requests
    Draft202012Validator(json.loads(news_monitor("receivers", "schema").out)).validate(body)


def test_a_file_tells_what_was_appended(installation: Installation, news_monitor: Program) -> None:
    path = config(installation, "{name: one, type: file, path: alerts.jsonl}")
    done = news_monitor("receivers", "test", "one", "--config", path)
    file = installation.folder / "alerts.jsonl"
    [line] = file.read_text("utf-8").splitlines()
    assert (done.code, done.out) == (0, f"one: accepted: {len(line.encode()) + 1} bytes appended to {file}\n")
    sent = json.loads(line)
    assert sent["alerts"][0]["reason"] == "test"
    assert sent["group"] == {"alert": sent["alerts"][0]["key"]}


def test_a_terminal_shows_the_test(installation: Installation, news_monitor: Program) -> None:
    path = config(installation, "{name: one, type: console}")
    done = news_monitor("receivers", "test", "one", "--config", path)
    assert (done.code, done.out.splitlines()[-1]) == (0, "one: accepted: written")
    assert "Test of one" in done.out
    told = news_monitor("receivers", "test", "one", "--json", "--config", path)
    assert json.loads(told.out) == [{"address": None, "accepted": True, "answer": "written"}]
    assert "Test of one" in told.err


def test_a_chat_tells_what_its_server_said(
    installation: Installation, news_monitor: Program, receiver: Receiver
) -> None:
    path = config(installation, chat(receiver))
    receiver.answers = [403]
    refused = news_monitor("receivers", "test", "one", "--config", path)
    assert (refused.code, refused.out) == (1, "")
    assert "one: refused: " in refused.err
    assert "error=403" in refused.err


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (hook(f"http://{NOBODY}/"), "127.0.0.1 cannot be reached: connection refused"),
        (f"{{name: one, type: apprise, url: 'json://{NOBODY}/{CANARY}'}}", "connection refused"),
        (
            "{name: one, type: email, to: [a@example.org, b@example.org], from: w@example.org, "
            "smtp: {host: 127.0.0.1, port: 1, starttls: off}}",
            "127.0.0.1 cannot be reached: connection refused",
        ),
    ],
)
def test_what_fails_is_told_for_each_address_and_exits_1(
    written: str, told: str, installation: Installation, news_monitor: Program
) -> None:
    path = config(installation, written)
    done = news_monitor("receivers", "test", "one", "--config", path)
    assert (done.code, done.out) == (1, "")
    lines = [line for line in done.err.splitlines() if "refused: " in line]
    assert len(lines) == (2 if "email" in written else 1)
    assert all(told in line for line in lines)
    as_json = news_monitor("receivers", "test", "one", "--json", "--config", path)
    assert as_json.code == 1
    assert {one["accepted"] for one in json.loads(as_json.out)} == {False}
    assert CANARY not in done.err + as_json.out + as_json.err


def test_a_private_address_is_refused_with_the_setting_that_would_allow_it(
    installation: Installation, news_monitor: Program
) -> None:
    path = config(installation, hook("http://10.0.0.1/"))
    done = news_monitor("receivers", "test", "one", "--config", path)
    assert done.code == 1
    assert "http.allow_networks" in done.err


def test_every_kind_is_listed(installation: Installation, news_monitor: Program, receiver: Receiver) -> None:
    two = "{name: two, type: file, path: alerts.jsonl}, {name: three, type: console}"
    path = config(installation, f"{chat(receiver)}, {two}")
    rows = json.loads(news_monitor("receivers", "list", "--json", "--config", path).out)
    healthy = {"rate": None, "at_most": None, "spilled": 0, "disabled": None, "failures": 0, "next": None}
    kinds = {"one": "apprise", "two": "file", "three": "console"}
    assert rows == [{"name": name, "type": kind, **healthy} for name, kind in kinds.items()]
    assert news_monitor("receivers", "enable", "two", "--config", path).out == "two is enabled\n"


def test_a_cap_is_listed_with_how_many_alerts_wait_for_it(installation: Installation, news_monitor: Program) -> None:
    path = config(installation, "{name: one, type: console, at_most: 1/1h}, {name: two, type: console, at_most: 9/1h}")
    for number in (1, 2):
        installation.write(f"{number}.txt", article(number))
        installation.run("once")
    rows = json.loads(news_monitor("receivers", "list", "--json", "--config", path).out)
    waiting = json.loads(news_monitor("deliveries", "list", "--json", "--config", path).out)
    (spill,) = [row["alerts"] for row in waiting if row["kind"] == "spill"]
    assert [(row["at_most"], row["spilled"]) for row in rows] == [("1/1h", spill), ("9/1h", 0)]
    shown = news_monitor("receivers", "list", "--config", path).out
    waits = f"1/1h, {spill} alert{'s' if spill > 1 else ''} waiting"
    assert re.search(rf"^one +console +- +{waits} +ok$", shown, re.MULTILINE)
    assert re.search(r"^two +console +- +9/1h +ok$", shown, re.MULTILINE)


def test_one_in_trouble_is_listed_with_when_it_is_tried_again(
    installation: Installation, news_monitor: Program
) -> None:
    path = config(installation, f"{{name: one, type: apprise, url: 'json://{NOBODY}/', rate: 20/1m}}")
    installation.write("a.txt", article(1))
    done = installation.json("once")
    assert (done["sent"], done["pending"] > 0) == (0, True)
    (row,) = json.loads(news_monitor("receivers", "list", "--json", "--config", path).out)
    assert (row["rate"], row["disabled"], row["failures"]) == ("20/1m", None, 1)
    assert timedelta(0) < datetime.fromisoformat(row["next"]) - datetime.now(UTC) <= 1.1 * circuit.PAUSE
    shown = news_monitor("receivers", "list", "--config", path).out
    assert re.search(r"^one +apprise +20/1m +- +1 failure, tried again at 20[\d-]+ [\d:]+ CES?T$", shown, re.MULTILINE)


def test_check_takes_a_closer_look_at_the_address_of_a_chat(installation: Installation, news_monitor: Program) -> None:
    path = config(installation, f"{{name: one, type: apprise, url: 'slak://{CANARY}/b/c'}}")
    done = news_monitor("check", "--config", path)
    assert done.code == 1
    assert done.out.startswith(f"{path}:")
    assert "Unparseable URL slak://" in done.out
    assert CANARY not in done.out
    path = config(installation, "{name: one, type: apprise, url: 'ntfys://ntfy.example.org/news'}")
    assert news_monitor("check", "--config", path).code in (0, 3)


def test_the_configuration_is_shown_without_the_secrets_of_receivers(
    installation: Installation, news_monitor: Program
) -> None:
    path = config(
        installation,
        f"{{name: one, type: apprise, url: 'tgram://123456789:{CANARY}/12', rate: 20/1m}}, "
        f"{hook('https://example.org/hook').replace('one', 'two')}",
    )
    for words in (["config", "show"], ["config", "show", "--json"]):
        shown = news_monitor(*words, "--config", path).out
        assert "tgram://***" in shown
        assert "20/1m" in shown
        assert CANARY not in shown
        assert SECRET not in shown


# ---- What the guide says of them (its example is loaded by tests/settings/test_reading.py) ----


def test_the_guide_names_every_kind_and_every_verb(news_monitor: Program) -> None:
    kinds = {get_args(one.model_fields["type"].annotation)[0] for one in get_args(get_args(AnyReceiver)[0])}
    assert set(re.findall(r"^\| `(\w+)` \|", GUIDE, re.MULTILINE)) == kinds
    verbs = set(re.findall(r"`(?:news-monitor )?receivers (\w+)", GUIDE))
    assert verbs == {"list", "test", "enable", "schema"}
    assert all(news_monitor("receivers", verb, "--help").code == 0 for verb in verbs)


def test_the_line_of_a_file_is_as_the_guide_shows_it(installation: Installation, news_monitor: Program) -> None:
    path = config(installation, "{name: archive, type: file, path: alerts.jsonl}, {name: one, type: console}")
    assert news_monitor("receivers", "test", "archive", "--config", path).code == 0
    (shown,) = re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL)
    written = json.loads((installation.folder / "alerts.jsonl").read_text("utf-8"))
    assert list(json.loads(shown)) == list(written)


def test_the_numbers_of_the_guide_are_those_of_the_code() -> None:
    assert f"At most {circuit.MOST}\nare counted" in GUIDE
    assert (circuit.PAUSE, f"max_body: {webhook.MAX_BODY >> 10}KiB" in GUIDE) == (timedelta(minutes=1), True)
    assert (apprise.MOST_PARTS, "four at most" in GUIDE) == (4, True)

"""sources, articles, alerts, deliveries, receivers: what is remembered, as tables and as JSON."""

import json
import re
import shutil
from contextlib import closing
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from cli.conftest import Program
from flow.installation import SECRET, Installation, Receiver, article

from monitor.store import Store


@pytest.fixture
def watched(installation: Installation, news_monitor: Program) -> Installation:
    installation.write("a.txt", article(1))
    assert news_monitor("once", "--config", installation.folder / "monitor.yaml").code == 0
    return installation


def ask(installation: Installation, news_monitor: Program, *words: str) -> object:
    done = news_monitor(*words, "--json", "--config", installation.folder / "monitor.yaml")
    assert done.code == 0, done.err
    return json.loads(done.out)


def test_articles(watched: Installation, news_monitor: Program) -> None:
    (row,) = ask(watched, news_monitor, "articles", "list")
    assert list(row) == [
        "id", "source", "url", "title", "published", "language", "status", "duplicate_of", "story", "matches",
    ]  # fmt: skip
    assert (row["source"], row["status"], row["duplicate_of"], row["matches"]) == (
        "inbox",
        "new",
        None,
        ["morel", "strike"],
    )
    shown = ask(watched, news_monitor, "articles", "show", str(row["id"]))
    assert shown["lede"].startswith("La mairie de Metz")
    assert shown["because"] == "nothing held says the same"
    missing = news_monitor("articles", "show", "77", "--config", watched.folder / "monitor.yaml")
    assert (missing.code, missing.err) == (1, "no article has the id or URL '77'\n")


def test_alerts(watched: Installation, news_monitor: Program) -> None:
    rows = ask(watched, news_monitor, "alerts", "list")
    assert {row["rule"] for row in rows} == {"strike", "morel"}
    for row in rows:
        assert row["receivers"] == [{"name": "terminal", "state": "sent"}]
        assert row["key"] == f"{row['rule']}/{row['story']}/1"
        assert ask(watched, news_monitor, "alerts", "show", str(row["id"]))["key"] == row["key"]
    assert news_monitor("alerts", "show", "77", "--config", watched.folder / "monitor.yaml").code == 1


def test_an_alert_is_readable(watched: Installation, news_monitor: Program) -> None:
    (row,) = [row for row in ask(watched, news_monitor, "alerts", "list") if row["rule"] == "strike"]
    document = ask(watched, news_monitor, "alerts", "show", str(row["id"]))
    told = news_monitor("alerts", "show", str(row["id"]), "--config", watched.folder / "monitor.yaml").out
    lines = told.splitlines()
    assert lines[0].startswith(f"alert {row['id']}: {row['key']}, 20")
    assert lines[1] == "reason: first"
    assert "level: high, tags social" in lines
    assert f"article 1: {document['article']['title']}" in lines
    quotes = [line for line in lines if line.startswith(("title: ", "lede: ", "body: "))]
    assert {line.partition(": ")[2].rpartition(" [")[0] for line in quotes} == {
        passage["quote"] for passage in document["evidence"]
    }
    at = lines.index("delivery 1, terminal: sent with 1 other after 1 attempt")
    assert re.fullmatch(r"  1\. 20[\d-]+ [\d:]+ CES?T, [\d.e-]+ s sent: written", lines[at + 1])
    assert "{" not in told


def test_deliveries_and_sources(watched: Installation, news_monitor: Program) -> None:
    rows = ask(watched, news_monitor, "deliveries", "list")
    assert {(row["receiver"], row["state"], row["attempt"]) for row in rows} == {("terminal", "sent", 1)}
    (source,) = ask(watched, news_monitor, "sources", "list")
    assert (source["name"], source["status"], source["articles"]) == ("inbox", "ok", 1)
    config = watched.folder / "monitor.yaml"
    for words in (["sources", "list"], ["articles", "list"], ["alerts", "list", "--all"], ["deliveries", "list"]):
        table = news_monitor(*words, "--config", config)
        assert table.code == 0
        assert len(table.out.splitlines()) >= 2


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["--state", "dead"], 0),
        (["--state", "dead", "--state", "sent"], 1),
        (["--receiver", "terminal"], 1),
        (["--receiver", "desk", "--receiver", "terminal", "--state", "sent"], 1),
        (["--receiver", "desk", "--state", "sent"], 0),
    ],
)
def test_deliveries_in_some_states_to_some_receivers(
    watched: Installation, news_monitor: Program, words: list[str], found: int
) -> None:
    assert len(ask(watched, news_monitor, "deliveries", "list", *words)) == found


def test_a_state_that_does_not_exist_is_refused(watched: Installation, news_monitor: Program) -> None:
    done = news_monitor("deliveries", "list", "--state", "ded", "--config", watched.folder / "monitor.yaml")
    assert done.code == 2


def test_before_anything_happened_lists_are_empty(installation: Installation, news_monitor: Program) -> None:
    assert ask(installation, news_monitor, "articles", "list") == []
    assert news_monitor("alerts", "list", "--config", installation.folder / "monitor.yaml").out == "none\n"


def test_a_receiver_is_tried_for_real(installation: Installation, news_monitor: Program, receiver: Receiver) -> None:
    installation.configure(
        f"receivers: [{{name: hook, type: webhook, url: '{receiver.url}', secret: {SECRET}}}]\n"
        "route: {receiver: hook}\n"
    )
    config = installation.folder / "monitor.yaml"
    done = news_monitor("receivers", "test", "hook", "--config", config)
    assert (done.code, "204" in done.out) == (0, True)
    (_, body) = receiver.requests[0]
    assert (body["type"], body["data"]["alerts"][0]["reason"], receiver.bad) == ("test", "test", [])
    receiver.answers = [503]
    refused = news_monitor("receivers", "test", "hook", "--config", config)
    assert refused.code == 1
    assert "503" in refused.err
    unknown = news_monitor("receivers", "test", "hok", "--config", config)
    assert (unknown.code, unknown.err) == (1, "no receiver is named 'hok' (did you mean 'hook'?)\n")


def test_a_receiver_that_is_gone_is_disabled_until_enabled(
    installation: Installation, news_monitor: Program, receiver: Receiver
) -> None:
    installation.configure(
        f"receivers: [{{name: hook, type: webhook, url: '{receiver.url}', secret: {SECRET}}}]\n"
        "route: {receiver: hook}\n"
    )
    receiver.answers = [410]
    installation.write("a.txt", article(1))
    done = ask(installation, news_monitor, "once")
    assert (done["sent"], done["pending"], len(receiver.requests)) == (0, 1, 1)
    (row,) = ask(installation, news_monitor, "receivers", "list")
    assert "410" in row["disabled"]
    assert ask(installation, news_monitor, "once")["sent"] == 0
    assert news_monitor("receivers", "enable", "hook", "--config", installation.folder / "monitor.yaml").code == 0
    assert ask(installation, news_monitor, "once")["sent"] == 1


# ---- Deliveries by hand ----


def waiting(installation: Installation, news_monitor: Program, receiver: Receiver) -> dict[str, object]:
    """One delivery whose first attempt has failed."""
    installation.configure(
        f"receivers: [{{name: hook, type: webhook, url: '{receiver.url}', secret: {SECRET}}}]\n"
        "route: {receiver: hook}\n"
    )
    receiver.answers = [500]
    installation.write("a.txt", article(1))
    assert ask(installation, news_monitor, "once")["failed"] == 1
    (row,) = ask(installation, news_monitor, "deliveries", "list")
    return row


def test_a_delivery_is_tried_at_once_when_somebody_says_so(
    installation: Installation, news_monitor: Program, receiver: Receiver
) -> None:
    row = waiting(installation, news_monitor, receiver)
    config = installation.folder / "monitor.yaml"
    assert (row["kind"], row["alerts"], row["counted"], row["attempt"]) == ("group", 2, 0, 1)
    done = news_monitor("deliveries", "retry", str(row["id"]), "--config", config)
    assert (done.code, done.out) == (0, "delivery 1 is due now\n")
    assert ask(installation, news_monitor, "once")["sent"] == 1
    sent = news_monitor("deliveries", "retry", "1", "--config", config)
    assert (sent.code, sent.err) == (1, "delivery 1 was sent; --again sends it once more\n")
    assert news_monitor("deliveries", "retry", "1", "--again", "--config", config).code == 0
    assert ask(installation, news_monitor, "once")["sent"] == 1
    assert len(receiver.requests) == 3
    assert len(receiver.shown()) == 1, "under the same name"


def test_a_delivery_that_is_dropped_stays_listed_and_may_be_tried_after_all(
    installation: Installation, news_monitor: Program, receiver: Receiver
) -> None:
    waiting(installation, news_monitor, receiver)
    config = installation.folder / "monitor.yaml"
    done = news_monitor("deliveries", "drop", "1", "--author", "jane", "--config", config)
    assert (done.code, done.out) == (0, "delivery 1 is dropped by jane\n")
    (row,) = ask(installation, news_monitor, "deliveries", "list")
    assert (row["state"], row["dropped_by"], row["due_at"]) == ("dropped", "jane", None)
    assert row["dropped"]
    assert {one["receivers"][0]["state"] for one in ask(installation, news_monitor, "alerts", "list")} == {"dropped"}
    assert "hook: dropped with 1 other by jane at 20" in news_monitor("why", "1", "--config", config).out
    assert ask(installation, news_monitor, "once")["pending"] == 0
    again = news_monitor("deliveries", "drop", "1", "--config", config)
    assert (again.code, again.err) == (1, "delivery 1 was dropped already\n")
    assert news_monitor("deliveries", "retry", "1", "--config", config).code == 0
    assert ask(installation, news_monitor, "once")["sent"] == 1
    assert news_monitor("deliveries", "drop", "1", "--config", config).err == "delivery 1 was sent already\n"


@pytest.mark.parametrize("verb", ["retry", "drop"])
def test_a_delivery_that_is_not_there_is_named(watched: Installation, news_monitor: Program, verb: str) -> None:
    done = news_monitor("deliveries", verb, "77", "--config", watched.folder / "monitor.yaml")
    assert (done.code, done.err) == (1, "no delivery has the id 77\n")


def test_what_a_digest_only_counts_is_told_by_why_and_cannot_be_sent_alone(
    installation: Installation, news_monitor: Program
) -> None:
    installation.configure(
        "receivers: [{name: terminal, type: console}]\nroute: {receiver: terminal, digest: '07:30'}\n"
        "silences: [{match: {tag: social}, author: joe, comment: moving, times: ['00:00-24:00']}]\n"
    )
    installation.write("a.txt", article(1, "Rien.").replace("Luc Morel", "la grève"))
    done = ask(installation, news_monitor, "once")
    assert (done["matches"], done["alerts"], done["pending"]) == (1, 0, 0)
    config = installation.folder / "monitor.yaml"
    waits = "waits for the next digest that tells something"
    why = news_monitor("why", "1", "--config", config).out
    assert re.search(rf"^  counted by terminal: held in a digest.*, {waits}$", why, re.M)
    assert waits in news_monitor("deliveries", "list", "--config", config).out
    assert ask(installation, news_monitor, "deliveries", "list")[0]["answer"] is None
    for verb in ("retry", "drop"):
        refused = news_monitor("deliveries", verb, "1", "--config", config)
        assert refused.err == "delivery 1 only counts: it goes with the next that somebody is told of\n"


# ---- Alerts that somebody has seen ----


def test_an_alert_is_acknowledged_once_and_everybody_sees_by_whom(watched: Installation, news_monitor: Program) -> None:
    config = watched.folder / "monitor.yaml"
    ident, other = [str(row["id"]) for row in ask(watched, news_monitor, "alerts", "list")]
    words = ("alerts", "ack", ident, "--author", "jane", "--comment", "calling the mayor", "--config", config)
    done = news_monitor(*words)
    assert (done.code, done.out) == (0, f"alert {ident} is acknowledged by jane\n")
    again = news_monitor("alerts", "ack", ident, "--author", "joe", "--config", config)
    assert again.code == 1
    assert re.fullmatch(rf"alert {ident} was acknowledged already, by jane at 20[\d-]+ [\d:]+ CES?T\n", again.err)
    rows = {str(row["id"]): row["acknowledged"] for row in ask(watched, news_monitor, "alerts", "list")}
    assert rows[other] is None
    assert (rows[ident]["by"], rows[ident]["comment"]) == ("jane", "calling the mayor")
    assert rows[ident]["at"].endswith("+00:00")
    table = news_monitor("alerts", "list", "--config", config).out.splitlines()
    assert ["ACKNOWLEDGED" in table[0], *("jane" in line for line in table[1:])].count(True) == 2
    shown = news_monitor("alerts", "show", ident, "--config", config).out
    assert re.search(r"^acknowledged: by jane at 20[\d-]+ [\d:]+ CES?T: calling the mayor$", shown, re.MULTILINE)
    assert ask(watched, news_monitor, "alerts", "show", ident)["acknowledged"] == rows[ident]
    assert "acknowledged" not in ask(watched, news_monitor, "alerts", "show", other)
    (line,) = [line for line in news_monitor("why", "1", "--config", config).out.splitlines() if "jane" in line]
    assert line.startswith("  acknowledged by jane at 20")


def test_what_is_no_alert_or_was_told_to_nobody_cannot_be_acknowledged(
    installation: Installation, news_monitor: Program
) -> None:
    installation.configure(
        "receivers: [{name: terminal, type: console}]\nroute: {receiver: terminal}\n"
        "silences: [{match: {tag: social}, author: joe, comment: moving, times: ['00:00-24:00']}]\n"
    )
    installation.write("a.txt", article(1))
    installation.run("once")
    config = installation.folder / "monitor.yaml"
    (silenced,) = [one for one in installation.json("alerts", "list", "--all") if one["suppressed"]]
    done = news_monitor("alerts", "ack", str(silenced["id"]), "--config", config)
    assert (done.code, done.err) == (1, f"alert {silenced['id']} was told to nobody (silence)\n")
    done = news_monitor("alerts", "ack", "77", "--config", config)
    assert (done.code, done.err) == (1, "no alert has the id 77\n")


# ---- Times, and a configuration that is broken elsewhere ----


def test_tables_show_the_clocks_of_the_configured_zone_and_json_utc(
    installation: Installation, news_monitor: Program, receiver: Receiver
) -> None:
    waiting(installation, news_monitor, receiver)
    config = installation.folder / "monitor.yaml"
    for noun, name in (("alerts", "created"), ("deliveries", "due_at")):
        row = ask(installation, news_monitor, noun, "list")[0]
        assert row[name].endswith("+00:00")
        here = datetime.fromisoformat(row[name]).astimezone(ZoneInfo("Europe/Paris"))
        assert f"  {here:%Y-%m-%d %H:%M %Z}  " in news_monitor(noun, "list", "--config", config).out


def test_what_is_held_can_be_read_while_a_folder_of_a_receiver_is_gone(
    installation: Installation, news_monitor: Program
) -> None:
    folder = installation.folder / "mounted"
    folder.mkdir()
    installation.configure(
        "receivers: [{name: archive, type: file, path: mounted/alerts.jsonl}]\nroute: {receiver: archive}\n"
    )
    installation.write("a.txt", article(1))
    installation.run("once")
    shutil.rmtree(folder)
    config = installation.folder / "monitor.yaml"
    for words in (
        ["why", "1"], ["articles", "list"], ["alerts", "list"], ["alerts", "ack", "1"], ["stories", "list"],
        ["deliveries", "list"], ["deliveries", "retry", "1", "--again"], ["silences", "list"],
        ["silences", "add", "--rule", "strike", "--for", "2h", "--comment", "c"], ["silences", "expire", "1"],
        ["receivers", "list"], ["receivers", "enable", "archive"], ["routes", "show"], ["sources", "list"],
        ["config", "show"],
    ):  # fmt: skip
        done = news_monitor(*words, "--config", config)
        assert (done.code, done.err) == (0, ""), words
    for words in (["check"], ["once"]):
        done = news_monitor(*words, "--config", config)
        assert (done.code, "does not exist" in done.out + done.err) == (1, True)


def test_what_is_held_can_be_read_and_acted_on_while_the_configuration_has_mistakes(
    watched: Installation, news_monitor: Program
) -> None:
    config = watched.folder / "monitor.yaml"
    config.write_text(config.read_text("utf-8") + "timezon: UTC\nroutes: []\n", "utf-8")
    for words in (
        ["why", "1"], ["articles", "list"], ["alerts", "list"], ["alerts", "ack", "1"], ["stories", "list"],
        ["deliveries", "list"], ["deliveries", "retry", "1", "--again"], ["silences", "list"],
        ["silences", "add", "--rule", "strike", "--for", "2h", "--comment", "c"], ["silences", "expire", "1"],
    ):  # fmt: skip
        done = news_monitor(*words, "--config", config)
        assert (done.code, done.err) == (0, "the configuration has mistakes: `news-monitor check` names them\n"), words
    assert " CE" in news_monitor("alerts", "list", "--config", config).out, "the time zone is known"


@pytest.mark.parametrize("broken", ["database: [", "database: [x]\n", "databse: sqlite:///var/news-monitor.db\n"])
def test_which_database_must_be_known(installation: Installation, news_monitor: Program, broken: str) -> None:
    config = installation.folder / "monitor.yaml"
    written = config.read_text("utf-8").splitlines(keepends=True)
    config.write_text("".join(line for line in written if not line.startswith("database")) + broken, "utf-8")
    done = news_monitor("alerts", "list", "--config", config)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(f"{config}:")


@pytest.mark.parametrize("verb", ["retry", "drop"])
@pytest.mark.parametrize(
    ("lease", "told"),
    [
        (timedelta(hours=1), "is being sent just now"),
        (-timedelta(hours=1), "was being sent by a daemon that may have died; one that runs tries it again"),
    ],
)
def test_what_is_being_sent_is_left_alone_and_what_a_dead_daemon_sent_is_told(
    installation: Installation, news_monitor: Program, receiver: Receiver, verb: str, lease: timedelta, told: str
) -> None:
    waiting(installation, news_monitor, receiver)
    config = installation.folder / "monitor.yaml"
    assert news_monitor("deliveries", "retry", "1", "--config", config).code == 0
    with closing(Store.open(f"sqlite:///{installation.folder / 'var' / 'news-monitor.db'}")) as store:
        assert store.claim("worker", datetime.now(UTC), lease, 1, ["hook"])
    done = news_monitor("deliveries", verb, "1", "--config", config)
    assert (done.code, done.out, done.err) == (1, "", f"delivery 1 {told}\n")

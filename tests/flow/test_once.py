"""One pass over everything: what is counted, what is sent, what a second pass leaves alone."""

import json
import os
import time
from datetime import datetime, timedelta
from pathlib import Path

from flow.installation import SECRET, Installation, Receiver, article

ROOT = Path(__file__).parents[2]
HOOK = "receivers: [{{name: hook, type: webhook, url: '{url}', secret: {secret}}}]\nroute: {{receiver: hook}}\n"
CONSOLE = "receivers: [{name: terminal, type: console}]\nroute: {receiver: terminal}\n"


def test_the_shipped_configuration_alerts_on_the_five_seeds(installation: Installation) -> None:
    folder = installation.folder / "made"
    installation.run("init", str(folder))
    made = Installation(folder)
    first = made.json("once")
    assert (first["sources"], first["items"], first["new"], first["errors"]) == (1, 5, 5, [])
    assert first["alerts"] >= first["sent"] == 5, "what one article raises is one message"
    second = made.json("once")
    assert (second["items"], second["known"], second["new"], second["alerts"], second["sent"]) == (5, 5, 0, 0, 0)


def test_the_alerts_of_an_article_are_sent_together_signed_once_and_with_their_documents(
    installation: Installation, receiver: Receiver
) -> None:
    installation.configure(HOOK.format(url=receiver.url, secret=SECRET))
    installation.write("a.txt", article(1))
    done = installation.json("once")
    assert (done["new"], done["matches"], done["alerts"], done["sent"], done["pending"]) == (1, 2, 2, 1, 0)
    assert receiver.bad == []
    ((_, body),) = receiver.requests
    assert [one["rule"]["level"] for one in body["data"]["alerts"]] == ["high", "low"], "what matters most comes first"
    documents = {one["rule"]["id"]: one for body in receiver.shown().values() for one in body["data"]["alerts"]}
    strike = documents["strike"]
    assert strike["key"] == f"strike/{strike['story']['id']}/1"
    assert strike["reason"] == "first"
    (passage,) = strike["evidence"]
    assert [passage["quote"][a:b] for a, b in passage["marks"]] == ["grève"]
    assert installation.json("alerts", "show", str(strike["id"])) == strike
    assert installation.json("once")["sent"] == 0


def test_a_copy_elsewhere_is_a_duplicate_and_stays_silent(installation: Installation, receiver: Receiver) -> None:
    installation.configure(HOOK.format(url=receiver.url, secret=SECRET))
    installation.write("a.txt", article(1))
    installation.json("once")
    installation.write("b.txt", article(1).upper())
    done = installation.json("once")
    assert (done["duplicates"], done["known"], done["alerts"]) == (1, 1, 0)
    suppressed = [one["suppressed"] for one in installation.json("alerts", "list", "--all") if one["suppressed"]]
    assert suppressed == ["duplicate", "duplicate"]
    assert [one["status"] for one in installation.json("articles", "list")] == ["duplicate", "new"]


def test_a_file_that_gains_a_fact_is_an_update_told_once(installation: Installation, receiver: Receiver) -> None:
    hook = HOOK.format(url=receiver.url, secret=SECRET).replace("route: {", "route: {group_interval: 0s, ")
    installation.configure(hook)
    installation.write("a.txt", article(1))
    installation.json("once")
    installation.write("a.txt", article(1) + "Le préfet Hamid Kaci a reçu 14 délégués.\n")
    done = installation.json("once")
    assert (done["updates"], done["alerts"], done["sent"]) == (1, 2, 1)
    latest = receiver.requests[-1][1]
    assert latest["type"] == "alert.updated"
    assert latest["data"]["alerts"][0]["new"] == ["Le préfet Hamid Kaci a reçu 14 délégués."]
    assert latest["data"]["alerts"][0]["key"].endswith("/2")


def test_the_next_message_of_a_story_waits_for_its_interval_and_gathers(
    installation: Installation, receiver: Receiver
) -> None:
    installation.configure(HOOK.format(url=receiver.url, secret=SECRET))
    installation.write("a.txt", article(1))
    installation.json("once")
    for more in ("Le préfet Hamid Kaci a reçu 14 délégués.\n", "La ministre Anna Brun viendra le 3 mars.\n"):
        path = installation.inbox / "a.txt"
        path.write_text(path.read_text("utf-8") + more, "utf-8")
        done = installation.json("once")
        assert (done["alerts"], done["sent"], done["pending"]) == (2, 0, 1), "group timers hold"
    first, second = sorted(installation.json("deliveries", "list"), key=lambda row: row["id"])
    assert (first["state"], first["alerts"], second["state"], second["alerts"]) == ("sent", 2, "pending", 4)
    wait = datetime.fromisoformat(second["due_at"]) - datetime.fromisoformat(first["sent_at"])
    assert abs(wait - timedelta(minutes=5)) < timedelta(seconds=10)


def test_two_articles_on_one_event_are_both_told(installation: Installation) -> None:
    installation.configure(CONSOLE)
    installation.write(
        "a.txt", "Grève à Lyon\nLe métro de Lyon est à l'arrêt depuis l'aube.\nLa grève durera deux jours.\n"
    )
    installation.write(
        "b.txt", "Lyon sans métro\nUne grève paralyse les transports de Lyon ce matin.\nLes bus roulent.\n"
    )
    done = installation.json("once")
    assert (done["new"], done["duplicates"], done["alerts"], done["pending"]) == (2, 0, 2, 0)


def test_a_receiver_that_fails_leaves_its_alert_pending(installation: Installation, receiver: Receiver) -> None:
    installation.configure(HOOK.format(url=receiver.url, secret=SECRET))
    receiver.answers = [500, 500]
    installation.write("a.txt", article(1))
    installation.write("b.txt", article(2))
    done = installation.json("once")
    assert (done["sent"], done["failed"], done["pending"]) == (0, 2, 2)
    rows = installation.json("deliveries", "list")
    assert {(row["state"], row["attempt"]) for row in rows} == {("pending", 1)}
    assert all("500" in row["answer"] for row in rows)


def test_a_source_that_fails_is_told_and_hurts_no_other(installation: Installation) -> None:
    sources = (
        "sources:\n  - {type: files, name: gone, path: nowhere}\n  - {type: files, name: inbox, path: inbox}\n"
        "  - {type: feed, name: down, url: 'http://127.0.0.1:9/rss'}\n"
    )
    installation.configure(CONSOLE, sources=sources)
    installation.write("a.txt", article(1))
    done = installation.json("once")
    assert (done["sources"], done["new"]) == (3, 1)
    assert [error.split(":")[0] for error in done["errors"]] == ["gone", "down"]
    states = {row["name"]: row["status"] for row in installation.json("sources", "list")}
    assert states == {"gone": "failing", "inbox": "ok", "down": "failing"}


def test_a_file_just_written_is_waited_for(installation: Installation) -> None:
    installation.configure(CONSOLE)
    path = installation.write("a.txt", article(1))
    process = installation.start("once", "--json")
    out, _ = process.communicate(timeout=60)
    assert json.loads(out)["new"] == 1
    assert time.time() - path.stat().st_ctime > 1


def test_the_configured_age_suppresses_old_files(installation: Installation) -> None:
    installation.configure(CONSOLE, sources="sources: [{type: files, name: inbox, path: inbox, alert_max_age: 2d}]\n")
    installation.write("old.txt", " date 2022-01 (AFP) " + article(1).replace("\n", " "))
    assert installation.json("once")["alerts"] == 0
    assert {one["suppressed"] for one in installation.json("alerts", "list", "--all")} == {"age"}


def test_an_article_of_boilerplate_is_empty_and_not_read_again(installation: Installation) -> None:
    installation.configure(CONSOLE)
    installation.write("a.txt", "\n\n . \n")
    done = installation.json("once")
    assert (done["items"], done["empty"], done["new"]) == (1, 1, 0)
    assert installation.json("once")["known"] == 1


def test_a_touched_file_is_known_and_read_once_more_only(installation: Installation) -> None:
    installation.configure(CONSOLE)
    path = installation.write("a.txt", article(1))
    installation.json("once")
    os.utime(path, (5, 5))
    assert installation.json("once")["known"] == 1
    assert installation.json("once")["known"] == 1


def test_a_second_daemon_on_one_file_is_refused(installation: Installation) -> None:
    installation.configure(CONSOLE)
    first = installation.start("run")
    try:
        deadline = time.time() + 30
        while not (installation.folder / "var" / "news-monitor.db.lock").exists() and time.time() < deadline:
            time.sleep(0.05)
        time.sleep(0.5)
        assert installation.run("once", expect=1) == ""
        assert first.poll() is None
    finally:
        first.terminate()
        _, errors = first.communicate(timeout=30)
    assert first.returncode == 0, errors

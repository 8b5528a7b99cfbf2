"""One pass over everything: what is counted, what is sent, what a second pass leaves alone."""

import json
import os
import time
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
    assert first["alerts"] == first["sent"] >= 5
    second = made.json("once")
    assert (second["items"], second["known"], second["new"], second["alerts"], second["sent"]) == (5, 5, 0, 0, 0)


def test_an_alert_is_sent_signed_once_and_with_its_document(installation: Installation, receiver: Receiver) -> None:
    installation.configure(HOOK.format(url=receiver.url, secret=SECRET))
    installation.write("a.txt", article(1))
    done = installation.json("once")
    assert (done["new"], done["matches"], done["alerts"], done["sent"], done["pending"]) == (1, 2, 2, 2, 0)
    assert receiver.bad == []
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
    installation.configure(HOOK.format(url=receiver.url, secret=SECRET))
    installation.write("a.txt", article(1))
    installation.json("once")
    installation.write("a.txt", article(1) + "Le préfet Hamid Kaci a reçu 14 délégués.\n")
    done = installation.json("once")
    assert (done["updates"], done["alerts"]) == (1, 2)
    latest = receiver.requests[-1][1]
    assert latest["type"] == "alert.updated"
    assert latest["data"]["alerts"][0]["new"] == ["Le préfet Hamid Kaci a reçu 14 délégués."]
    assert latest["data"]["alerts"][0]["key"].endswith("/2")


def test_two_articles_on_one_event_are_both_told(installation: Installation) -> None:
    installation.configure(CONSOLE)
    installation.write(
        "a.txt", "Grève à Lyon\nLe métro de Lyon est à l'arrêt depuis l'aube.\nLa grève durera deux jours.\n"
    )
    installation.write(
        "b.txt", "Lyon sans métro\nUne grève paralyse les transports de Lyon ce matin.\nLes bus roulent.\n"
    )
    done = installation.json("once")
    assert (done["new"], done["duplicates"], done["alerts"]) == (2, 0, 2)


def test_a_receiver_that_fails_leaves_its_alert_pending(installation: Installation, receiver: Receiver) -> None:
    installation.configure(HOOK.format(url=receiver.url, secret=SECRET))
    receiver.answers = [500, 500]
    installation.write("a.txt", article(1))
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

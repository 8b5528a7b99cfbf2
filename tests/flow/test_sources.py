"""Sources that fail, move and come: what the operator is told, and what a list of feeds does to a running daemon."""

import signal
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flow.installation import Installation, article
from flow.newspaper import Story, newspaper, rss

RECEIVERS = """
receivers: [{name: terminal, type: console}, {name: admin, type: console}]
route:
  receiver: terminal
  routes: [{match: {tag: operator}, receiver: admin}]
"""


def alerts(installation: Installation, rule: str) -> list[dict[str, Any]]:
    return [one for one in installation.json("alerts", "list") if one["rule"] == rule]


def backdate(installation: Installation, minutes: int) -> None:
    """Let the troubles of all sources have begun that much earlier."""
    path = next(installation.folder.rglob("news-monitor.db"))
    with sqlite3.connect(path) as database:
        database.execute(
            "UPDATE source SET ailing = strftime('%Y-%m-%d %H:%M:%f', ailing, ?), told = strftime('%Y-%m-%d %H:%M:%f',"
            " told, ?)",
            (f"-{minutes} minutes", f"-{minutes} minutes"),
        )
    database.close()


def test_the_operator_is_told_once_of_a_host_that_fails_and_once_that_it_works_again(
    installation: Installation,
) -> None:
    with newspaper() as paper:
        feeds = [f"  - {{type: feed, name: f{n}, url: '{paper.url(f'/{n}')}', failing_after: 2}}\n" for n in range(5)]
        installation.configure(RECEIVERS, sources="sources:\n" + "".join(feeds))
        for _ in range(2):
            assert len(installation.json("once")["errors"]) == 5
        assert {one["status"] for one in installation.json("sources", "list")} == {"failing"}
        backdate(installation, 120)
        for _ in range(3):
            installation.json("once")
        (told,) = alerts(installation, "monitor.source-failing")
        assert (told["level"], told["reason"], told["story"], told["article"]) == ("medium", "operator", None, None)
        assert told["receivers"] == [{"name": "admin", "state": "sent"}]
        document = installation.json("alerts", "show", str(told["id"]))
        assert document["about"] == "127.0.0.1"
        assert [line.split(":")[0] for line in document["new"]] == ["f0", "f1", "f2", "f3", "f4"]
        assert all("404" in line for line in document["new"])
        for n in range(5):
            paper.served[f"/{n}"] = rss([Story(f"Titre {n}", article(n), f"http://journal.example/{n}")])
        for _ in range(3):
            assert installation.json("once")["errors"] == []
        (over,) = alerts(installation, "monitor.source-recovered")
        assert (over["level"], over["reason"]) == ("info", "operator")
        assert len(alerts(installation, "monitor.source-failing")) == 1


def test_a_pause_that_a_server_asks_for_holds_for_a_pass_too(installation: Installation) -> None:
    asked: list[str] = []

    def busy() -> tuple[int, str, str]:
        asked.append("busy")
        return 410, "text/plain", "gone"

    with newspaper() as paper:
        paper.served["/busy"] = busy
        installation.configure(RECEIVERS, sources=f"sources: [{{type: feed, name: f, url: '{paper.url('/busy')}'}}]\n")
        assert "410" in installation.json("once")["errors"][0]
        assert installation.json("once")["errors"] == ["f: not asked: gone (410), asked once a day"]
        assert len(asked) == 1


def test_pages_that_cannot_be_read_are_told_and_cost_their_text_alone(installation: Installation) -> None:
    with newspaper() as paper:
        stories = [Story(f"Titre {n}", article(n), paper.url(f"/page/{n}")) for n in range(3)]
        paper.served["/feed"] = rss(stories)
        paper.served["/page/1"] = (200, "text/html", f"<html><body><p>{article(1)}</p></body></html>")
        feed = f"{{type: feed, name: f, url: '{paper.url('/feed')}', full_text: true, alert_max_age: off}}"
        installation.configure(RECEIVERS, sources=f"sources: [{feed}]\n")
        report = installation.json("once")
    assert (report["new"], report["errors"]) == (
        3,
        ["f: 2 of 3 pages could not be read, the feed's own text was kept: the server answered 404 Not Found (2)"],
    )
    (source,) = installation.json("sources", "list")
    assert (source["status"], source["failures"], source["articles"]) == ("ok", 0, 3)


def test_a_feed_added_to_an_opml_list_is_polled_by_the_daemon_that_runs(installation: Installation) -> None:
    with newspaper() as paper:
        for name in ("one", "two"):
            paper.served[f"/{name}"] = rss(
                [Story(f"Titre {name}", article(len(name)), f"http://journal.example/{name}")]
            )
        listed = installation.folder / "feeds.opml"
        write_list(listed, {"One": paper.url("/one")})
        quick = "poll: 1s, poll_min: 1s, poll_max: 1s"
        installation.configure(RECEIVERS, sources=f"sources: [{{type: opml, path: feeds.opml, {quick}}}]\n")
        daemon = installation.start("run")
        try:
            wait_for(lambda: sources_of_articles(installation) == {"One"})
            listed.write_text("<opml", "utf-8")  # half-written
            wait_for(lambda: failures(installation, "feeds.opml") > 0)  # the daemon has seen it
            asked = len(paper.asked)
            wait_for(lambda: len(paper.asked) > asked + 1)  # the feeds it had are kept
            write_list(listed, {"One": paper.url("/one"), "Two": paper.url("/two")})
            wait_for(lambda: sources_of_articles(installation) == {"One", "Two"})
            assert failures(installation, "feeds.opml") == 0
        finally:
            daemon.send_signal(signal.SIGTERM)
            daemon.communicate(timeout=30)
        assert daemon.returncode == 0


def test_a_list_that_is_broken_at_the_start_gives_the_feeds_before_the_fault(installation: Installation) -> None:
    with newspaper() as paper:
        paper.served["/one"] = rss([Story("Titre", article(3), "http://journal.example/one")])
        listed = installation.folder / "feeds.opml"
        write_list(listed, {"One": paper.url("/one"), "Two": paper.url("/two")})
        listed.write_text(listed.read_text("utf-8").replace('"Two"', '"Two & Co"'), "utf-8")
        installation.configure(RECEIVERS, sources="sources: [{type: opml, path: feeds.opml}]\n")
        report = installation.json("once")
        assert (report["sources"], report["new"]) == (1, 1)
        assert "feeds.opml:1:" in report["errors"][0]
        assert {one["name"] for one in installation.json("sources", "list")} == {"One", "feeds.opml"}


def write_list(path: Path, feeds: dict[str, str]) -> None:
    outlines = "".join(f'<outline type="rss" text="{name}" xmlUrl="{url}"/>' for name, url in feeds.items())
    path.write_text(f'<opml version="2.0"><body>{outlines}</body></opml>', "utf-8")


def sources_of_articles(installation: Installation) -> set[str]:
    return {one["source"] for one in installation.json("articles", "list")}


def failures(installation: Installation, name: str) -> int:
    """How many polls of a source in a row have failed, as they are stored."""
    return next(one["failures"] for one in installation.json("sources", "list") if one["name"] == name)


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.3)

"""sources list, add, discover, import, export, refresh: what an operator sees, what becomes of the configuration."""

import json
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from cli.conftest import Outcome, Program
from flow.installation import Installation, Server, article

from monitor import daemon
from monitor.model import Habits, SourceState
from monitor.store import Store

NOW = datetime.now(UTC).replace(microsecond=0)


class Site(NamedTuple):
    """A web site on loopback: its address and its pages, path -> text."""

    url: str
    pages: dict[str, str]


@pytest.fixture
def site() -> Iterator[Site]:
    pages: dict[str, str] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path, "").encode()
            self.send_response(200 if body else 404)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield Site(f"http://127.0.0.1:{server.server_address[1]}", pages)
    server.shutdown()
    thread.join()
    server.server_close()


def rss(title: str, *numbers: int) -> str:
    """A feed of articles that the rule `strike` matches."""
    day = NOW.strftime("%d %b %Y %H:%M:%S GMT")
    items = "".join(
        f"<item><guid>{title} {n}</guid><pubDate>{day}</pubDate><description>{article(n)}</description></item>"
        for n in numbers
    )
    return f'<rss version="2.0"><channel><title>{title}</title>{items}</channel></rss>'


Sources = Callable[..., Outcome]


def configure(config: Path, *entries: str) -> None:
    """Add entries to the sources by hand."""
    lines = "".join(f"  - {entry}\n" for entry in entries)
    config.write_text(config.read_text().replace("  # end\n", f"{lines}  # end\n"))


@pytest.fixture
def config(installation: Installation) -> Path:
    path = installation.folder / "monitor.yaml"
    polite = path.read_text("utf-8").replace("127.0.0.0/8]}", "127.0.0.0/8], per_host: {interval: off}}")
    path.write_text(polite.replace("sources: [", "sources:  # mine\n  - ").replace("1s}]", "1s} # keep\n  # end"))
    return path


@pytest.fixture
def sources(config: Path, news_monitor: Program) -> Sources:
    """`sources VERB ..` on the configuration."""
    return lambda *words: news_monitor("--config", config, "sources", *words)


def listed(sources: Sources) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in json.loads(sources("list", "--json").out)}


# ---- list ----


def remember(config: Path, states: dict[str, SourceState]) -> None:
    with closing(Store.open(f"sqlite:///{config.parent}/var/news-monitor.db")) as store:
        store.register({name: ("feed", name) for name in states}, NOW)
        claimed = store.claim_sources("w", list(states), NOW, timedelta(minutes=1))
        assert claimed.keys() == states.keys()
        for name, state in states.items():
            assert store.polled({name: state}, "w") == {name: True}


def test_list_tells_at_a_glance_who_is_healthy_and_who_is_due_when_and_why(config: Path, sources: Sources) -> None:
    for name in ("well", "bad", "silent", "young"):
        configure(config, f"{{type: feed, name: {name}, url: 'https://u:pw@{name}.example/?k=token'}}")
    well = SourceState(polled=NOW, succeeded=NOW, next_due=NOW + timedelta(days=4, hours=12), because="why")
    error = "bad: the server answered 404 Not Found \x1b[31m" + "x" * 100
    moved = "https://u:pw@new.example/?k=token"
    bad = SourceState(polled=NOW, failures=4, error=error, next_due=NOW - timedelta(1), because="failed 4 times")
    quiet = SourceState(polled=NOW, trouble="gone quiet: since", ailing=NOW, url=moved, habits=Habits(gap=7200.4))
    remember(config, {"well": well, "bad": bad, "silent": quiet})
    lines = sources("list").out.splitlines()
    assert lines[0].split() == ["NAME", "TYPE", "HEALTH", "ARTICLES", "LAST", "NEWS", "NEXT", "DUE", "WHY"]
    assert [line.split()[0] for line in lines[1:]] == ["bad", "silent", "inbox", "young", "well"]
    assert f"  failing (4 times): the server answered 404 Not Found {'x' * 100}  0  " in lines[1]
    assert lines[1].endswith("  -          now       failed 4 times")
    assert "  gone quiet: since  " in lines[2]
    assert lines[4].split() == ["young", "feed", "never", "polled", "0", "-", "now", "new"]
    assert lines[5].endswith("  in 4d     why")
    rows = listed(sources)
    assert (rows["silent"]["gap"], rows["silent"]["since"]) == (7200, NOW.isoformat())
    assert (rows["silent"]["url"], rows["silent"]["moved"]) == (
        "https://u:***@silent.example/?k=***",
        "https://u:***@new.example/?k=***",
    )
    assert (rows["bad"]["status"], rows["bad"]["error"]) == ("failing", error)


@pytest.mark.parametrize(("columns", "health"), [(120, f"failing (4 times): {'x' * 39}…"), (40, "failing (4 times):…")])
def test_list_fits_a_terminal_as_far_as_the_health_can_be_cut(
    columns: int, health: str, config: Path, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(config, "{type: feed, name: bad, url: 'https://bad.example/'}")
    bad = SourceState(polled=NOW, failures=4, error=f"bad: {'x' * 200}", next_due=NOW, because="failed 4 times")
    remember(config, {"bad": bad})
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    lines = sources("list").out.splitlines()
    assert lines[1] == f"bad    feed   {health:20}  0         -          now       failed 4 times"
    assert len(lines[1]) <= columns or columns == 40
    assert lines[2].split()[:4] == ["inbox", "files", "never", "polled"]


def test_list_shows_the_feeds_of_opml_files_and_what_is_wrong_with_the_files(config: Path, sources: Sources) -> None:
    configure(config, "{type: opml, path: feeds.opml, tags: [t]}")
    row = listed(sources)["feeds.opml"]
    assert (row["type"], row["status"], "No such file" in row["health"]) == ("opml", "failing", True)
    lists = config.parent / "feeds.opml"
    lists.write_text('<opml><outline text="A" xmlUrl="https://a.example/"/>\n<outline text="B" xmlUrl="x"/></opml>')
    rows = listed(sources)
    assert (rows["A"]["type"], rows["A"]["tags"], rows["A"]["status"]) == ("feed", ["t"], "never polled")
    assert rows["feeds.opml"]["trouble"].startswith("1 outline cannot be used: ")
    lists.write_text('<opml><outline text="A" xmlUrl="https://a.example/"/></opml>')
    assert listed(sources)["feeds.opml"]["health"] == "ok, 1 feed"


def test_check_names_the_mistakes_of_opml_files(config: Path, news_monitor: Program) -> None:
    configure(config, "{type: opml, path: feeds.opml}", "{type: opml, path: ./feeds.opml}")
    lists = config.parent / "feeds.opml"
    lists.write_text("<opml>\n <outline text='A' xmlUrl='x'/></opml>")
    twice = news_monitor("check", "--config", config)
    assert (twice.code, twice.out.count("the name 'feeds.opml' is used twice")) == (1, 1)
    config.write_text(config.read_text().replace("  - {type: opml, path: ./feeds.opml}\n", ""))
    done = news_monitor("check", "--config", config)
    message = "the xmlUrl of the feed 'A' must be an http or https address with a host"
    assert (done.code, done.out) == (1, f"{lists}:2:2: {message}\n")
    assert news_monitor("once", "--config", config).code == 0
    lists.write_text("<opml>")
    done = news_monitor("check", "--config", config)
    assert (done.code, done.out) == (1, f"{lists}:1:7: not valid XML: no element found\n")
    once = news_monitor("once", "--json", "--config", config)
    assert (once.code, json.loads(once.out)["errors"]) == (0, [f"feeds.opml: {done.out.strip()}"])
    lists.write_text("<opml><outline text='A' xmlUrl='https://a.example/'/><outline text='I' type='include'/></opml>")
    done = news_monitor("check", "--config", config)
    assert (done.code, "the list that 'I' includes is not followed" in done.out) == (0, True)
    assert "2 sources, " in done.out


# ---- discover and add ----


def test_discover_lists_the_feeds_of_a_page(sources: Sources, site: Site) -> None:
    site.pages["/"] = "<a href='/rss'>x</a><a href='/feed'>x</a>"
    site.pages.update({"/rss": rss("A\x9b31m", 1, 2), "/feed": rss("B", 3)})
    rows = json.loads(sources("discover", site.url, "--json").out)
    assert [(row["url"], row["title"], row["type"], row["items"], row["newest"]) for row in rows] == [
        (f"{site.url}/rss", "A", "rss", 2, NOW.isoformat()),
        (f"{site.url}/feed", "B", "rss", 1, NOW.isoformat()),
    ]
    table = sources("discover", site.url)
    assert (table.code, len(table.out.splitlines()), "\x9b" in table.out) == (0, 3, False)


def test_discover_says_in_one_sentence_what_is_wrong(sources: Sources, site: Site) -> None:
    site.pages["/"] = "<p>nothing</p>"
    assert sources("discover", site.url)[::2] == (1, f"no feed was found at {site.url}\n")
    assert sources("discover", f"{site.url}/x")[::2] == (1, f"{site.url}/x: the server answered 404 Not Found\n")
    wrong = sources("discover", "example.org")
    assert (wrong.code, wrong.out, wrong.err.count("\n")) == (1, "", 1)


def test_discover_needs_no_configuration(
    news_monitor: Program, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("empty"))
    done = news_monitor("sources", "discover", "http://127.0.0.1:8080/")
    assert (done.code, "the address 127.0.0.1 is not public" in done.err) == (1, True)
    assert "cannot be read" in news_monitor("sources", "discover", "x", "--config", "none.yaml").err


def test_add_edits_the_configuration_and_keeps_its_comments(config: Path, sources: Sources, site: Site) -> None:
    site.pages.update(
        {
            "/": "<link rel=alternate type=application/rss+xml href=/rss?a=1>",
            "/rss?a=1": rss("Le Soir: été", 1),
        }
    )
    before = config.read_text()
    done = sources("add", site.url, "--tag", "no", "--tag", "a, b", "--language", "fr", "--poll", "1h", "--full-text")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"added 'Le Soir: été' to {config}: {site.url}/rss?a=***, 1 item")
    entry = (
        f"{{type: feed, url: '{site.url}/rss?a=1', name: 'Le Soir: été', tags: [no, 'a, b'], language: fr, poll: 1h, "
    )
    line = next(line for line in config.read_text().splitlines() if "Le Soir" in line)
    assert line.replace("'", "") == f"  - {entry}full_text: true}}".replace("'", "")
    assert config.read_text().replace(f"{line}\n", "") == before
    refused = (1, f"{site.url}/rss?a=*** is configured already, as 'Le Soir: été'\n")
    assert sources("add", site.url)[::2] == refused
    site.pages.clear()
    assert sources("add", f"{site.url}/rss?a=1")[::2] == refused
    assert sources("add", f"{site.url}/new", "--name", "inbox").err == "a source is named 'inbox' already\n"


def test_add_takes_a_page_with_one_feed_only(config: Path, sources: Sources, site: Site) -> None:
    before = config.read_text()
    site.pages.update({"/": "<a href=/rss>a</a><a href=/feed>b</a>", "/rss": rss("A", 1), "/feed": rss("B", 2)})
    several = sources("add", site.url)
    assert (several.code, several.err) == (1, f"2 feeds were found at {site.url}: add one of them\n")
    assert [line.split()[-1] for line in several.out.splitlines()[1:]] == [f"{site.url}/rss", f"{site.url}/feed"]
    site.pages["/"] = "<p>nothing"
    del site.pages["/rss"], site.pages["/feed"]
    assert sources("add", site.url).err == f"no feed was found at {site.url}\n"
    assert config.read_text() == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--language", "klingon"], "the language 'klingon' is not a language (write fr or en)"),
        (["--poll", "often"], "the poll 'often' is not a duration (write 30s, 5m, 1h30m, 1d or 1w)"),
        (["--name", ""], "the name must be one line of 1 to 100 characters"),
        (["--name", "a\nb"], "the name must be one line of 1 to 100 characters"),
    ],
)
def test_add_refuses_what_a_source_cannot_have_before_it_asks_anybody(
    sources: Sources, words: list[str], said: str
) -> None:
    done = sources("add", "http://192.0.2.1/rss", *words)
    assert done == (1, "", f"{said}\n")


def test_quiet_start_stores_what_a_feed_holds_without_an_alert(
    config: Path, sources: Sources, site: Site, news_monitor: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    known_before: list[bool] = []
    quiet_start = daemon.quiet_start

    async def noted(*words: Any) -> Any:
        reports = await quiet_start(*words)
        known_before.append("/rss" in config.read_text("utf-8"))
        return reports

    monkeypatch.setattr(daemon, "quiet_start", noted)
    site.pages["/rss"] = rss("A", 1, 2)
    done = sources("add", f"{site.url}/rss", "--quiet-start")
    assert done.code == 0
    assert "stored without an alert: 2 articles of 1 feed\n" in done.out
    assert known_before == [False], "a daemon that runs would have polled it first"
    alerts = ["alerts", "list", "--json", "--config", config]
    assert json.loads(news_monitor(*alerts).out) == []
    suppressed = json.loads(news_monitor(*alerts, "--all").out)
    assert {row["suppressed"] for row in suppressed} == {"age"}
    site.pages["/rss"] = rss("A", 1, 2, 3)
    assert sources("refresh", "A").code == 0
    assert {row["rule"] for row in json.loads(news_monitor(*alerts).out)} == {"strike", "morel"}


# ---- import and export ----

OPML = """<opml version="2.0" xmlns:x="urn:x"><body>
<outline text="Presse"><outline text="A" xmlUrl="https://a.example/rss" category="/Monde/Asie" x:star="1"/>
<outline text="A" xmlUrl="https://b.example/" htmlUrl="https://b.example/home"/></outline>
<outline text="Known" xmlUrl="https://known.example/"/></body></opml>"""


def test_import_adds_each_feed_once_and_export_gives_everything_back(
    config: Path, sources: Sources, news_monitor: Program, tmp_path: Path
) -> None:
    file = tmp_path / "in.opml"
    file.write_text(OPML)
    configure(config, "{type: feed, name: Known, url: 'https://known.example/'}")
    done = sources("import", file)
    assert done.code == 0
    assert f"added 2 feeds to {config}, skipped 1 configured already" in done.out
    assert done.err == "1/2 A\n2/2 A (b.example)\n"
    assert "added 0 feeds" in sources("import", file).out
    assert news_monitor("check", "--config", config).code == 0
    assert listed(sources)["A"]["tags"] == ["Presse", "Monde", "Asie"]
    exported = sources("export").out
    assert 'category="Presse,/Monde/Asie" ns0:star="1"' in exported
    assert 'htmlUrl="https://b.example/home"' in exported
    config.write_text(re.sub(r"  - \{type: fe.*\n", "", config.read_text()))
    assert sources("export", "--output", tmp_path / "none.opml").out == f"wrote 0 feeds to {tmp_path / 'none.opml'}\n"
    file.write_text(exported)
    assert "added 3 feeds" in sources("import", file).out
    assert sorted(sources("export").out.splitlines()[5:]) == sorted(exported.splitlines()[5:])


def test_import_names_what_it_cannot_take_and_takes_the_rest(config: Path, sources: Sources, tmp_path: Path) -> None:
    file = tmp_path / "in.opml"
    file.write_text(OPML.replace('https://b.example/"', 'feed me"'))
    done = sources("import", file)
    assert (done.code, "added 2 feeds" in done.out) == (1, True)
    assert f"{file}:3:1: the xmlUrl of the feed 'A' must be" in done.err
    before = config.read_text()
    file.write_text("<opml>")
    assert sources("import", file) == (1, "", f"{file}:1:7: not valid XML: no element found\n")
    assert sources("import", tmp_path / "none").err.endswith("cannot be read: No such file or directory\n")
    assert config.read_text() == before


def test_export_has_the_feeds_of_opml_sources_and_says_where_it_cannot_write(config: Path, sources: Sources) -> None:
    (config.parent / "feeds.opml").write_text(OPML)
    configure(config, "{type: opml, path: feeds.opml, tags: [all]}")
    assert 'category="all,Presse,/Monde/Asie"' in sources("export").out
    refused = sources("export", "--output", config.parent / "no" / "x")
    assert (refused.code, refused.err) == (
        1,
        f"{config.parent / 'no' / 'x'} cannot be written: No such file or directory\n",
    )


# ---- refresh ----


def test_refresh_polls_those_that_are_named_and_fails_when_one_failed(
    config: Path, sources: Sources, site: Site
) -> None:
    site.pages["/a"] = rss("A", 1)
    configure(config, *(f"{{type: feed, name: {name}, url: '{site.url}/{name}'}}" for name in ("a", "ab", "c")))
    done = sources("refresh", "a")
    assert (done.code, done.out) == (0, "a: 1 new, 0 updates, 0 known, 2 alerts\n1 source polled, 0 failed\n")
    both = sources("refresh", "a*", "a", "--json")
    rows = json.loads(both.out)
    assert (both.code, [row["name"] for row in rows]) == (1, ["a", "ab"])
    assert rows[1]["errors"] == ["ab: the server answered 404 Not Found"]
    assert "2 sources polled, 1 failed" in sources("refresh", "a*").out
    assert sources("refresh", "aa") == (1, "", "no source is named 'aa' (did you mean 'a'?)\n")
    assert listed(sources)["c"]["status"] == "never polled"


def test_refresh_of_a_source_that_was_read_does_not_fail_for_what_is_noted_of_it(
    config: Path, sources: Sources, site: Site
) -> None:
    site.pages["/a"] = "<!DOCTYPE rss [<!ENTITY x 'y'>]>" + rss("A", 1)
    configure(config, f"{{type: feed, name: a, url: '{site.url}/a'}}")
    done = sources("refresh", "a")
    assert (done.code, done.out) == (0, "a: 1 new, 0 updates, 0 known, 2 alerts\n1 source polled, 0 failed\n")
    assert "a: the feed declares an entity of its own, which is never expanded\n" in done.err

"""Forty captured feeds through the whole journey: every entry counts once, however often it is served."""

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from flow.installation import Installation

FEEDS = Path(__file__).parents[2].parent / "shared" / "feeds"
needs_feeds = pytest.mark.skipif(not FEEDS.is_dir(), reason="the captured feeds (../shared/feeds) are not here")
# One file nests an item in each of ten: a reader that finds the ten complete ones is right too.
ENTRIES = (1527, 1537)

ITEM = re.compile(rb"<(item|entry)\b[^>]*?>.*?</\1\s*>", re.DOTALL)


def reshuffled(body: bytes) -> bytes:
    """The same feed with its items in reverse order and other white space between tags."""
    if body.lstrip().startswith(b"{"):
        document = json.loads(body)
        document["items"].reverse()
        return json.dumps(document, indent=3).encode()
    found = [match.span() for match in ITEM.finditer(body)]
    if not found or b"<item><item" in re.sub(rb"\s", b"", body):
        return body
    pieces, at = [], 0
    for (start, end), (other, stop) in zip(found, reversed(found), strict=True):
        pieces += [body[at:start], body[other:stop]]
        at = end
    return re.sub(rb">\s*\n\s*<", b">\n\n \t <", b"".join([*pieces, body[at:]]))


class Feeds(ThreadingHTTPServer):
    """Serves a folder of feeds without validators; `turn` changes what is served."""

    daemon_threads = True
    reshuffle = False
    requests = 0


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, Feeds)
        body = (FEEDS / self.path.lstrip("/")).read_bytes()
        server.requests += 1
        self.send_response(200)
        self.send_header("content-type", "application/json" if self.path.endswith("json") else "application/xml")
        self.end_headers()
        self.wfile.write(reshuffled(body) if server.reshuffle else body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def feeds() -> Iterator[Feeds]:
    server = Feeds(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def watch_all(installation: Installation, feeds: Feeds) -> list[str]:
    names = sorted(path.name for path in FEEDS.iterdir() if path.name != "README.md")
    root = f"http://127.0.0.1:{feeds.server_address[1]}"
    sources = "sources:\n" + "".join(
        f"  - {{type: feed, name: '{name}', url: '{root}/{name}', alert_max_age: off}}\n" for name in names
    )
    # A rule that every article matches would be refused by nobody: these words occur in most languages of the feeds.
    rules = "version: 1\nrules:\n  - {id: common, when: {phrase: [de, the, der, la, и]}}\n"
    installation.configure(
        "receivers: [{name: terminal, type: console}]\nroute: {receiver: terminal}\n", rules, sources
    )
    return names


@needs_feeds
@pytest.mark.timeout(300)
def test_every_entry_counts_and_a_second_serving_brings_nothing(installation: Installation, feeds: Feeds) -> None:
    names = watch_all(installation, feeds)
    assert len(names) == 40
    first = installation.json("once")
    assert first["errors"] == []
    assert ENTRIES[0] <= first["items"] <= ENTRIES[1]
    counted = ("new", "duplicates", "updates", "known", "empty")
    assert sum(first[name] for name in counted) == first["items"]
    assert first["alerts"] >= first["sent"] > 500  # what belongs to one story travels together
    feeds.reshuffle = True
    second = installation.json("once")
    assert feeds.requests == 80
    assert second["items"] == first["items"]
    assert {name: second[name] for name in ("new", "duplicates", "updates", "alerts", "sent", "pending", "errors")} == {
        "new": 0, "duplicates": 0, "updates": 0, "alerts": 0, "sent": 0, "pending": 0, "errors": [],
    }  # fmt: skip
    assert second["known"] + second["empty"] == second["items"]


@needs_feeds
def test_the_second_serving_really_is_another_one() -> None:
    changed = [
        path.name
        for path in FEEDS.iterdir()
        if path.suffix != ".md" and reshuffled(path.read_bytes()) != path.read_bytes()
    ]
    assert len(changed) >= 37

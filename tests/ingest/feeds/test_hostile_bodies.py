"""Mutated, malformed and malicious bodies: nothing but NotAFeedError is raised, and unharmed items still arrive.

A sample runs with every suite, NEWS_MONITOR_TEST_BODIES=10000 asks for more.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ingest.written import DAMAGES, Written, WrittenFeed, corpus

from monitor.ingest import WorkerError, Workers
from monitor.ingest.feed import PARSE_DEADLINE
from monitor.ingest.feeds.entry import NotAFeedError
from monitor.ingest.feeds.reader import read_feed
from monitor.model import Item, Markup

DEADLINE = 2.0  # seconds for what is quadratic

BODIES = int(os.environ.get("NEWS_MONITOR_TEST_BODIES", "400"))
CAPTURED = Path(__file__).parents[3].parent / "shared" / "feeds"
LARGEST = 40_000  # bytes of a captured feed that is worth its time here
BLANK = Item("Test", "", "", Markup.HTML)
NOW = datetime(2030, 1, 1, tzinfo=UTC)
URL = "https://news.example/feed"
SHAPES = (
    "<b>" * 3000, "<p " + " ".join(f"a{n}='1'" for n in range(500)) + ">", "<!--" * 500, "<category>c</category>" * 300,
    "<author>a@" + "a." * 500 + "!</author>", "<![CDATA[" * 300, "&amp;" * 2000, "]]>" * 500, "<!DOCTYPE x [" * 50,
    "<!ENTITY a 'b'>" * 50, "<?x " * 300, "\x00" * 300,
)  # fmt: skip
ACCIDENTS = [*DAMAGES, *SHAPES, "<!--", "]]>", "<![CDATA[", "<item>", "</entry>", "</channel>", "-->", "\x1a"]
CHARSETS = (None, "utf-8", "latin-1", "idna", "utf-16", "x", "\x00", "koi8-r", "utf-7", "shift_jis", "punycode", "hex")


@dataclass(frozen=True)
class Mutation:
    """A body, the charset its server declares, and the items that are in it letter for letter.

    `encoding` is what it is really in.
    """

    body: bytes
    charset: str | None
    unharmed: tuple[Written, ...]
    encoding: str

    def title(self, text: str) -> str:
        """What can be expected of a title: nothing where nobody told the charset."""
        if self.encoding not in ("utf-8", self.charset):
            return ""
        return key(text.encode(self.encoding, "replace").decode(self.encoding))


def captured() -> Iterator[WrittenFeed]:
    """Small captured feeds as feeds that we wrote, none where they are absent."""
    for path in sorted(CAPTURED.glob("*")):
        text = path.read_bytes().decode("utf-8", "replace")
        xml = re.findall(r"<item[\s>].*?</item>|<entry[\s>].*?</entry>", text, re.DOTALL)
        if len(text) > LARGEST or "�" in text or len(xml) < 2 or "nested" in path.name:
            continue
        found = read(text.encode(), None)
        if len(found) == len(xml):
            head, tail = text[: text.index(xml[0])], text[text.rindex(xml[-1]) + len(xml[-1]) :]
            written = (Written(item.guid, item.title, one) for item, one in zip(found, xml, strict=True))
            yield WrittenFeed(head, tuple(written), tail)


def mutations(seed: int, count: int) -> Iterator[Mutation]:
    """So many mutations of generated and captured feeds."""
    chance = random.Random(seed)
    bases = [*corpus(seed, 30, items=8), *captured()]
    for _ in range(count):
        feed = chance.choice(bases)
        encoding = chance.choice(["utf-8"] * 8 + ["iso-8859-15", "utf-16-le"])
        body = feed.text.encode(encoding, "replace")
        if encoding != "utf-16-le":  # where one byte too many changes all that follow
            body = mutated(body, chance)
        unharmed = tuple(item for item in feed.items if item.xml.encode(encoding, "replace") in body)
        charset = encoding if encoding != "utf-8" and chance.random() < 0.5 else chance.choice(CHARSETS)
        yield Mutation(body, charset, unharmed, encoding)


def mutated(body: bytes, chance: random.Random) -> bytes:
    """A body with up to four accidents: something put in, cut out, overwritten, repeated or cut off."""
    damaged = bytearray(body)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(damaged) + 1)
        match chance.randrange(5):
            case 0:
                damaged[at:at] = chance.choice(ACCIDENTS).encode()
            case 1:
                del damaged[at : at + chance.randint(1, 50)]
            case 2:
                damaged[at : at + 1] = chance.choice([chance.randbytes(chance.randint(1, 4)), b"\xed\xa0\x80", b"\0"])
            case 3:
                damaged[at:at] = damaged[: chance.randint(1, 300)]
            case 4 if chance.random() < 0.2:
                del damaged[at:]
    return bytes(damaged)


def read(body: bytes, charset: str | None) -> tuple[Item, ...]:
    return read_feed(body, charset, URL, BLANK, NOW).items


def resident() -> float:
    """MB of memory that this process has in use."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize() / 1e6


def key(text: str) -> str:
    """An id or title without white space and what its charset does not have."""
    return "".join(text.replace("?", "").split())


def test_fault_14_mutated_bodies_raise_nothing_and_their_unharmed_items_arrive() -> None:
    expected = arrived = refused = 0
    slowest = memory = 0.0
    for number, mutation in enumerate(mutations(20240301, BODIES)):
        start = time.process_time()
        try:
            items = read(mutation.body, mutation.charset)
        except NotAFeedError:
            items, refused = (), refused + 1
        slowest = max(slowest, time.process_time() - start)
        for item in items:
            f"{item.guid}{item.url}{item.title}{item.content}{item.author}{item.categories}".encode()  # no surrogate
        found = {(key(item.guid), mutation.title(item.title)) for item in items}
        expected += len(mutation.unharmed)
        arrived += sum((key(one.id), mutation.title(one.title)) in found for one in mutation.unharmed)
        if number == BODIES // 10:
            memory = resident()  # what was loaded and cached by then does not count
    growth = resident() - memory
    print(f"\n{BODIES} bodies: {arrived} of {expected} unharmed items ({arrived / expected:.2%}), {refused} no feeds,"
          f" slowest {slowest:.2f} s, memory {growth:+.0f} MB")  # fmt: skip
    assert arrived >= 0.95 * expected
    assert refused < 0.1 * BODIES
    assert slowest <= 2
    assert growth < 50


CHILD = """
import json, os, resource, sys, time
from datetime import UTC, datetime
from monitor.ingest.feeds.entry import NotAFeedError
from monitor.ingest.feeds.reader import read_feed
from monitor.model import Item, Markup

def read(body):
    start = time.process_time()
    try:
        feed = read_feed(body, None, "https://x.example/", Item("T", "", "", Markup.HTML), datetime.now(UTC))
        return [str(item) for item in feed.items], time.process_time() - start, feed.entities
    except NotAFeedError as error:
        return [f"refused: {error}"], time.process_time() - start, 0

warm = "<rss version='2.0'><channel><item><title>é &up;</title></item>"
for body in (warm.encode(), warm.encode("utf-16"), warm.encode("utf-16-le"), warm.encode("latin-1")):
    read(body)  # imports what is imported only then
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
touched = []
touches = ("open", "os.open", "socket.connect", "socket.getaddrinfo", "urllib.Request", "subprocess.Popen")
sys.addaudithook(lambda event, args: touched.append(f"{event} {args}") if event in touches else None)
results = [read(bytes.fromhex(line)) for line in sys.stdin.read().split()]
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(json.dumps({"results": results, "touched": touched, "grown": grown // 1024}))
"""
ITEM = "<item><guid>kept</guid><title>A{}B</title></item>"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "laugh"}">' for n in range(12))


def rss(title: str, prolog: str = "") -> str:
    return f'{prolog}<rss version="2.0"><channel>{ITEM.format(title)}</channel></rss>'


def attacks(pipe: Path, port: int) -> dict[str, bytes]:
    """Documents that make a careless parser expand, open or connect; opening the pipe would wait for ever."""
    named = (f"file://{pipe}", str(pipe), f"http://127.0.0.1:{port}/x")
    texts = {
        "billion laughs": rss("&l11;", f"<!DOCTYPE r [{LAUGHS}]>"),
        "billion laughs in an attribute": rss("<b x='&l11;'/>", f"<!DOCTYPE r [{LAUGHS}]>"),
        "quadratic blowup": rss("&x;" * 50_000, f"<!DOCTYPE r [<!ENTITY x '{'y' * 50_000}'>]>"),
        "quadratic attributes": rss("<b/>" * 20_000, f"<!DOCTYPE r [<!ATTLIST b c CDATA '{'y' * 50_000}'>]>"),
        "behind a comment": rss("&l11;", f"<!-- <rss> <!DOCTYPE r> --><!DOCTYPE r [{LAUGHS}]>"),
        "behind a quote": rss("&l11;", f'<!DOCTYPE r SYSTEM "a>[b" [{LAUGHS}]>'),
        **{f"external entity {uri}": rss("&x;", f'<!DOCTYPE r [<!ENTITY x SYSTEM "{uri}">]>') for uri in named},
        **{f"document type {uri}": rss("", f'<!DOCTYPE rss SYSTEM "{uri}">') for uri in named},
        **{f"public type {uri}": rss("", f'<!DOCTYPE rss PUBLIC "-//X//Y" "{uri}">') for uri in named},
        **{f"undeclared name {uri}": rss("&x;&eacute;", f'<!DOCTYPE rss SYSTEM "{uri}">') for uri in named},
        **{f"parameter {uri}": rss("&x;", f'<!DOCTYPE r [<!ENTITY % p SYSTEM "{uri}"> %p;]>') for uri in named},
        **{f"stylesheet {uri}": rss("", f'<?xml-stylesheet type="text/xsl" href="{uri}"?>') for uri in named},
        **{
            f"inclusion {uri}": rss(f'<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="{uri}" parse="text"/>')
            for uri in named
        },
    }
    return {name: text.encode() for name, text in texts.items()} | {
        "in UTF-16": texts["billion laughs"].encode("utf-16"),
        "in UTF-16 for UTF-8": texts["external entity " + named[0]].encode("utf-16-le"),
    }


def test_fault_15_no_entity_is_expanded_no_file_opened_and_nobody_connected_to(tmp_path: Path) -> None:
    pipe = tmp_path / "canary"
    os.mkfifo(pipe)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        bodies = attacks(pipe, server.getsockname()[1])
        child = subprocess.run(
            [sys.executable, "-c", CHILD], input="\n".join(body.hex() for body in bodies.values()), text=True,
            capture_output=True, timeout=60, check=True,
        )  # fmt: skip
        with pytest.raises(BlockingIOError):
            server.accept()
    found = json.loads(child.stdout)
    assert found["touched"] == []
    assert found["grown"] <= 100
    for name, (items, seconds, entities) in zip(bodies, found["results"], strict=True):
        assert seconds <= 2, name
        assert entities == bodies[name].replace(b"\0", b"").count(b"<!ENTITY"), f"{name}: reported as hostile"
        assert len(items) == 1, name
        assert "guid='kept'" in items[0], name
        assert "laughlaugh" not in items[0], name
        assert "yyyy" not in items[0], name


def quadratic(size: int) -> dict[str, str]:
    """What takes feedparser, and other readers, time that grows with the square of its size (in characters)."""
    many = range(size // 12)
    return {
        "attributes": "<x " + " ".join(f"a{n:06}='1'" for n in many) + "/>",
        "categories": "".join(f"<category>{n}</category>" for n in range(size // 25)),
        "comments": "<description>" + "<!--" * (size // 4) + "</description>",
        "escaped comments": "<description>" + "&lt;!--" * (size // 7) + "</description>",
        "author": "<author>a@" + "a." * (size // 2) + "!</author>",
        "nesting": "<b>" * (size // 3),
        "sections": "<![CDATA[" * (size // 9),
        "ampersands": "&" * size,
        "angles": "<" * size,
        "references": f"&#{'9' * 50};" * (size // 53),
        "quotes": "<a b='" * (size // 6),
        "namespaces": "<x " + " ".join(f"xmlns:a{n:05}='u'" for n in range(size // 16)) + "/>",
    }


@pytest.mark.parametrize(
    ("shape", "end"),
    [*((shape, "</channel></rss>") for shape in ("attributes", "categories", "escaped comments", "author")),
     *((shape, "") for shape in quadratic(0))],
)  # fmt: skip
def test_fault_16_a_quadratic_shape_dies_at_the_deadline_and_disturbs_nobody(
    shape: str, end: str, workers: Workers
) -> None:
    items = "<item><guid>a</guid></item><item><guid>q</guid>{}</item><item><guid>b</guid></item>"
    hostile = f'<rss version="2.0"><channel>{items.format(quadratic(1_000_000)[shape])}{end}'.encode()
    healthy = [feed.body for feed in corpus(1, 3)]

    async def together() -> tuple[object, list[float]]:
        await workers.run(read, b"<rss><channel><item/></channel></rss>", None, deadline=20)
        dying = asyncio.create_task(workers.run(read, hostile, None, deadline=DEADLINE))
        waits = []
        for body in healthy:
            begun = time.monotonic()
            assert len(await workers.run(read, body, None, deadline=20)) == 30
            waits.append(time.monotonic() - begun)
        return (await asyncio.gather(dying, return_exceptions=True))[0], waits

    outcome, waits = asyncio.run(together())
    assert waits[0] < DEADLINE / 2, "it did not wait for the end of the other"
    if isinstance(outcome, tuple):
        assert {"a", "b"} <= {item.guid for item in outcome}
    else:
        assert isinstance(outcome, WorkerError)
        assert "took longer" in str(outcome)


def test_sixty_thousand_tiny_items_are_read_before_the_deadline() -> None:
    body = ('<rss version="2.0"><channel>' + "<item><title>x</title></item>" * 60_000 + "</channel></rss>").encode()
    begun = time.process_time()
    assert len(read(body, None)) == 60_000
    assert time.process_time() - begun < PARSE_DEADLINE

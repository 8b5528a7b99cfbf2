"""Mutated, malformed and malicious bodies: nothing but NotAFeedError is raised, and unharmed items still arrive.

A sample runs with every suite, NEWS_MONITOR_TEST_BODIES=10000 asks for more.
"""

from __future__ import annotations

import os
import random
import re
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ingest.written import DAMAGES, Written, WrittenFeed, corpus

from monitor.ingest.entry import NotAFeedError
from monitor.ingest.reader import read_feed
from monitor.model import Item, Markup

BODIES = int(os.environ.get("NEWS_MONITOR_TEST_BODIES", "400"))
CAPTURED = Path(__file__).parents[2].parent / "shared" / "feeds"
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

"""Our reader and feedparser over the same well-formed feeds in one run -> entries a second of each, as a ratio.

Run it from the project: `python -m bench.readers` in tests/. Rounds of the two alternate and the median of the ratios
counts, so that what else the machine does falls on both.
"""

from __future__ import annotations

import gc
import io
import statistics
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import feedparser
from ingest.written import corpus

from monitor.ingest.feeds.reader import decode, read_feed
from monitor.ingest.feeds.strict import read_strict
from monitor.model import Item, Markup

CAPTURED = Path(__file__).parents[2].parent / "shared" / "feeds"
NOW = datetime(2030, 1, 1, tzinfo=UTC)
BLANK = Item("Bench", "", "", Markup.HTML)
ROUNDS = 5


def main() -> int:
    """Print a line for each set of feeds; 1 when one of the ratios is below 20."""
    warnings.simplefilter("ignore")
    sets = {"generated, 200 feeds": [feed.body for feed in corpus(seed=1, feeds=200)], "captured": captured()}
    ratios = [compare(name, bodies) for name, bodies in sets.items() if bodies]
    return int(min(ratios) < 20)


def captured() -> list[bytes]:
    """The well-formed feeds beside the project, none where there are none."""
    bodies = [path.read_bytes() for path in sorted(CAPTURED.glob("*")) if path.suffix != ".md"]
    return [body for body in bodies if read_strict(decode(body, None)[0].encode())]


def compare(name: str, bodies: Sequence[bytes]) -> float:
    """The median ratio of the time that feedparser and our reader need for the same feeds."""
    entries = sum(len(ours(body)) for body in bodies)
    rounds = [(seconds(theirs, bodies), seconds(ours, bodies)) for _ in range(ROUNDS)]
    ratio = statistics.median(slow / fast for slow, fast in rounds)
    slow, fast = (statistics.median(column) for column in zip(*rounds, strict=True))
    size = sum(map(len, bodies))
    print(
        f"{name}: {entries} entries, {size / len(bodies) / 1000:.0f} kB a feed; feedparser {entries / slow:,.0f}/s,"
        f" ours {entries / fast:,.0f}/s ({size / fast / 1e6:.0f} MB/s): {ratio:.1f} times"
    )
    return ratio


def ours(body: bytes) -> tuple[Item, ...]:
    """Bytes to Items, as a worker does it."""
    return read_feed(body, None, "https://site.example/feed", BLANK, NOW).items


def theirs(body: bytes) -> object:
    """Bytes to feedparser's entries, with its default options."""
    return feedparser.parse(io.BytesIO(body))


def seconds(read: Callable[[bytes], object], bodies: Sequence[bytes]) -> float:
    """CPU seconds that reading all bodies takes."""
    gc.collect()
    start = time.process_time()
    for body in bodies:
        read(body)
    return time.process_time() - start


if __name__ == "__main__":
    sys.exit(main())

"""Articles against an archive of 1,000 and of 100,000 -> CPU of each stage, and items a second against `reader`.

The feeds are those of `bench.corpus`, half of them with whole articles, half with teasers. What counts is what is done
to an item that was parsed: normalise (with its language), fingerprint, verdict, story, and keeping it in a database on
disk, in the batches of the journey. `reader` (PyPI) parses the same feeds from files and stores them in a database of
its own, with `update_feeds()`, in another process. Rounds of all alternate and medians count, so that what else the
machine does falls on all of them. In each round the store writes the index of its last articles once: it does so every
`MANY` articles. `PYTHONPATH=tests .venv/bin/python -m bench.articles` takes some minutes; exits with 1 when a bar is
missed.
"""

from __future__ import annotations

import gc
import multiprocessing
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from unittest.mock import patch

from bench.corpus import ITEMS, feed
from bench.readers import BLANK

from monitor import placing
from monitor.daemon import COLLECT
from monitor.dedup import Limits, profile, sketch, weigh
from monitor.ingest import item_digest
from monitor.ingest.feeds.reader import read_feed
from monitor.model import Article, Item, Placement, Standing, Verdict
from monitor.normalise import language, normalise
from monitor.pipeline import BATCH
from monitor.placing import Placer, Reading
from monitor.store import Store
from monitor.store.recent import MANY

SIZES = (1_000, 100_000)
ROUNDS = 3
FEEDS = -(-MANY // ITEMS)  # of a round
AHEAD = 8  # feeds that wait to be kept at most: they are no part of the memory that is measured (64: 40 MiB more)
MEASURED = 1_000_000  # the first number of a feed that is measured: those that fill the archive are lower

TIMES_READER = 2.0
GROWTH = 1.5
MEMORY = 300  # MiB, the bar of the daemon

LANGUAGES = ["fr", "en"]
LIMITS = Limits(window=timedelta(days=3), max_span=timedelta(days=14))
NOW = datetime(2024, 1, 6, 12, tzinfo=UTC)  # hours after the last item: every one in the archive counts
MIB = 1024**2

Result = TypeVar("Result")


@dataclass
class Desk:
    """A database and who fills it; `spent` has the CPU seconds of each stage, `verdicts` what came of its articles."""

    store: Store
    spent: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    verdicts: Counter[str] = field(default_factory=Counter)

    def fill(self, size: int) -> None:
        """Keep this many articles, which are not measured; each is a story of its own, as nearly all of these are."""
        feeds = -(-size // ITEMS)
        waiting = deque[Future[list[Reading]]]()
        with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as readers:
            for number in range(feeds + AHEAD):
                if number < feeds:
                    waiting.append(readers.submit(readings_of, number))
                if number >= AHEAD and waiting:
                    readings = waiting.popleft().result()
                    self._keep_apart(readings[:size])
                    size -= len(readings)

    def _keep_apart(self, readings: Sequence[Reading]) -> None:
        with self.store.intake() as memory:
            memory.holdings([hash_ for one in readings for hash_ in one.hashes])
            for one in readings:
                weighed = weigh(one.profile, memory.holdings(one.hashes), *memory.reach)
                standing = Standing(tuple(weighed.rows), weighed.day)
                placement = Placement(Verdict.NEW, one.sketch.story, "first of its story")
                kept = partial(memory.keep, one.article, one.version, None, one.sketch, placement, NOW)
                kept(old=False, standing=standing)

    def take(self, found: Sequence[Item]) -> None:
        """Take in the items of one source, in batches as the journey does it."""
        for start in range(0, len(found), BATCH):
            self._keep(self._read(found[start : start + BATCH]))

    def _read(self, part: Sequence[Item]) -> list[Reading]:
        articles = self.timed("normalise", _each, _normalised, part)
        sketches = self.timed("fingerprint", _each, sketch, articles)
        versions = self.timed("fingerprint", _each, item_digest, part)
        profiles = self.timed("traits", _each, profile, articles)
        rows = zip(part, versions, articles, [()] * len(part), sketches, profiles, strict=True)
        return [Reading(*row) for row in rows]

    def _keep(self, readings: Sequence[Reading]) -> None:
        opened = self.store.intake()
        memory = self.timed("look up", opened.__enter__)
        placer = Placer(memory, NOW, LIMITS)
        assert not self.timed("look up", placer.look_up, readings)
        for one in readings:
            placement, standing, _ = self.timed("story", placer.settle, one)
            self.timed("verdict", memory.served, one.article, one.sketch, placement)
            self.timed("keep", partial(placer.keep, old=False), one, placement, standing)
            self.verdicts[placement.verdict] += 1
        self.timed("write", opened.__exit__, None, None, None)

    def timed(self, stage: str, work: Callable[..., Result], *args: Any) -> Result:
        began = time.process_time()
        try:
            return work(*args)
        finally:
            self.spent[stage] += time.process_time() - began

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Language and verdict, which other stages call, have their own times while this lasts."""

        def apart(stage: str, around: str, work: Callable[..., Result]) -> Callable[..., Result]:
            def timed(*args: Any) -> Result:
                before = self.spent[stage]
                found = self.timed(stage, work, *args)
                self.spent[around] -= self.spent[stage] - before
                return found

            return timed

        detect = apart("language", "normalise", language.detect)
        verdict = apart("verdict", "story", placing.place)
        with patch.object(language, "detect", detect), patch.object(placing, "place", verdict):
            yield


def _each(work: Callable[[Any], Result], things: Sequence[Any]) -> list[Result]:
    return [work(one) for one in things]


def _normalised(item: Item) -> Article:
    return normalise(item, LANGUAGES, NOW)


def parsed(number: int, body: bytes) -> tuple[Item, ...]:
    """The items of a feed, as a worker reads them, oldest first as the journey takes them."""
    blank = replace(BLANK, source=f"Gazette {number}", language="fr")
    found = read_feed(body, None, f"https://gazette-{number}.example/feed", blank, NOW).items
    return tuple(sorted(found, key=lambda item: item.published.start or NOW))


def readings_of(number: int) -> list[Reading]:
    """What a feed brings, read but not placed."""
    return [Reading.of(item, item_digest(item), _normalised(item), ()) for item in parsed(number, feed(number))]


def measure(desk: Desk, numbers: range) -> dict[str, float]:
    """CPU milliseconds of each stage by article, for the articles of these feeds; "parse" is that of their feeds."""
    desk.spent.clear()
    gc.collect()
    with desk.inside():
        for number in numbers:
            desk.take(desk.timed("parse", parsed, number, feed(number)))
    count = len(numbers) * ITEMS
    return {stage: seconds / count * 1000 for stage, seconds in desk.spent.items()}


def reader_speed(numbers: range) -> float:
    """Items a CPU second of `reader` over these feeds, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        for number in numbers:
            (Path(folder) / f"{number}.xml").write_bytes(feed(number))
        command = [sys.executable, "-m", "bench.shelf", folder]
        count, seconds = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert int(count) == len(numbers) * ITEMS
    return int(count) / float(seconds)


def resident() -> float:
    """The most memory that this process has had so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MIB


class Round(NamedTuple):
    """One turn of all: milliseconds by stage at both sizes, items a second of `reader`."""

    few: dict[str, float]
    many: dict[str, float]
    reader: float


def rounds(folder: Path) -> Iterator[Round]:
    """Measure again and again; each time a new small archive, and the large one as it has grown."""
    for name, size in (("first.db", SIZES[0]), ("large.db", SIZES[1])):
        large = opened(folder / name, size)
        measure(large, range(MEASURED - 2 * FEEDS, MEASURED - FEEDS))  # the first time warms up
        mebibytes = sum(path.stat().st_size for path in folder.glob(f"{name}*")) / MIB
        print(f"{size:7,} articles in {mebibytes:.0f} MiB, peak memory so far {resident():.0f} MiB", flush=True)
    for turn in range(ROUNDS):
        first = MEASURED + turn * 2 * FEEDS
        small = opened(folder / f"small-{turn}.db", SIZES[0])
        few = measure(small, range(first, first + FEEDS))
        small.store.close()
        numbers = range(first + FEEDS, first + 2 * FEEDS)
        many = measure(large, numbers)
        yield Round(few, many, reader_speed(numbers))
    print(f"verdicts in the large archive: {dict(large.verdicts)}", flush=True)
    large.store.close()


def opened(path: Path, size: int) -> Desk:
    """A new archive of this size."""
    desk = Desk(Store.open(f"sqlite:///{path}"))
    desk.fill(size)
    return desk


def held(name: str, good: bool, value: str) -> bool:
    """Print one measure beside its bar."""
    print(f"  {name}: {value} {'ok' if good else 'MISSED'}", flush=True)
    return good


def main() -> int:
    """Measure, print, 1 when a bar is missed."""
    gc.set_threshold(*COLLECT)  # as the daemon does
    with tempfile.TemporaryDirectory() as folder:
        found = list(rounds(Path(folder)))
    for size, column in ((SIZES[0], [one.few for one in found]), (SIZES[1], [one.many for one in found])):
        stages = {stage: statistics.median(one[stage] for one in column) for stage in column[0]}
        print(f"{size:7,}: " + ", ".join(f"{stage} {cost:.3f}" for stage, cost in stages.items()) + " ms", flush=True)
    growth = statistics.median(cost(one.many) / cost(one.few) for one in found)
    quotient = statistics.median(1000 / cost(one.many) / one.reader for one in found)
    parsing = statistics.median(1000 / (cost(one.many) + one.many["parse"]) / one.reader for one in found)
    ours, theirs = (
        statistics.median(speeds) for speeds in zip(*((1000 / cost(o.many), o.reader) for o in found), strict=True)
    )
    print(f"ours {ours:,.0f} items a CPU second, reader {theirs:,.0f}; {parsing:.2f} times with our parsing")
    return int(
        not all(
            [
                held("items a second to reader's", quotient >= TIMES_READER, f"{quotient:.2f}"),
                held("cost at the larger size to that at the smaller", growth <= GROWTH, f"{growth:.2f}"),
                held("peak memory", resident() <= MEMORY, f"{resident():.0f} MiB"),
            ]
        )
    )


def cost(stages: dict[str, float]) -> float:
    """Milliseconds of all stages that count."""
    return sum(stages.values()) - stages["parse"]


if __name__ == "__main__":
    sys.exit(main())

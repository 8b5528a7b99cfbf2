"""An archive of 1,000 or 100,000 articles -> what looking up and keeping fifty more costs, by article, and the ratio.

The words mean nothing and are as frequent as words are (Zipf). Twenty-four of an article are its traits, as many as an
article may have and more than most have, and it has 32 hashes of rows of words, one in ten shared with another article.
Telling the index of all that was kept is counted.
What is measured is what the journey asks the store of each article: neighbours, holdings, candidates, stories, keep.
`PYTHONPATH=tests .venv/bin/python -m bench.archive [URL]`, of an empty database, else SQLite.
"""

from __future__ import annotations

import itertools
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import insert, text

from monitor.model import HOLDERS, Article, Placement, Precision, Published, Sketch, Standing, Verdict
from monitor.store import Store
from monitor.store.articles import to_columns
from monitor.store.kin import stored
from monitor.store.postings import Fresh, pack
from monitor.store.recent import MANY, MARKS, SHINGLES, packed
from monitor.store.tables import ARTICLE, ITEM, METADATA, STORY, TRAIT

SIZES = (1_000, 100_000)
BATCH = 50
BATCHES = MANY // BATCH  # so that the index is told once of what was kept
WORDS = 200_000
COMMON = 100  # words that are nobody's traits
TRAITS = 24
HASHES = 32
NOW = datetime(2026, 1, 5, tzinfo=UTC)


class Made(NamedTuple):
    """An article with what a stage before the store makes of it."""

    article: Article
    sketch: Sketch
    hashes: list[int]


class Press:
    """Articles without end, the same each time."""

    def __init__(self) -> None:
        self._draw = random.Random(1)
        self._words = [self._draw.getrandbits(62) for _ in range(WORDS)]
        self._frequent = list(itertools.accumulate(1 / (rank + COMMON) for rank in range(WORDS)))
        self._last: list[int] = [0]
        self._number = 0

    def article(self) -> Made:
        """The next one."""
        self._number += 1
        number, draw = self._number, self._draw
        hashes = [draw.getrandbits(62) for _ in range(HASHES)]
        if number % 10 == 0:
            hashes[0] = draw.choice(self._last)
        self._last = [*self._last[-5000:], hashes[1]]
        traits = dict.fromkeys(draw.choices(self._words, cum_weights=self._frequent, k=TRAITS))
        text = f"Article {number} says what no other says. " * 20
        published = Published(NOW + timedelta(seconds=number), Precision.SECOND)
        article = Article(
            f"Gazette {number % 200}",
            f"guid-{number}",
            f"https://gazette-{number % 200}.example/{number}",
            f"Title of article {number}",
            False,
            text[:200],
            text,
            None,
            published,
            "fr",
        )
        return Made(article, Sketch(f"{draw.getrandbits(128):032x}", tuple(hashes)), list(traits))


def fill(store: Store, press: Press, size: int) -> None:
    """Put articles into a store, in bulk."""
    articles, stories, items = [], [], []
    shingles: dict[int, Fresh] = defaultdict(Fresh)
    traits: dict[int, list[tuple[int, int, float]]] = defaultdict(list)
    for number in range(1, size + 1):
        article, sketch, hashes = press.article()
        story = _story(number)
        told = {"first": NOW, "last": NOW, "since": NOW, "until": NOW, "articles": 1}
        if story == number:
            seen = {"first_seen": NOW, "last_seen": NOW}
            stories.append({"id": f"story-{story}", "title": article.title, "opened": story, **seen, **told})
        placed = {"id": number, "digest": sketch.digest, "story": f"story-{story}", "verdict": "new", "because": ""}
        rows = packed(tuple((hash_, 0.2, 2.0) for hash_ in hashes))
        articles.append(to_columns(article) | placed | {"of": None, "news": [], "first_seen": NOW, "traits": rows})
        item = {name: articles[-1][name] for name in ("source", "guid", "identity")}
        items.append({**item, "digest": "v", "article_id": number, "seen": NOW})
        SHINGLES.hold(shingles[number // MANY], [(hash_, SHINGLES.packed(number)) for hash_ in stored(sketch)])
        for hash_ in hashes:
            traits[hash_].append((number << MARKS | 1, story, 0.2))
    with store._database.write() as connection:
        for table, rows_ in ((STORY, stories), (ARTICLE, articles), (ITEM, items)):
            for part in _parts(rows_):
                connection.execute(insert(table), part)
        for fresh in shingles.values():
            store._recent.segments.add(connection, fresh)
        holders = ({"hash": hash_, "holders": pack("qqd", one[-HOLDERS:])} for hash_, one in sorted(traits.items()))
        for part in _parts(holders):
            connection.execute(insert(TRAIT), part)
        if not store._database.file:
            connection.execute(text(f"SELECT setval(pg_get_serial_sequence('article', 'id'), {size})"))
            connection.execute(text("ANALYZE"))


def _story(number: int) -> int:
    """The article that opened the story of an article: every third opens one, which the two after it join."""
    return number - (number - 1) % 3


def _parts(rows: Any) -> Iterator[list[dict[str, Any]]]:
    rest = iter(rows)
    while part := list(itertools.islice(rest, 5000)):
        yield part


def measure(store: Store, press: Press) -> dict[str, float]:
    """CPU milliseconds of each part of an intake, by article."""
    spent: dict[str, float] = defaultdict(float)
    for _ in range(BATCHES):
        batch = [press.article() for _ in range(BATCH)]
        clock = time.process_time()

        def lap(name: str) -> None:
            nonlocal clock
            now = time.process_time()
            spent[name] += now - clock
            clock = now

        opened = store.intake()
        memory = opened.__enter__()
        memory.look_up(batch, NOW - timedelta(days=1))
        lap("look up")
        for made in batch:
            lap("other")
            held = memory.neighbours(made.article, made.sketch)
            lap("neighbours")
            memory.holdings(made.hashes)
            lap("holdings")
            asked = [(hash_, 0.3, 1 << place) for place, hash_ in enumerate(made.hashes)]
            near = memory.candidates(asked, 0.15)
            lap("candidates")
            stories = memory.stories(one.story for one in near)
            lap("stories")
            joins = stories[0].id if stories and len(held) % 3 == 0 else made.sketch.story
            standing = Standing(tuple((hash_, 0.2, 2.0) for hash_ in made.hashes))
            placement = Placement(Verdict.NEW, joins, "nothing held says the same")
            lap("other")
            memory.keep(made.article, "v", None, made.sketch, placement, NOW, old=False, standing=standing)
            lap("keep")
        opened.__exit__(None, None, None)
        lap("write")
    return {name: seconds / BATCHES / BATCH * 1000 for name, seconds in spent.items() if name != "other"}


def bench(url: str, size: int) -> float:
    """Print and give the cost by article in an archive of this size."""
    store = Store.open(url)
    press = Press()
    fill(store, press, size)
    found = measure(store, press)
    total = sum(found.values())
    parts = ", ".join(f"{name} {cost:.3f}" for name, cost in found.items())
    print(f"{size:7,} articles: {total:.3f} ms CPU an article ({parts})", flush=True)
    if not store._database.file:  # the next size gets the same database
        with store._database.write() as connection:
            tables = ", ".join(f'"{name}"' for name in METADATA.tables)
            connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY"))
    store.close()
    return total


def main() -> None:
    """Measure at both sizes and print the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        costs = [bench((sys.argv[1:] or [f"sqlite:///{Path(folder) / f'{size}.db'}"])[0], size) for size in SIZES]
    print(f"ratio {costs[1] / costs[0]:.2f}")


if __name__ == "__main__":
    main()

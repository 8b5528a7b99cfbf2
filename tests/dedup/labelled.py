"""Labelled articles of tests/data -> articles as the daemon would read them, and the verdicts on them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from monitor.dedup import place, sketch
from monitor.model import KEPT, Article, Held, Item, Markup, Placement, Precision, Published
from monitor.normalise import normalise

DATA = Path(__file__).parents[1] / "data"
NOW = datetime(2027, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, eq=False)
class Pair:
    """Two labelled articles; `verdict` is that on the second when the first is held, `backward` the other way."""

    id: str
    kind: str
    written: dict[str, Any]
    verdict: str
    backward: str

    # Taken in by the test that looks at them, not by each process that collects the tests.
    @cached_property
    def first(self) -> Article:
        return article(self.written["first"], "a")

    @cached_property
    def second(self) -> Article:
        return article(self.written["second"], "b")


def rows(path: Path) -> Any:
    """What a data file holds, read ten times as fast as by `yaml.safe_load`."""
    return yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)


def pairs() -> Iterator[Pair]:
    for path in sorted((DATA / "pairs").glob("*.yaml")):
        for one in rows(path):
            verdict = one["verdict"]
            yield Pair(one["id"], one["kind"], one, verdict, one.get("backward", verdict))


def article(written: dict[str, Any], source: str) -> Article:
    """An article of a data file, taken in from the bytes or text that its keys ask for."""
    title, text = written.get("title", ""), written.get("text", "")
    markup = Markup.HTML if written.get("markup") == "html" else Markup.TEXT
    source = written.get("source", source)
    item = Item(source, written.get("guid") or f"{source} {title} {text[:200]}", text, markup, title)
    if charset := written.get("charset"):
        page = f"<title>{title}</title>{text}" if markup is Markup.HTML else f"{title}\n\n{text}"
        item = replace(item, content=page.encode(charset), title="")
    if charset := written.get("mojibake"):
        item = replace(item, content=misread(text, charset), title=misread(title, charset))
    start = datetime.fromisoformat(str(written["published"])) if "published" in written else None
    published = Published(start, Precision.SECOND) if start and start.tzinfo else Published()
    return normalise(replace(item, url=written.get("url"), published=published), ["fr", "en"], NOW)


def misread(text: str, charset: str) -> str:
    """A text whose UTF-8 was taken for another charset; bytes without a letter there become control characters."""
    return "".join(bytes([one]).decode(charset, "ignore") or chr(one) for one in text.encode())


def held(article: Article, ident: int = 1, story: str = "story") -> Held:
    return Held(
        id=ident,
        story=story,
        source=article.source,
        guid=article.guid,
        url=article.url,
        title=article.title,
        title_derived=article.title_derived,
        lede=article.lede,
        body=article.body,
        first_seen=NOW,
        published=article.published,
    )


def are_neighbours(one: Article, other: Article) -> bool:
    """Whether the store would find from one the other that it holds: by identity, address, digest or a kept hash."""
    ours, theirs = sketch(one), sketch(other)
    same_item = (one.source, one.guid) == (other.source, other.guid)
    same_page = one.url is not None and one.url == other.url
    return (
        same_item or same_page or ours.digest == theirs.digest or not set(ours.hashes).isdisjoint(theirs.hashes[:KEPT])
    )


def verdict(article: Article, before: Article) -> Placement:
    """What an article is when another is held; one that the store would not find is not looked at."""
    return place(article, sketch(article), [held(before)] if are_neighbours(article, before) else [])

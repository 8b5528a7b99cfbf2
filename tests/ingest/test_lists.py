"""Live lists of feeds: the names and options of what is in them, what an edit does, that nothing is polled twice."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import ConfigError, SourceError
from monitor.ingest import (
    BrokenListError,
    FeedSource,
    FileSource,
    OpmlFile,
    OpmlSource,
    expand,
    feeds_of,
    poll_opml,
    read_opml,
)


def opml(path: Path, body: str) -> Path:
    path.write_text(f'<opml version="2.0"><head/><body>\n{body}\n</body></opml>', "utf-8")
    return path


def source(path: Path, **keys: Any) -> OpmlSource:
    return OpmlSource.model_validate({"type": "opml", "path": str(path), **keys})


def feed(name: str, url: str = "https://example.org/rss", **keys: Any) -> FeedSource:
    return FeedSource.model_validate({"type": "feed", "name": name, "url": url, **keys})


# ---- Its feeds ----


def test_the_options_of_the_list_hold_for_its_feeds(tmp_path: Path) -> None:
    path = opml(
        tmp_path / "feeds.opml",
        '<outline text="A" language="en" category="x" xmlUrl="https://a.example/"/>'
        '<outline text="B" xmlUrl="https://b.example/"/>',
    )
    keys = {"tags": ["all", "x"], "language": "fr", "poll": "1h", "alert_max_age": "off", "full_text": True}
    one = source(path, **keys, failing_after=7, poll_min="30m", poll_max="2h")
    assert one.name == "feeds.opml"
    a, b = feeds_of(one, read_opml(path).outlines, ())
    assert (a.tags, a.language, b.tags, b.language) == (("all", "x"), "en", ("all", "x"), "fr")
    for made in (a, b):
        assert (made.poll, made.poll_min, made.poll_max) == tuple(timedelta(hours=n) for n in (1, 0.5, 2))
        assert (made.alert_max_age, made.full_text, made.failing_after) == (None, True, 7)


def test_names_are_the_titles_and_never_the_same(tmp_path: Path) -> None:
    urls = ["https://a.example/rss/", "http://a.example/rss", "https://b.example/?token=secret", "https://c.example/x"]
    titles = ["News", "News", "Taken", ""]
    body = "".join(f'<outline text="{t}" xmlUrl="{u}"/>' for t, u in zip(titles, urls, strict=True))
    path = opml(tmp_path / "f", body)
    feeds = feeds_of(source(path), read_opml(path).outlines, {"Taken"})
    assert [one.name for one in feeds] == ["News", "News (a.example/rss)", "Taken (b.example)", "c.example/x"]
    third = feeds_of(source(path), read_opml(path).outlines[:1], {"News", "News (a.example/rss)"})[0].name
    assert third.startswith("News (a.example/rss ")
    fourth = feeds_of(source(path), read_opml(path).outlines[:1], {"News", "News (a.example/rss)", third})[0].name
    assert fourth == third.removesuffix(")") + " 2)"


def test_titles_from_outside_become_names_that_can_be_shown(tmp_path: Path) -> None:
    title = "&#x202e;evil&#x9b;31m&#x200b; \t&#10; [bold]" + "x" * 300
    body = f'<outline text="{title}" xmlUrl="https://a.example/"/><outline text="{title}" xmlUrl="https://b.example/"/>'
    path = opml(tmp_path / "f", body)
    one, other = (made.name for made in feeds_of(source(path), read_opml(path).outlines, ()))
    assert one.startswith("evil [bold]xxx")
    assert (len(one), len(other), other[-12:]) == (100, 100, " (b.example)")
    assert one.isprintable()


# ---- The live list ----


def test_an_unchanged_file_is_not_read_again(tmp_path: Path) -> None:
    path = opml(tmp_path / "f", '<outline text="A" xmlUrl="https://a.example/"/>')
    before = poll_opml(source(path))
    assert poll_opml(source(path), before) is before
    old = path.stat()
    opml(path, '<outline text="B" xmlUrl="https://a.example/"/>')
    os.utime(path, ns=(old.st_atime_ns, old.st_mtime_ns))  # an editor may restore it, and the size is the same
    assert [one.title for one in poll_opml(source(path), before).outlines] == ["B"]


def test_a_broken_edit_is_the_error_of_the_source(tmp_path: Path) -> None:
    path = opml(tmp_path / "f", "")
    before = poll_opml(source(path))
    path.write_text("<opml>")
    with pytest.raises(SourceError, match="no element found"):
        poll_opml(source(path, name="Press"), before)
    path.unlink()
    with pytest.raises(SourceError, match=r"Press: .* cannot be read: No such file"):
        poll_opml(source(path, name="Press"), before)


def test_a_list_that_breaks_off_still_tells_what_stands_before_that_place(tmp_path: Path) -> None:
    path = opml(tmp_path / "f", '<outline text="A" xmlUrl="https://a.example/"/><outline text="B" xmlUrl="a&b"/>')
    with pytest.raises(BrokenListError, match=r"f:\d+:\d+: not valid XML") as broken:
        poll_opml(source(path))
    assert [one.title for one in broken.value.before.outlines] == ["A"]


def test_lists_are_expanded_under_names_of_their_own_and_no_address_is_polled_twice(tmp_path: Path) -> None:
    body = '<outline text="A" xmlUrl="https://a.example/"/><outline text="inbox" xmlUrl="https://b.example/"/>'
    lists = [source(opml(tmp_path / name, body)) for name in ("one", "two")]
    opml(tmp_path / "two", body + '<outline text="A" xmlUrl="https://c.example/"/>')
    inbox = FileSource.model_validate({"type": "files", "name": "inbox", "path": str(tmp_path)})
    found = expand([lists[0], feed("Mine", "https://a.example/"), lists[1], inbox])
    assert [(one.name, getattr(one, "url", None)) for one in found] == [
        ("inbox (b.example)", "https://b.example/"),
        ("Mine", "https://a.example/"),
        ("A", "https://c.example/"),
        ("inbox", None),
    ]
    assert expand([lists[0], inbox], {"one": OpmlFile()}) == [inbox]


def test_what_is_wrong_in_all_lists_is_told_together(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        expand([source(tmp_path / "missing"), source(opml(tmp_path / "bad", "<outline>"))])
    assert len(refused.value.problems) == 2


def test_an_outline_whose_host_cannot_be_named_costs_itself_only(tmp_path: Path) -> None:
    hosts = ["é" * 62 + ".fr", "a.com\\@b", "[::1]x", "a\u05d0.example", "good.example"]
    body = "".join(f'<outline text="{n}" xmlUrl="http://{host}/"/>' for n, host in enumerate(hosts))
    one = source(opml(tmp_path / "f", body))
    file = poll_opml(one)
    assert len(file.problems) == 4
    assert [feed.host for feed in expand([one], {"f": file})] == ["good.example"]

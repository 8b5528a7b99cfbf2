"""The settings of sources as people write them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import ConfigError
from monitor.ingest import AnySource, FeedSource, FileSource, item_digest
from monitor.ingest.source import primary_language
from monitor.model import Item
from monitor.values import Written
from monitor.yamlfile import parse, validate


class Settings(Written):
    sources: tuple[AnySource, ...]


def read(source: str) -> FileSource | FeedSource:
    settings = validate(
        parse(Path("m.yaml"), f"sources:\n  - {source}\n".encode()), Settings, {"folder": Path("/etc/x")}
    )
    return settings.sources[0]


def test_a_folder_of_files() -> None:
    source = read("{type: files, name: Seeds, path: ../seeds, tags: [seed]}")
    assert isinstance(source, FileSource)
    assert (source.name, source.path, source.tags) == ("Seeds", Path("/etc/seeds"), ("seed",))
    assert (source.poll, source.alert_max_age, source.language) == (timedelta(seconds=5), None, None)


def test_a_feed() -> None:
    source = read("{type: feed, name: Example, url: 'https://user:pw@example.org:8443/rss?x=1', language: fr-FR}")
    assert isinstance(source, FeedSource)
    assert source.url == "https://user:pw@example.org:8443/rss?x=1"
    assert (source.poll, source.alert_max_age, source.language) == (timedelta(minutes=15), timedelta(days=2), "fr")
    assert read("{type: feed, name: E, url: 'http://e.example', alert_max_age: off}").alert_max_age is None


FEED = "type: feed, name: E, url: 'http://e.example'"


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("{type: opml, path: feeds.opml}", "m.yaml:2:5: 'type' must be files or feed (opml is not available yet)"),
        ("{name: x}", "m.yaml:2:5: 'type' must be files or feed (opml is not available yet)"),
        ("{type: feed, name: E}", "'url' is missing"),
        ("{type: feed, url: 'http://e.example'}", "'name' is missing"),
        (f"{{{FEED}, poll_min: 5m}}", "m.yaml:2:62: 'poll_min' is not available yet"),
        (f"{{{FEED}, poll_max: 1d}}", "'poll_max' is not available yet"),
        (f"{{{FEED}, full_text: false}}", "'full_text' is not available yet"),
        (f"{{{FEED}, pol: 1d}}", "unknown key 'pol' (did you mean 'poll'?)"),
        (f"{{{FEED}, poll: 0s}}", "must be longer than 0s"),
        (f"{{{FEED}, poll: 15}}", "15 is not a duration (write 30s, 5m, 1h30m, 1d or 1w)"),
        (f"{{{FEED}, language: french}}", "'french' is not a language (write fr or en)"),
        (f"{{{FEED}, path: x}}", "unknown key 'path'"),
        ("{type: files, name: '', path: x}", "must be one line of 1 to 100 characters"),
        ('{type: files, name: "a\\nb", path: x}', "must be one line of 1 to 100 characters"),
        (f"{{type: files, name: {'x' * 101}, path: x}}", "must be one line of 1 to 100 characters"),
        ("{type: feed, name: E, url: e.example/rss}", "must be an http or https address with a host"),
        ("{type: feed, name: E, url: 'file:///etc/passwd'}", "must be an http or https address with a host"),
        ("{type: feed, name: E, url: 'http:///rss'}", "must be an http or https address with a host"),
        ("{type: feed, name: E, url: 'http://[::1'}", "must be an http or https address with a host"),
        ("{type: feed, name: E, url: 'http://e.example:99999/'}", "must be an http or https address with a host"),
        ("{type: feed, name: E, url: 'http://e.example/a b'}", "must be an http or https address with a host"),
    ],
)
def test_a_mistake_is_one_problem_at_its_place(source: str, problem: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(source)
    assert len(caught.value.problems) == 1
    assert str(caught.value).startswith("m.yaml:")
    assert problem in str(caught.value)


@pytest.mark.parametrize(
    ("tag", "language"),
    [("fr", "fr"), ("FR-fr", "fr"), ("pt_BR", "pt"), (" de ", "de"), ("IT-it", "it"), ("", None), ("french", None),
     ("f", None), ("x-klingon", None), ("fr;q=1", None)],
)  # fmt: skip
def test_primary_languages(tag: str, language: str | None) -> None:
    assert primary_language(tag) == language


def test_keys_that_do_not_work_yet_are_not_shown(tmp_path: Any) -> None:
    assert "poll_min" not in read(f"{{{FEED}}}").model_dump()


def test_the_digest_of_an_item_sees_words_not_white_space() -> None:
    def one(content: str | bytes, title: str = "") -> str:
        return item_digest(Item("Desk", "a", content, title=title))

    assert one("a b\nc", "T") == one("a  b c", " T")
    assert one(b"a b\r\nc") == one(b"a b\nc")
    assert len({one("a"), one("b"), one("a", "T"), one(b"\xe9"), one(b"\xe8")}) == 5

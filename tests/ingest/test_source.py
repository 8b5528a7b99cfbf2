"""The settings of sources as people write them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from yarl import URL

from monitor.errors import ConfigError
from monitor.ingest import AnySource, FeedSource, FileSource, item_digest
from monitor.ingest.feed import web_address
from monitor.ingest.source import primary_language
from monitor.model import Item
from monitor.values import Written
from monitor.yaml import parse, validate


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
        ("{type: feeds, name: x}", "m.yaml:2:5: 'type' must be files, feed or opml"),
        ("{name: x}", "m.yaml:2:5: 'type' must be files, feed or opml"),
        ("{type: feed, name: E}", "'url' is missing"),
        ("{type: feed, url: 'http://e.example'}", "'name' is missing"),
        (f"{{{FEED}, poll_min: 16m}}", "m.yaml:2:62: must not be longer than poll (15m)"),
        (f"{{{FEED}, poll_max: 14m}}", "m.yaml:2:62: must not be shorter than poll (15m)"),
        (f"{{{FEED}, poll: 1h, poll_min: 10m, poll_max: 5m}}", "must not be shorter than poll (1h)"),
        (f"{{{FEED}, poll_min: 0s}}", "must be longer than 0s"),
        (f"{{{FEED}, poll_max: never}}", "'never' is not a duration (write 30s, 5m, 1h30m, 1d or 1w)"),
        (f"{{{FEED}, poll: never, poll_min: 2m}}", "'never' is not a duration (write 30s, 5m, 1h30m, 1d or 1w)"),
        (f"{{{FEED}, full_text: perhaps}}", "must be true or false"),
        (f"{{{FEED}, failing_after: 0}}", "must be at least 1"),
        ("{type: files, name: x, path: x, failing_after: 1.5}", "must be a whole number"),
        ("{type: files, name: x, path: x, poll_min: 5m}", "unknown key 'poll_min'"),
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


@pytest.mark.parametrize(
    ("keys", "shortest", "poll", "longest"),
    [
        ("", 300, 900, 86400),
        (", poll: 2m", 120, 120, 86400),
        (", poll: 2d", 300, 172_800, 172_800),
        (", poll: 1h, poll_min: 1h, poll_max: 1h", 3600, 3600, 3600),
        (", poll_min: 1m, poll_max: 30m", 60, 900, 1800),
        (", poll_max: 1h, poll: 1h", 300, 3600, 3600),
    ],
)
def test_the_bounds_of_the_interval_make_room_for_poll(keys: str, shortest: int, poll: int, longest: int) -> None:
    source = read(f"{{{FEED}{keys}}}")
    assert isinstance(source, FeedSource)
    assert [one.total_seconds() for one in (source.poll_min, source.poll, source.poll_max)] == [shortest, poll, longest]


def test_what_may_be_said_of_every_feed_and_every_source() -> None:
    source = read(f"{{{FEED}, full_text: true, failing_after: 5, opml: {{created: today}}}}")
    assert isinstance(source, FeedSource)
    assert (source.full_text, source.failing_after, source.opml) == (True, 5, {"created": "today"})
    assert read(f"{{{FEED}}}").model_dump()["poll_min"] == "5m"
    assert read("{type: files, name: Desk, path: x}").failing_after == 3


def test_the_host_of_a_source() -> None:
    assert read("{type: feed, name: E, url: 'https://me:pw@Feeds.Example.ORG:8443/rss'}").host == "feeds.example.org"
    assert read("{type: files, name: Desk, path: x}").host == "Desk"


@pytest.mark.parametrize(
    "url",
    [
        f"http://{'é' * 62}.fr/",  # a label of more than 63 characters in IDNA
        "http://a\u05d0.example/",  # both directions in one label
        "http://a.example\\@b/",
        "http://[::1]x/",
        "http://e.example:0/",
        "http://:80/",
        "http://.../",
    ],
)
def test_an_address_whose_host_cannot_be_named_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"^must be an http or https address with a host$"):
        web_address(url)


@given(
    st.builds(
        "{}://{}{}{}{}".format,
        st.sampled_from(["http", "https", "HTTP"]),
        st.sampled_from(["", "me@", "me:pw@", "\\@", "%zz@"]),
        st.text("aé\u05d0ß\u0660.-_[]:@\\%1x²。İ\u200d", max_size=12) | st.text(max_size=70),
        st.sampled_from(["", ":80", ":", ":x", ":99999", "]"]),
        st.sampled_from(["", "/", "/rss?x=1#y", "?x", "/%zz", "\\\\x"]),
    )
)
@example("http://xn--a/")
@example("http://[::1%eth0]/")
def test_no_address_that_is_accepted_troubles_anybody_later(url: str) -> None:
    try:
        web_address(url)
    except ValueError:
        return
    assert FeedSource.model_validate({"type": "feed", "name": "E", "url": url}).host
    seen = URL(url)
    assert seen.host
    assert str(seen.origin())
    assert str(seen.join(URL("/x")).with_user("a"))


def test_the_digest_of_an_item_sees_words_not_white_space() -> None:
    def one(content: str | bytes, title: str = "") -> str:
        return item_digest(Item("Desk", "a", content, title=title))

    assert one("a b\nc", "T") == one("a  b c", " T")
    assert one(b"a b\r\nc") == one(b"a b\nc")
    assert len({one("a"), one("b"), one("a", "T"), one(b"\xe9"), one(b"\xe8")}) == 5

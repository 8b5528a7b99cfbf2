"""JSON Feeds, also those whose fields have other types than they should."""

import json
from typing import Any

import pytest

from monitor.ingest.feeds.entry import NotAFeedError
from monitor.ingest.feeds.jsonfeed import read_json

VERSION = "https://jsonfeed.org/version/1.1"


def feed(*items: Any, **keys: Any) -> str:
    return json.dumps({"version": VERSION, "items": list(items), **keys})


def test_an_entry_with_all_its_fields() -> None:
    item = {"id": "7", "url": "/seven", "title": "A & B", "content_html": "<p>Body</p>", "content_text": "Body",
            "date_published": "2024-03-01T10:00:00+01:00", "language": "fr-CA"}  # fmt: skip
    (entry,) = read_json(feed(item, language="en")).entries
    assert (entry.id, entry.url, entry.title, entry.content) == ("7", "/seven", "A &amp; B", "<p>Body</p>")
    assert entry.dates == ["2024-03-01T10:00:00+01:00"]
    assert entry.language == "fr-CA"


def test_plain_text_becomes_html_that_shows_the_same() -> None:
    assert read_json(feed({"content_text": "1 < 2 & <b>"})).entries[0].content == "1 &lt; 2 &amp; &lt;b&gt;"


def test_a_modified_date_stands_behind_the_published_one() -> None:
    item = {"date_modified": "2024-03-01", "date_published": "soon"}
    assert read_json(feed(item)).entries[0].dates == ["soon", "2024-03-01"]
    assert read_json(feed({"date_modified": "2024-03-01"})).entries[0].dates == ["2024-03-01"]


def test_the_first_author_and_attachment_and_all_tags() -> None:
    item = {"authors": [{"url": "/a"}, {"name": "Ana"}, {"name": "Bo"}], "author": {"name": "Old"},
            "attachments": ["x", {"mime_type": "a/b"}, {"url": "/a.mp3"}, {"url": "/b.mp3"}],
            "tags": ["x", 1, "y"]}  # fmt: skip
    (entry,) = read_json(feed(item)).entries
    assert (entry.author, entry.enclosure, list(entry.categories)) == ("Ana", "/a.mp3", ["x", "y"])
    assert read_json(feed({"author": {"name": "Old"}})).entries[0].author == "Old"


def test_the_language_of_the_feed() -> None:
    assert read_json(feed(language="fr-FR")).language == "fr-FR"


@pytest.mark.parametrize("odd", [None, 5, 1.5, True, [], {}, [1], {"a": 1}, "x"])
def test_fields_of_any_type_cost_at_most_themselves(odd: Any) -> None:
    keys = ("id", "url", "external_url", "title", "content_html", "content_text", "summary", "date_published",
            "date_modified", "language", "author", "authors", "attachments", "tags")  # fmt: skip
    entries = read_json(feed(dict.fromkeys(keys, odd), {"id": "good"}, language=odd)).entries
    assert entries[-1].id == "good"


def test_ids_may_be_numbers_and_entries_that_are_no_objects_are_left_out() -> None:
    assert [entry.id for entry in read_json(feed(1, {"id": 12}, "x", None)).entries] == ["12"]


@pytest.mark.parametrize(
    "text",
    ["{", "[]", "{}", '{"version": 1}', '{"version": "https://jsonfeed.org/version/1"}', '{"a":' * 100_000,
     f'{{"version": "{VERSION}", "items": {{}}}}', '{"version": "2.0", "items": []}', '{"a": ' + "1" * 5000 + "}"],
)  # fmt: skip
def test_other_json_is_not_a_feed(text: str) -> None:
    with pytest.raises(NotAFeedError):
        read_json(text)


WHOLE = feed(*({"id": str(n), "title": f"Titre {n}", "attachments": [{"url": "/a"}, {"url": "/b"}]} for n in range(20)))


@pytest.mark.parametrize(
    ("damaged", "lost"),
    [
        (WHOLE[: WHOLE.index('"18"')], 2),
        (WHOLE.replace("Titre 3", "Titre\n\t\x01 3"), 0),
        (WHOLE.replace("}]}]", "}]},]"), 0),
        (WHOLE.replace("Titre 7", 'Ti"tre 7'), 1),
        (WHOLE.replace('"title": "Titre 5",', '"title" "Titre 5",'), 1),
        (WHOLE.replace("Titre 9", "[" * 100_000 + '", "x": ' + "[" * 100_000), 1),
    ],
)
def test_whole_items_of_a_damaged_feed_arrive(damaged: str, lost: int) -> None:
    assert damaged != WHOLE
    found = {entry.id for entry in read_json(damaged).entries}
    assert found <= {str(number) for number in range(20)}
    assert len(found) == 20 - lost


def test_a_feed_of_damaged_items_only_is_given_up_in_time() -> None:
    with pytest.raises(NotAFeedError, match="not valid JSON"):
        read_json('{"version": "https://jsonfeed.org/version/1.1", "items": [' + '{"a" "b"}, ' * 100_000)

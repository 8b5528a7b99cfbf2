"""Texts that an examiner wrote without seeing the program, in the five layouts: every field as expected."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.model import Article, Item, Markup
from monitor.normalise import normalise
from monitor.text import fold

FOLDER = Path(__file__).parents[1] / "data" / "layouts"
EXPECTED = yaml.safe_load((FOLDER / "expected.yaml").read_text("utf-8"))
NOW = datetime(2026, 1, 5, tzinfo=UTC)


def squeezed(text: str | None) -> str:
    return " ".join((text or "").split())


def whole_words(text: str) -> str:
    found = re.findall(r"[^\W_]+", fold(text))
    return f" {' '.join(found)} "


def differences(article: Article, expected: dict[str, Any]) -> list[str]:
    """What is not as expected, a line a field."""
    lede, body = squeezed(article.lede), squeezed(article.body)
    text = squeezed(" ".join(filter(None, [article.title, article.lede, article.body])))
    checks = {
        "empty": lambda value: (not text) is value,
        "title": lambda value: squeezed(article.title).rstrip(".") == squeezed(value).rstrip("."),
        "title_derived": lambda value: article.title_derived is value,
        "lede_start": lambda value: lede.startswith(squeezed(value)),
        "lede_end": lambda value: lede.endswith(squeezed(value)),
        "lede_end_before_cut": lambda value: lede.rstrip(".… ").endswith(squeezed(value)),
        "body_start": lambda value: body.startswith(squeezed(value)),
        "body_end": lambda value: body.endswith(squeezed(value)),
        "body_paragraphs": lambda value: len(article.body.split("\n\n")) * bool(body) == value,
        "agency": lambda value: article.agency == value,
        "url": lambda value: article.url == value,
        "published": lambda value: (
            {"value": article.published.value, "precision": article.published.precision} == value
        ),
        "language": lambda value: article.language == value,
        "absent": lambda value: (
            not any(
                whole_words(word) in whole_words(text) if whole_words(word).strip() else word in text for word in value
            )
        ),
        "present": lambda value: all(squeezed(fold(word)) in squeezed(fold(text)) for word in value),
    }
    assert set(expected) - {"note"} <= set(checks)
    return [f"{key}: {value!r}" for key, value in expected.items() if key != "note" and not checks[key](value)]


@pytest.mark.parametrize("name", EXPECTED["files"])
def test_an_unseen_text_comes_out_right(name: str) -> None:
    item = Item(source="x", guid=name, content=(FOLDER / name).read_bytes())
    article = normalise(item, ["fr", "en"], NOW)
    assert differences(article, EXPECTED["files"][name]) == []


@pytest.mark.parametrize("fragment", EXPECTED["fragments"], ids=lambda one: one["id"])
def test_an_unseen_feed_entry_comes_out_right(fragment: dict[str, Any]) -> None:
    item = Item("x", fragment["id"], fragment["html"], Markup.HTML, fragment["feed_title"], "https://example.org/1")
    expected = {key: value for key, value in fragment["expect"].items() if key != "url"}
    assert differences(normalise(item, ["fr", "en"], NOW), expected) == []

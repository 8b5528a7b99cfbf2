"""Real articles: the questions that a news desk asked of five of them, and their answers."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.model import Article, Item
from monitor.normalise import normalise

SEEDS = Path(__file__).parents[2].parent / "shared" / "seeds"
ACTORS = "{poutine: {name: Vladimir Poutine, aliases: [Poutine]}}"


def read_seeds() -> list[Article]:
    files = sorted(SEEDS.glob("*.txt"))
    return [normalise(Item("", f.name, f.read_bytes()), ("fr", "en"), datetime(2026, 1, 1, tzinfo=UTC)) for f in files]


@pytest.mark.skipif(not SEEDS.exists(), reason="the five shared articles are not here")
@pytest.mark.parametrize(
    ("when", "count"),
    [
        ("{phrase: garanties de sécurité}", 3),
        ("{phrase: GARANTIE DE SECURITE}", 3),
        ("{near: {terms: [garantie, sécurité], within: 4}}", 4),
        ("{phrase: OTAN}", 5),
        ("{phrase: États-Unis}", 5),
        ("{phrase: {text: EU, case: true}}", 0),
        ("{phrase: EU}", 1),
        ("{actor: poutine}", 2),
        ("{phrase: [garanties de sécurité, garanties sécuritaires, garantie juridique]}", 5),
        ("{phrase: [Venezuela, Reuters, Kharkiv]}", 0),
    ],
)
def test_how_many_of_five_real_articles_a_condition_finds(match, when, count):
    found = [(article, one) for article in read_seeds() if (one := match(when, article, actors=ACTORS))]
    assert len(found) == count
    for article, one in found:
        assert one.evidence
        assert all(getattr(article, e.field)[e.start : e.end] == e.text for e in one.evidence)

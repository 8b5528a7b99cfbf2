"""What the hits over an archive say of rules."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.match import ENOUGH, Census
from monitor.match.lint.census import FEWEST_HITS, SAME, _pairs
from monitor.match.lint.findings import Kind

ACTORS = "actors:\n  zelensky: {name: Volodymyr Zelensky, aliases: [Zelensky, Ze]}\n  morel: {name: Luc Morel}\n"


def census(load, article, rules, *texts, languages=("fr", "en")):
    """The (kind, LINE:COL, message) of what articles say: each text as often as is told, the rest about nothing."""
    taken = Census(load(f"{ACTORS}rules:\n{rules}"), languages)
    for text, times in (*texts, ("Rien.", ENOUGH - sum(times for _, times in texts))):
        for _ in range(times):
            taken.add(article(text))
    found = taken.findings("of the last 90d")
    return [(one.kind, f"{one.problem.line}:{one.problem.column}", one.problem.message) for one in found]


def rule(when, id_="it"):
    return f"  - id: {id_}\n    when: {when}\n"


def at(when, text):
    """LINE:COL of a text in the condition of the first rule."""
    return f"6:{len('    when: ') + when.index(text) + 1}"


def test_it_matches_as_the_rules_do_and_counts(load, article):
    loaded = load(f"{ACTORS}rules:\n{rule('{phrase: gaz}', 'a')}{rule('{not: {phrase: gaz}}', 'b')}")
    taken = Census(loaded, ("fr",))
    for text in ("Le gaz.", "Le prix.", "Du gaz."):
        assert taken.add(article(text)) == loaded.match(article(text))
    assert (taken.articles, taken.hits) == (3, {"a": 2, "b": 1})


def test_a_few_articles_say_nothing(load, article):
    taken = Census(load(f"{ACTORS}rules:\n{rule('{phrase: [Rien, gaz]}')}"), ("fr",))
    for _ in range(ENOUGH - 1):
        taken.add(article("Rien."))
    assert taken.findings("") == []
    taken.add(article("Rien."))
    assert {one.kind for one in taken.findings("")} == {Kind.NEARLY_ALL, Kind.NO_HITS}


@pytest.mark.parametrize(
    ("when", "place", "what"),
    [
        ("{phrase: [gaz, pétrole]}", "pétrole", "'pétrole'"),
        ("{near: {terms: [[gaz, pétrole], prix], within: 3}}", "pétrole", "'pétrole'"),
        ("'gaz OR title:prix'", "prix", "'prix'"),
        ("{actor: [morel, zelensky], phrase: gaz}", "zelensky", "actor 'zelensky'"),
    ],
)
def test_a_term_without_hits_is_told_where_it_is_written(load, article, when, place, what):
    text = "Le prix du gaz, dit Luc Morel."
    (one,) = census(load, article, rule(when), (text, 5))
    message = f"{what} stands in none of 100 articles of the last 90d: look how the press writes it, or take it out"
    assert one == (Kind.NO_HITS, at(when, place), message)


def test_neither_an_alias_nor_what_is_excluded_needs_hits(load, article):
    when = "{actor: zelensky, not: {phrase: roman}}"
    assert census(load, article, rule(when), ("Selon Zelensky.", 5)) == []


@pytest.mark.parametrize(
    ("when", "texts", "place"),
    [
        ("{phrase: [gaz, pétrole]}", [("Le gaz.", 39), ("Le pétrole.", 1)], "gaz"),
        ("{phrase: [gaz, pétrole]}", [("Le gaz.", 38), ("Le pétrole.", 2)], None),
        ("{phrase: [gaz, pétrole]}", [("Le gaz.", FEWEST_HITS - 1), ("Pétrole", 0)], None),
        ("{phrase: [gaz, pétrole], actor: morel}", [("Le gaz, dit Luc Morel.", 30), ("Du pétrole.", 9)], "gaz"),
        ("{phrase: Morel, any: [{phrase: gaz}, {language: en}]}", [("Le gaz de Morel.", 30)], "gaz"),
        (
            "{near: {terms: [[gaz, pétrole], prix], within: 2}}",
            [("Prix du gaz. Loin de là, le pétrole.", 39), ("Le prix du pétrole. Loin de là, le gaz.", 1)],
            "gaz",
        ),
        (
            "{near: {terms: [[gaz, pétrole], prix], within: 2}}",
            [("Le prix du gaz. Loin de là, le pétrole.", 30), ("Le prix du pétrole. Loin de là, le gaz.", 9)],
            None,
        ),
        (
            "{any: [{near: {terms: [[gaz, pétrole], prix], within: 2}}, {phrase: Morel, language: fr}]}",
            [("Prix du gaz.", 1), ("Prix du pétrole.", 1), ("Luc Morel.", 30)],
            None,
        ),
        ("{actor: zelensky}", [("Selon Zelensky.", 40)], None),
        ("{at_least: {count: 2, of: [{phrase: [gaz, pétrole]}, {phrase: prix}]}}", [("Prix, gaz, pétrole.", 40)], None),
    ],
)
def test_a_term_that_alone_carries_a_rule_is_told(load, article, when, texts, place):
    found = [one for one in census(load, article, rule(when), *texts) if one[0] is not Kind.NO_HITS]
    assert [one[:2] for one in found] == ([(Kind.ONE_TERM, at(when, place))] if place else [])
    assert all("alone brings" in message for *_, message in found)


def test_a_rule_that_matches_more_than_half_is_told(load, article):
    assert census(load, article, rule("{phrase: gaz}"), ("Le gaz.", 50)) == []
    (one,) = census(load, article, rule("{phrase: gaz}"), ("Le gaz.", 51))
    assert one[:2] == (Kind.NEARLY_ALL, "5:9")
    assert "51 of 100 articles of the last 90d (51 %): ask for more" in one[2]


def test_rules_with_the_same_hits_are_told_once(load, article):
    rules = rule("{phrase: gaz}", "a") + rule("{phrase: [prix, coût]}", "b") + rule("{phrase: du gaz}", "c")
    texts = [("Le prix du gaz.", 20), ("Un coût.", 3)]
    (one,) = census(load, article, rules, *texts)
    assert one[:2] == (Kind.SAME_HITS, "9:9")
    assert "rule 'c' and rule 'a' (" in one[2]
    assert "rules1.yaml:5) have 100% of their hits of the last 90d in common: make them one" in one[2]
    assert census(load, article, rules, ("Le prix du gaz.", 19), ("Un coût.", 3)) == []


def test_a_spelling_is_told_at_the_alias_it_is_close_to(load, article):
    (one,) = census(load, article, rule("{actor: zelensky}"), ("Selon Zelenski.", 3), ("Selon Zelensky.", 1))
    assert one[:2] == (Kind.SPELLING, f"2:{ACTORS.splitlines()[1].index('Zelensky, Ze') + 1}")
    assert one[2] == (
        "'Zelenski' stands 3 times in 100 articles of the last 90d and is not found, 'Zelensky' is: if it is the same, "
        "make it an alias of actor 'zelensky', or write fuzzy: 1"
    )
    texts = [("Selon Zelenski.", 2), ("Selon Zelensky.", 1)]
    assert census(load, article, rule("{actor: zelensky}"), *texts) == []


@settings(deadline=None, max_examples=200)
@given(st.lists(st.tuples(st.integers(0, 3), st.sets(st.integers(0, 60), max_size=3)), min_size=2, max_size=6))
def test_no_pair_of_rules_that_share_nearly_all_is_missed(drawn):
    bases = [set(range(start, start + 30)) for start in (0, 3, 30, 33)]
    hits = {f"r{number}": sorted(bases[base] ^ more) for number, (base, more) in enumerate(drawn)}
    hits = {id_: found for id_, found in hits.items() if len(found) >= FEWEST_HITS}
    names = list(hits)
    expected = {
        later
        for at, later in enumerate(names)
        if any(
            len({*hits[later]} & {*hits[earlier]}) > SAME * len({*hits[later]} | {*hits[earlier]})
            for earlier in names[:at]
        )
    }
    assert {later for later, *_ in _pairs(hits)} == expected

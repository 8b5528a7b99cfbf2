"""Facts, and a condition that contradicts them -> why it can never be as wanted, in words with what to do."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.match.conditions import (
    AllOf,
    AnyTerm,
    AtLeast,
    Condition,
    LanguageIs,
    Named,
    Near,
    Not,
    Regex,
    SourceIs,
    Term,
)
from monitor.match.lint.covering import misfit, near_in_near, near_in_text, phrases
from monitor.match.lint.facts import Doubt, Facts, covering, two_names

_AT_ONCE = "is asked for and excluded at once: take one of the two out"


def doubt(facts: Facts, part: Condition, wanted: bool, *, whole: bool) -> Doubt:
    """Why a part can never be as wanted."""
    while isinstance(part, Not):
        part, wanted = part.of, not wanted
    if wanted and part in facts.dead:
        return facts.dead[part]._replace(whole=whole)
    found = Doubt(part, f"a condition {_AT_ONCE}", whole)
    match part:
        case AllOf() | AtLeast() if wanted:
            found = _lacking(facts, part, whole)
        case AnyTerm():
            found = _of_terms(facts, part, wanted, whole)
        case Near():
            found = _of_near(facts, part, wanted, whole)
        case SourceIs():
            found = _of_source(facts, part, whole)
        case LanguageIs():
            found = found._replace(why=_about_language(facts, part, wanted))
        case Regex():
            found = found._replace(why=f"the expression '{part.text}' {_AT_ONCE}")
    return found


def _lacking(facts: Facts, part: AllOf | AtLeast, whole: bool) -> Doubt:
    """Why not enough of several conditions can hold."""
    false = [one for one in part.of if facts.value(one) is False]
    if isinstance(part, AtLeast) and 0 < len(false) < len(part.of):
        left = len(part.of) - len(false)
        return Doubt(part, f"only {left} of {len(part.of)} conditions can hold, and {part.count} must: see each", whole)
    if false:
        return doubt(facts, false[0], True, whole=whole)
    return Doubt(part, f"a condition {_AT_ONCE}", whole)


def _of_terms(facts: Facts, part: AnyTerm, wanted: bool, whole: bool) -> Doubt:
    if wanted:
        by = facts.excluding(part.terms)
        return Doubt(part.of[0], excluded(part.of[0], by) if by else f"{named(part.of[0])} {_AT_ONCE}", whole)
    for asked in facts.asked():  # wherever one of these occurs, so does one of the excluded texts
        by = covering(part.terms, asked.terms[0], facts.reading)
        if by and all(covering(part.terms, term, facts.reading) for term in asked.terms):
            near = next((one for one in facts.nears(True) if phrases(one) == asked.terms), None)
            return Doubt(near or asked.of[0], excluded(asked.of[0], by), whole)
    return Doubt(part.of[0], f"{named(part.of[0])} {_AT_ONCE}", whole)


def _of_near(facts: Facts, near: Near, wanted: bool, whole: bool) -> Doubt:
    how, together = facts.reading, _together(near)
    if not wanted:
        asked = [_together(one) for one in facts.nears(True) if near_in_near(near, one, how)]
        asked += [named(one.of[0]) for one in facts.present if all(near_in_text(near, term, how) for term in one.terms)]
        return Doubt(near, _contradicted(asked[0] if asked else together, together), whole)
    if why := misfit(near):
        return Doubt(near, why, whole)
    for choice in near.terms:
        if facts.value(choice) is False:
            return _of_terms(facts, choice, True, whole)
    by = [_together(one) for one in facts.nears(False) if near_in_near(one, near, how)]
    if not by and (term := facts.excluding(phrases(near))):
        by = [named(term)]
    return Doubt(near, _contradicted(together, by[0] if by else together), whole)


def _together(near: Near) -> str:
    """A `near` as messages call it."""
    return " near ".join(named(choice.of[0]) for choice in near.terms)


def _contradicted(asked: str, by: str, also: str = "") -> str:
    if asked == by:
        return f"{asked} {_AT_ONCE}"
    return f"{asked} is asked for, but every text with {by} is excluded{also}: take one of the two out"


def _of_source(facts: Facts, part: SourceIs, whole: bool) -> Doubt:
    names = ", ".join(sorted((part.names or frozenset()) | (part.tags or frozenset())))
    asked = [one.names for one in (part, *facts.sources) if one.names]
    if asked and not two_names(asked):
        return Doubt(part, f"an article has a source and an agency, no third name: take '{names}' out", whole)
    return Doubt(part, f"the source '{names}' {_AT_ONCE}", whole)


def _about_language(facts: Facts, part: LanguageIs, wanted: bool) -> str:
    asked, languages = ", ".join(sorted(part.languages)), facts.languages
    if not wanted or languages.known is None or languages.excluded & part.languages:
        return f"the language '{asked}' {_AT_ONCE}"
    possible = ", ".join(sorted(languages.known - languages.excluded)) or "none of these"
    remedy = "change `language`, or `languages` of the rule or of monitor.yaml"
    return f"the language must be {asked}, but can only be {possible}: {remedy}"


def named(choice: Term | Named) -> str:
    """A text or an actor as messages call it."""
    return f"actor '{choice.id}'" if isinstance(choice, Named) else f"'{choice.text}'"


def excluded(choice: Term | Named, by: Term) -> str:
    """Why a text or actor that is asked for cannot occur where another text must not."""
    also = "" if isinstance(choice, Term) and _within(_folded(by), _folded(choice)) else ", which finds it, too"
    return _contradicted(named(choice), named(by), also)


def _folded(term: Term) -> list[str]:
    return [word.folded for word in term.words]


def _within(short: Sequence[str], long: Sequence[str]) -> bool:
    """Whether words stand among others, in this order and side by side."""
    return any([*long[at : at + len(short)]] == [*short] for at in range(len(long)))

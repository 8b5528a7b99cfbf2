"""Matchers as they are written x what there is -> those that name nothing, and routes to which no alert ever comes.

These are no mistakes: a rule or a source may be added later.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from monitor.alert import EVENTS, TAG, Matcher, Route, nodes_of
from monitor.errors import Problem
from monitor.ingest import FeedSource, FileSource
from monitor.match import Rule
from monitor.text import fold
from monitor.yaml import YamlFile, suggestion

Known = Mapping[str, Collection[str]]
"""What an alert may have, by the key of matchers; a key that is missing: nobody knows."""

_OTHER = "other"  # the language of an article in none of those that are looked for
_NOTHING = {
    "rule": "no rule has the id '{}'",
    "tag": "no rule has the tag '{}'",
    "language": "no article has the language '{}': those that are looked for stand under 'languages'",
    "source": "no source is named '{}'",
    "source_tag": "no source has the tag '{}'",
}
_ONE_OF = ("rule", "level", "language", "source")  # of which an alert has one at most, unlike tags


def known(
    rules: Mapping[str, Rule] | None, sources: Iterable[FileSource | FeedSource] | None, languages: Iterable[str] | None
) -> Known:
    """What alerts may have, by the rules, the sources and the languages there are; None of what nobody knows."""
    found: dict[str, Collection[str]] = {}
    if rules is not None:
        found["rule"] = {*rules, *EVENTS}
        found["tag"] = {TAG, *(tag for rule in rules.values() for tag in rule.tags)}
    if sources is not None:
        polled = list(sources)
        found["source"] = {one.name for one in polled}
        found["source_tag"] = {tag for one in polled for tag in one.tags}
    if languages is not None:
        found["language"] = {*languages, _OTHER}
    return found


def stranger(key: str, value: str, there: Known) -> str | None:
    """What to say of a value in a matcher that no alert can have, None for all others."""
    if key not in there or value in there[key]:
        return None
    if key == "source" and fold(value) in map(fold, there[key]):
        return None
    other = {"tag": "source_tag", "source_tag": "tag"}.get(key, "")
    if value in there.get(other, ()):
        owner = "sources" if key == "tag" else "rules"
        return f"{_NOTHING[key].format(value)}, but {owner} have it (did you mean '{other}'?)"
    return _NOTHING[key].format(value) + suggestion(value, there[key])


def strangers(file: YamlFile, there: Known) -> list[Problem]:
    """Every such value in the routes, silences and inhibitions of a configuration."""
    found = []
    for loc, written in _matchers(file.data):
        for key, values in written.items():
            several = isinstance(values, list)
            for index, value in enumerate(values if several else [values]):
                at = (*loc, key, index) if several else (*loc, key)
                if isinstance(value, str) and (doubt := stranger(key, value, there)):
                    found.append(file.problem(at, doubt))
    return found


def _matchers(data: Any) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """Every (location, matcher) as it is written."""
    for loc, node in nodes_of(data.get("route"), ("route",)):
        yield (*loc, "match"), node.get("match", {})
    for section, keys in (("silences", ("match",)), ("inhibit", ("source", "target"))):
        for index, one in enumerate(data.get(section) or ()):
            yield from (((section, index, key), one[key]) for key in keys)


def unreachable(
    file: YamlFile, node: Route, loc: tuple[str | int, ...] = ("route",), around: Sequence[Matcher] = ()
) -> Iterator[Problem]:
    """Routes to which no alert comes, as far as that is simple: an earlier one takes all, or one around it none.

    `around` is what the routes around those of `node` ask, the root nothing.
    """
    earlier: list[tuple[int, Matcher]] = []
    for index, child in enumerate(node.routes):
        at, asked = (*loc, "routes", index), (*around, child.match)
        taker = next((one for one in earlier if _covers(one[1], asked)), None)
        if taker:
            line = file.problem((*loc, "routes", taker[0]), "").line
            why = f"the route in line {line} ({taker[1]}) takes all that it asks for; continue: true there lets it pass"
            yield file.problem((*at, "match"), f"no alert comes to this route: {why}")
        elif other := next((one for one in around if _contradicts(one, child.match)), None):
            yield file.problem((*at, "match"), f"no alert comes to this route: one around it takes only {other}")
        else:
            yield from unreachable(file, child, at, asked)
            if not child.go_on:
                earlier.append((index, child.match))


def _covers(match: Matcher, asked: Sequence[Matcher]) -> bool:
    """Whether what fits all of `asked` fits `match` for certain: each key of it is asked for no less strictly."""
    wanted = {key: values for key in Matcher.model_fields if (values := _values(match, key))}
    return all(any((has := _values(one, key)) and has <= values for one in asked) for key, values in wanted.items())


def _contradicts(match: Matcher, other: Matcher) -> bool:
    """Whether nothing fits both."""
    pairs = ((_values(match, key), _values(other, key)) for key in _ONE_OF)
    return any(one and two and one.isdisjoint(two) for one, two in pairs)


def _values(match: Matcher, key: str) -> set[str]:
    values: tuple[str, ...] = getattr(match, key)
    return set(map(fold, values)) if key == "source" else set(values)

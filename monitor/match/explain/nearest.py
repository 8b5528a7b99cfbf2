"""A leaf of a rule that does not hold -> why not, in words, and the nearest leaf that would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from monitor.match.conditions import AnyTerm, Condition, LanguageIs, Near, Regex, SourceIs
from monitor.match.explain.miss import Change, Choices, Miss, listed, widened
from monitor.match.explain.proximity import Proximity
from monitor.match.explain.variation import FIELD_COST, FORM_COST, in_fields
from monitor.match.passages import Evaluation, Hit, Page, same_name
from monitor.match.regex import PatternError
from monitor.match.written import Terms
from monitor.model import FIELDS
from monitor.plain import one_line

_SOURCE_COST = 40
LANGUAGE_COST = 15
_LINE = 80  # characters of a line that was stripped


class Nearest:
    """Tells why leaves do not hold on one page."""

    def __init__(self, page: Page, evaluation: Evaluation) -> None:
        self._page = page
        self._evaluation = evaluation

    @cached_property
    def _choices(self) -> Choices:
        return Choices(self._page, self._evaluation)

    def miss(self, leaf: Condition) -> Miss:
        """Why a leaf does not hold; what was stripped from the article is told first."""
        found = self._miss(leaf)
        if line := self._stripped(leaf):
            told = f"found only in boilerplate: {one_line(line, limit=_LINE)}"
            return replace(found, because=f"{told}; {found.because}" if found.condition else told)
        return found

    def _miss(self, leaf: Condition) -> Miss:
        match leaf:
            case AnyTerm():
                return self._choices.miss(leaf)
            case Near():
                return Proximity(self._page, self._evaluation, self._choices).miss(leaf)
            case Regex():
                return min(self._expressions(leaf), key=lambda one: one.cost)
            case SourceIs():
                return self._source(leaf)
            case LanguageIs():
                return self._language(leaf)
            case _:
                raise AssertionError(leaf)

    # ---- Facts ----

    def _language(self, wanted: LanguageIs) -> Miss:
        language = self._page.article.language
        because = f"language {language or 'unknown'}, rule says {' or '.join(sorted(wanted.languages))}"
        if language is None:
            return Miss(because)
        change = Change(f"language: add {language}", "")
        return Miss(because, LANGUAGE_COST, LanguageIs(wanted.languages | {language}), (change,))

    def _source(self, wanted: SourceIs) -> Miss:
        """The facts that differ; they can be added where the article has any."""
        article = self._page.article
        told, added = [], []
        names, tags = wanted.names, wanted.tags
        own = [name for name in (article.source, article.agency) if name]
        if names is not None and names.isdisjoint(map(same_name, own)):
            is_named = f"source is {article.source or 'unknown'}, agency {article.agency or 'unknown'}"
            told.append(f"{is_named}, rule says {' or '.join(sorted(names))}")
            names = names | {same_name(name) for name in own[:1]}
            added.append(f"name: add {own[0]}" if own else "")
        if tags is not None and tags.isdisjoint(article.tags):
            told.append(f"tags are {listed(article.tags) if article.tags else 'none'}, rule says {_or(tags)}")
            tags = tags | {*article.tags[:1]}
            added.append(f"tag: add {article.tags[0]}" if article.tags else "")
        if not all(added):
            return Miss("; ".join(told))
        return Miss("; ".join(told), _SOURCE_COST, SourceIs(names, tags), (Change(", ".join(added), ""),))

    # ---- Expressions ----

    def _expressions(self, regex: Regex) -> Iterator[Miss]:
        """The expression in another field, in other capitals, and both."""
        yield Miss("the expression fits nowhere")
        for anycase in (False, True):
            text = f"(?i){regex.text}" if anycase else regex.text
            try:
                wide = Terms().of_regex(text, FIELDS)
            except PatternError:
                return
            if (hits := self._evaluation.hits(wide)) is None:
                continue
            hit = min(hits, key=lambda one: self._field(one) not in regex.fields, default=None)
            fields = widened(regex.fields, self._field(hit)) if hit else FIELDS
            found = f"'{self._choices.quoted(hit)}'" if hit else "it"
            because = [f"{found} fits only without regard to capitals"] if anycase else []
            says = [f"regex: {text}"] if anycase else []
            if fields != regex.fields:
                because.append(
                    f"{found} stands in {self._field(hit) if hit else 'another field'}, not in {_or(regex.fields)}"
                )
                says.append(f"in: {listed(fields)}")
            cost = (FORM_COST if anycase else 0) + (FIELD_COST if fields != regex.fields else 0)
            changed = Terms().of_regex(text, fields)
            yield Miss("; ".join(because), cost, changed, (Change(", ".join(says), ""),))

    def _field(self, hit: Hit) -> str:
        return self._page.fields[self._page.field(hit.first)][0]

    # ---- What was taken out of the article ----

    def _stripped(self, leaf: Condition) -> str | None:
        """The line that the leaf, or a text of it that occurs nowhere else, would have found there."""
        if not self._page.article.boilerplate:
            return None
        match leaf:
            case Near():
                lost = [one for one in leaf.terms if self._evaluation.hits(one) is None]
                near = replace(leaf, terms=tuple(in_fields(one, FIELDS) for one in leaf.terms))
                return self._line(near) or next((line for one in lost if (line := self._stripped(one))), None)
            case AnyTerm():
                return self._line(in_fields(leaf, FIELDS))
            case Regex():
                return self._line(Terms().of_regex(leaf.text, FIELDS))
            case _:
                return None

    def _line(self, leaf: Condition) -> str | None:
        text, evaluation = self._around
        if not (hits := evaluation.hits(leaf)):
            return None
        first = min(hit.start for hit in hits)
        return text[text.rfind("\n", 0, first) + 1 :].partition("\n")[0]

    @cached_property
    def _around(self) -> tuple[str, Evaluation]:
        """What was stripped, as the body of an article of its own."""
        text = "\n".join(self._page.article.boilerplate)
        article = replace(self._page.article, title="", title_derived=False, lede="", body=text)
        return text, Evaluation(Page(article, self._page.languages))


def _or(values: frozenset[str] | tuple[str, ...]) -> str:
    return " or ".join(values if isinstance(values, tuple) else sorted(values))

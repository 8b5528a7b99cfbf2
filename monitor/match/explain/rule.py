"""A rule and an article -> why it matches or not: its tree, the nearest miss, the smallest change that would match."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.match.conditions import AllOf, AtLeast, Condition, Not
from monitor.match.explain.mending import Plan, headed, mended, written
from monitor.match.explain.miss import Change, Miss
from monitor.match.explain.nearest import Nearest
from monitor.match.explain.variation import Variations
from monitor.match.explain.veto import Vetoes
from monitor.match.passages import Evaluation, Page
from monitor.match.ruleset import Rule
from monitor.model import Article, Evidence
from monitor.plain import one_line

_FEW = 3  # passages named in a sentence
_QUOTED = 60  # characters of each


@dataclass(frozen=True, slots=True)
class ExplainedNode:
    """A condition of the rule in its own words, whether it holds, and the passages that make it hold.

    `because` says why a leaf does not hold, or what a `not` found; None where nothing is to be said. `of` are the
    conditions inside; those of a condition that is as it should be are shown without a reason.
    """

    written: str
    held: bool
    evidence: tuple[Evidence, ...] = ()
    because: str | None = None
    of: tuple[ExplainedNode, ...] = ()


@dataclass(frozen=True, slots=True)
class Remedy:
    """The smallest change found under which the rule matches the article: what to write, and the rule after it."""

    changes: tuple[Change, ...]
    rule: Rule


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a rule matches an article (`misses` empty, no remedy) or not.

    `misses` are the reasons for which it does not, as far as they count: of an `any` only that of the nearest one.
    `languages` tells whether the rule looks at articles in this language at all.
    """

    rule: Rule
    matched: bool
    languages: bool
    tree: ExplainedNode
    misses: tuple[str, ...] = ()
    remedy: Remedy | None = None


def explained(rule: Rule, article: Article, languages: Sequence[str]) -> Explanation:
    """Why a rule matches an article or not; `languages` are those an article of unknown language may be in."""
    page = Page(article, languages)
    evaluation = Evaluation(page)
    held = evaluation.hits(rule.condition) is not None
    reads = rule.reads(article.language)
    node, plan = _Explainer(page, evaluation).explained(rule.condition, None if held else True)
    if held and reads:
        return Explanation(rule, True, True, node)
    misses, changes, remedied = plan.misses, plan.changes, rule
    if not reads:
        misses = (f"language {article.language}, rule says {' or '.join(rule.languages)}", *misses)
        changes = (Change(f"languages: add {article.language}", ""), *changes)
        remedied = replace(rule, languages=(*rule.languages, str(article.language)))
    condition = _everywhere(plan)
    if condition is None or evaluation.hits(condition) is None:
        return Explanation(rule, False, reads, node, misses)
    return Explanation(rule, False, reads, node, misses, Remedy(changes, replace(remedied, condition=condition)))


def _everywhere(plan: Plan) -> Condition | None:
    """The condition of a plan; a name written otherwise counts wherever the rule names its actor."""
    condition, variations = plan.condition, Variations()
    for change in plan.changes:
        if condition is not None and change.actor is not None and change.alias is not None:
            condition = variations.everywhere(condition, change.actor, change.alias)
    return condition


class _Explainer:
    """Walks the tree; `want` is whether a condition should hold, None where it does not matter."""

    def __init__(self, page: Page, evaluation: Evaluation) -> None:
        self._evaluation = evaluation
        self._nearest = Nearest(page, evaluation)
        self._vetoes = Vetoes(page, evaluation)

    def explained(self, condition: Condition, want: bool | None) -> tuple[ExplainedNode, Plan]:
        """A condition as a node, and how it becomes what it should be."""
        hits = self._evaluation.hits(condition)
        held = hits is not None
        if held == want:
            want = None
        match condition:
            case AllOf() | AtLeast():
                return self._several(condition, held, want)
            case Not():
                return self._not(condition, held, want)
        node = ExplainedNode(written(condition), held, self._evaluation.evidence(hits or ()))
        if want is None:
            return node, Plan(0, condition)
        miss = self._nearest.miss(condition) if want else self._vetoes.lifted(condition)
        return replace(node, because=miss.because or None), _planned(condition, miss)

    def _not(self, condition: Not, held: bool, want: bool | None) -> tuple[ExplainedNode, Plan]:
        inner, plan = self.explained(condition.of, None if want is None else not want)
        because = f"excluded by not: {_excluding(inner) or written(condition.of)}" if want else None
        node = ExplainedNode("not", held, because=because, of=(inner,))
        changed = None if plan.condition is None else Not(plan.condition)
        misses = (because,) if because else plan.misses
        return node, replace(plan, condition=changed, misses=misses)

    def _several(self, condition: AllOf | AtLeast, held: bool, want: bool | None) -> tuple[ExplainedNode, Plan]:
        """Conditions over conditions: those that are as they should be stay."""
        head = headed(condition)
        inner = [self.explained(one, want) for one in condition.of]
        nodes = [node for node, _ in inner]
        because = None
        if want and isinstance(condition, AtLeast) and condition.count > 1:
            because = f"{head}: {sum(node.held for node in nodes)} held"
        plan = Plan(0, condition) if want is None else mended(condition, [plan for _, plan in inner], want)
        return ExplainedNode(head, held, because=because, of=tuple(nodes)), plan


def _planned(leaf: Condition, miss: Miss) -> Plan:
    """The miss of a leaf as a plan; a change that stands on the leaf itself names it in the rule's words."""
    changes = tuple(replace(one, on=written(leaf) if one.on in ("", "near") else one.on) for one in miss.changes)
    return Plan(miss.cost, miss.condition, changes, (miss.because,) if miss.because else ())


def _excluding(node: ExplainedNode) -> str:
    """The passages that a condition under `not` found."""
    told = list(dict.fromkeys(f"'{one_line(one.text, limit=_QUOTED)}' in {one.field}" for one in _passages(node)))
    return ", ".join(told[:_FEW]) + (f" and {len(told) - _FEW} more" if len(told) > _FEW else "")


def _passages(node: ExplainedNode) -> list[Evidence]:
    """The passages of the leaves that hold."""
    if not node.held:
        return []
    return [*node.evidence, *(one for inner in node.of for one in _passages(inner))]

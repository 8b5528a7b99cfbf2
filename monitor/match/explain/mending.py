"""Conditions over conditions, and what each of them would cost to change -> the cheapest change of the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import yaml

from monitor.match.conditions import AllOf, AtLeast, Condition, every
from monitor.match.explain.miss import NEVER, Change
from monitor.match.written import to_mapping

_COUNT_COST = 80
"""The cost of one condition fewer, or more, in `at_least`."""
_OUT_COST = 200
"""The cost of taking a whole condition out: more than that of most changes inside it."""
_FEW = 3  # conditions of an `any` whose reasons are told where no change of them is near


@dataclass(frozen=True, slots=True)
class Plan:
    """How a condition becomes what it should be: at what cost, as which condition (None: not at all), and why."""

    cost: int
    condition: Condition | None
    changes: tuple[Change, ...] = ()
    misses: tuple[str, ...] = ()


def mended(condition: AllOf | AtLeast, plans: Sequence[Plan], want: bool) -> Plan:
    """The cheapest way to make several conditions hold, or not hold, together.

    `plans` are those of the conditions in order; one that is as it should be costs nothing.
    """
    if isinstance(condition, AllOf):
        return _all(condition, plans) if want else _not_all(condition, plans)
    return _enough(condition, plans) if want else _too_few(condition, plans)


def _all(condition: AllOf, plans: Sequence[Plan]) -> Plan:
    pairs = zip(condition.of, plans, strict=True)
    chosen = [min(plan, _out(one, plan), key=lambda plan: plan.cost) for one, plan in pairs]
    if kept := [plan.condition for plan in chosen if plan.condition is not None]:
        return _joined(chosen, every(kept))
    return _impossible(plans)


def _not_all(condition: AllOf, plans: Sequence[Plan]) -> Plan:
    """One that does not hold is enough."""
    at = min(range(len(plans)), key=lambda index: plans[index].cost)
    if (changed := plans[at].condition) is None:
        return _impossible(plans)
    return _joined([plans[at]], AllOf((*condition.of[:at], changed, *condition.of[at + 1 :])))


def _enough(condition: AtLeast, plans: Sequence[Plan]) -> Plan:
    """The cheapest of those that fail are changed, or `count` is lowered, or both."""
    failing = sorted((at for at, plan in enumerate(plans) if plan.cost), key=lambda at: plans[at].cost)
    lacking = condition.count - (len(plans) - len(failing))
    found = []
    for fewer in range(min(lacking, condition.count - 1) + 1):
        changed = failing[: lacking - fewer]
        if all(plans[at].condition is not None for at in changed):
            of = tuple(plans[at].condition or one if at in changed else one for at, one in enumerate(condition.of))
            count = condition.count - fewer
            lowered = [_count(condition, count, fewer)] if fewer else []
            found.append(_joined([*lowered, *(plans[at] for at in changed)], AtLeast(count, of)))
    return min(found, key=lambda plan: plan.cost) if found else _impossible([plans[at] for at in failing])


def _too_few(condition: AtLeast, plans: Sequence[Plan]) -> Plan:
    """The cheapest of those that hold are changed or taken out, or `count` is raised."""
    holding = [at for at, plan in enumerate(plans) if plan.cost]
    surplus = len(holding) - condition.count + 1
    raised = condition.count + surplus
    found = []
    if raised <= len(plans):
        found.append(_joined([_count(condition, raised, surplus)], AtLeast(raised, condition.of)))
    ways = {at: min(plans[at], _out(condition.of[at], plans[at]), key=lambda plan: plan.cost) for at in holding}
    chosen = {at: ways[at] for at in sorted(holding, key=lambda at: ways[at].cost)[:surplus]}
    of = [chosen[at].condition if at in chosen else one for at, one in enumerate(condition.of)]
    if len(left := tuple(one for one in of if one is not None)) >= condition.count:
        found.append(_joined(list(chosen.values()), AtLeast(condition.count, left)))
    return min(found, key=lambda plan: plan.cost) if found else _impossible(plans)


def _out(condition: Condition, plan: Plan) -> Plan:
    """The condition taken out, unless it is as it should be."""
    if not plan.cost:
        return plan
    return Plan(_OUT_COST, None, (Change(f"take out {written(condition)}", ""),), plan.misses)


def _count(condition: AtLeast, count: int, steps: int) -> Plan:
    head = headed(condition)
    miss = (f"{head}: {condition.count - steps} held",) if count < condition.count else ()
    return Plan(_COUNT_COST * steps, None, (Change(f"count: {count}", head),), miss)


def _joined(plans: Sequence[Plan], whole: Condition) -> Plan:
    changes = tuple(change for plan in plans for change in plan.changes)
    return Plan(sum(plan.cost for plan in plans), whole, changes, tuple(miss for plan in plans for miss in plan.misses))


def _impossible(plans: Sequence[Plan]) -> Plan:
    return Plan(NEVER, None, (), tuple(miss for plan in plans for miss in plan.misses)[:_FEW])


def headed(condition: AllOf | AtLeast) -> str:
    """The first words of a condition over conditions."""
    if isinstance(condition, AllOf):
        return "all"
    return "any" if condition.count == 1 else f"at_least {condition.count} of {len(condition.of)}"


def written(condition: Condition) -> str:
    """A condition as a rule file holds it, in one line: `phrase: [a, b], in: title`."""
    keys = to_mapping(condition).items()
    return ", ".join(f"{key}: {_flow(value)}" for key, value in keys)


def _flow(value: object) -> str:
    # Inside a list no value is so plain that the dumper ends the document behind it.
    line = yaml.safe_dump([value], default_flow_style=True, allow_unicode=True, sort_keys=False, width=float("inf"))
    return line.strip()[1:-1]

"""Alert x what was told of its story -> the rule by which something that matters more hides it, if any."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator

from monitor.alert.routing.matching import RuleMatcher, Told
from monitor.model import Alert, Level
from monitor.values import Written, listed

Equal = Literal["story", "level", "tag"]
_RANK = {level: rank for rank, level in enumerate(Level)}


def _something(matcher: RuleMatcher) -> RuleMatcher:
    if not (matcher.rule or matcher.level or matcher.tag):
        raise ValueError("must name a rule, level or tag")
    return matcher


def _of_a_story(equal: tuple[Equal, ...]) -> tuple[Equal, ...]:
    if "story" not in equal:
        raise ValueError("must name story: only alerts of one story hide each other")
    return equal


class InhibitRule(Written):
    """An alert that fits `source` hides, once it is told, those of its story that fit `target`.

    `equal` says what else both must have in common, `tag` all of their tags.
    """

    source: Annotated[RuleMatcher, AfterValidator(_something)]
    target: Annotated[RuleMatcher, AfterValidator(_something)]
    equal: Annotated[tuple[Equal, ...], BeforeValidator(listed), AfterValidator(_of_a_story)] = ("story",)

    def __str__(self) -> str:
        """In words: `level critical hides level low or info`."""
        return f"{self.source} hides {self.target}"

    def hides(self, told: Told, alert: Told) -> bool:
        """Whether one alert hides another of the same story; never one of the same rule.

        What fits both sides is not hidden by what fits both too: else two would hide each other (as in Alertmanager).
        """
        return (
            told.rule != alert.rule
            and self.source.fits(told)
            and self.target.fits(alert)
            and not (self.source.fits(alert) and self.target.fits(told))
            and ("level" not in self.equal or told.level == alert.level)
            and ("tag" not in self.equal or set(told.tags) == set(alert.tags))
        )


def inhibited(alert: Alert, rules: Iterable[InhibitRule], told: Sequence[Told]) -> InhibitRule | None:
    """The rule by which one of the alerts told of its story hides an alert; one of no story is never hidden."""
    if not alert.story:
        return None
    return next((rule for rule in rules if any(rule.hides(one, alert) for one in told)), None)


def by_weight(alerts: Iterable[Alert]) -> list[Alert]:
    """Alerts that are raised together in the order in which they are told: what may hide others comes first."""
    return sorted(alerts, key=lambda one: -_RANK[one.level])

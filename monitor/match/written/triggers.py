"""The `alert:` of a rule as written -> its trigger: what must happen over time before it alerts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Self

from pydantic import Field, model_validator

from monitor.model import FirstMention, Quiet, Sources, Spike, Trigger
from monitor.values import PositiveDuration, Written

WITHIN = timedelta(hours=1)
"""In which sources must tell of a story unless the rule says otherwise."""

WINDOW = timedelta(days=1)
"""Whose matches are compared with those of other days unless a spike says otherwise."""

MOST = timedelta(days=366)
"""How far back a trigger may look: what a rule matched earlier is of another time."""

MOST_ACTORS = 10
"""How many actors a first mention may name."""

_KINDS = ("sources", "first_mention", "spike", "quiet")


class WrittenFirstMention(Written):
    """The actors that are to appear together, for the first time in how long."""

    actors: Annotated[list[str], Field(min_length=1, max_length=MOST_ACTORS)]
    within: PositiveDuration = timedelta(days=90)


class WrittenSpike(Written):
    """How many times the usual volume, `against` what time before, in a window `within` which it is counted."""

    factor: Annotated[float, Field(gt=1, le=1000)]
    against: PositiveDuration = timedelta(days=14)
    within: PositiveDuration = WINDOW


class WrittenTrigger(Written):
    """Exactly one of the kinds; `within` belongs to `sources`."""

    sources: Annotated[int, Field(ge=2, le=100)] | None = None
    within: PositiveDuration | None = None
    first_mention: WrittenFirstMention | None = None
    spike: WrittenSpike | None = None
    quiet: PositiveDuration | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if sum(getattr(self, kind) is not None for kind in _KINDS) != 1:
            raise ValueError(f"must hold one of {', '.join(_KINDS)}")
        if self.within is not None and self.sources is None:
            raise ValueError("'within' belongs to 'sources'")
        return self

    @model_validator(mode="after")
    def _looks_back_so_far(self) -> Self:
        spans = [self.within, self.quiet]
        if self.first_mention:
            spans.append(self.first_mention.within)
        if self.spike:
            spans += [self.spike.against, self.spike.within]
            if self.spike.against < self.spike.within:
                raise ValueError("'against' must be at least as long as 'within'")
        if any(span is not None and span > MOST for span in spans):
            raise ValueError(f"looks back at most {MOST.days} days")
        return self

    def trigger(self, names: Mapping[str, str]) -> Trigger:
        """What it means; `names` are those of actors, by their ids."""
        if self.sources is not None:
            return Sources(self.sources, self.within or WITHIN)
        if self.first_mention is not None:
            actors = tuple(dict.fromkeys(self.first_mention.actors))
            called = tuple(names.get(actor, actor) for actor in actors)
            return FirstMention(actors, self.first_mention.within, called)
        if self.spike is not None:
            return Spike(self.spike.factor, self.spike.against, self.spike.within)
        if self.quiet is None:
            raise ValueError("no kind of trigger")
        return Quiet(self.quiet)

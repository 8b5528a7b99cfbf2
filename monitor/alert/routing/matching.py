"""An alert and what somebody asks of alerts -> whether it is meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Protocol

from pydantic import AfterValidator, BeforeValidator

from monitor.model import Alert, Level
from monitor.text import fold
from monitor.values import Words, Written, listed

_LANGUAGE = re.compile(r"[a-z]{2,3}|other")  # as in rules


def _languages(codes: tuple[str, ...]) -> tuple[str, ...]:
    if wrong := [code for code in codes if not _LANGUAGE.fullmatch(code)]:
        raise ValueError(f"{wrong[0]!r} is not a language (write fr, en, .. or other)")
    return codes


class Told(Protocol):
    """What is known of an alert that was told: any Alert, or what a store remembers of it."""

    @property
    def rule(self) -> str: ...
    @property
    def level(self) -> Level: ...
    @property
    def tags(self) -> tuple[str, ...]: ...


class RuleMatcher(Written):
    """Which alerts are meant, by their rule: each key given must fit, by any of its values."""

    rule: Words = ()
    level: Annotated[tuple[Level, ...], BeforeValidator(listed)] = ()
    tag: Words = ()

    def __str__(self) -> str:
        """In words: `level high or critical, tag otan`; what asks nothing is `every alert`."""
        asked = [(key, getattr(self, key)) for key in type(self).model_fields]
        told = [f"{key.replace('_', ' ')} {' or '.join(values)}" for key, values in asked if values]
        return ", ".join(told) or "every alert"

    def fits(self, told: Told) -> bool:
        """Whether an alert of this rule, level and tags is meant."""
        return (
            (not self.rule or told.rule in self.rule)
            and (not self.level or told.level in self.level)
            and (not self.tag or not set(self.tag).isdisjoint(told.tags))
        )


class Matcher(RuleMatcher):
    """The same, also by the article's language and source; an alert without an article has none.

    The name of a source is compared, folded, as in rules.
    """

    language: Annotated[Words, AfterValidator(_languages)] = ()
    source: Words = ()
    source_tag: Words = ()

    def takes(self, alert: Alert) -> bool:
        """Whether this alert is meant."""
        return (
            self.fits(alert)
            and (not self.language or alert.language in self.language)
            and (not self.source or (alert.source is not None and fold(alert.source) in map(fold, self.source)))
            and (not self.source_tag or not set(self.source_tag).isdisjoint(alert.source_tags))
        )

    def misfit(self, alert: Alert) -> str | None:
        """What keeps this alert from being meant, in words; None when it is."""
        held: dict[str, Iterable[str]] = {
            "rule": [alert.rule],
            "level": [alert.level],
            "tag": alert.tags,
            "language": [alert.language] if alert.language else [],
            "source": [alert.source] if alert.source else [],
            "source_tag": alert.source_tags,
            "story": [alert.story] if alert.story else [],
        }
        for key in type(self).model_fields:
            wanted = getattr(self, key)
            if wanted and not type(self).model_validate({key: wanted}).takes(alert):
                word, has = key.replace("_", " "), ", ".join(held[key])
                if not has:
                    return "its language is unknown" if key == "language" else f"it has no {word}"
                return f"its {word} is {has}, not {' or '.join(wanted)}"
        return None


class StoryMatcher(Matcher):
    """The same, also by the story."""

    story: Words = ()

    def takes(self, alert: Alert) -> bool:
        """Whether this alert is meant."""
        return super().takes(alert) and (not self.story or alert.story in self.story)

"""Articles as they were placed, and the rules they match -> how many alerts these would have raised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from monitor.alert.raising.reasons import decide
from monitor.model import Placement, Reason


class AlertCount:
    """Counts alerts by rule, as the daemon decides on them; articles are added in the order in which they came.

    What was told of a story before the first of them is unknown, and its next match counts as the first.
    """

    def __init__(self) -> None:
        self.alerts: Counter[str] = Counter()
        self._told: Counter[tuple[str, str]] = Counter()

    def add(self, placement: Placement, matched: Mapping[str, str], *, old: bool) -> None:
        """Count what one article raises; `matched` is the `novelty` of each rule that it matches, by id.

        `old`: it was too old to alert when it came.
        """
        for rule, novelty in matched.items() if not old else ():
            told = self._told[rule, placement.story]
            if isinstance(decide(novelty, placement, told), Reason):
                self.alerts[rule] += 1
                self._told[rule, placement.story] += 1

"""Polls, placements and sends -> counts that add up to the report of a pass."""

from __future__ import annotations

from dataclasses import dataclass, fields

from monitor.model import Verdict


@dataclass(frozen=True, slots=True)
class Report:
    """What a pass over sources and outbox did, in counts; reports add up.

    `items` = `new` + `duplicates` + `updates` + `known` + `empty`. `known` items have the identity and text of one held
    before, `young` files are still being written and wait for the next poll, `unread` items, or a whole source, could
    not be read and will be tried again. `stories` were opened, `failed` sends will be tried again or are dead, `errors`
    are sentences that name the source or item.
    """

    sources: int = 0
    items: int = 0
    new: int = 0
    duplicates: int = 0
    updates: int = 0
    known: int = 0
    empty: int = 0
    young: int = 0
    unread: int = 0
    stories: int = 0
    matches: int = 0
    alerts: int = 0
    sent: int = 0
    failed: int = 0
    errors: tuple[str, ...] = ()

    @property
    def arrived(self) -> int:
        """Articles that were not held before."""
        return self.new + self.duplicates + self.updates

    @property
    def incomplete(self) -> bool:
        """Whether the one source of this report, or an item of it, could not be read; other errors are mere notes."""
        return self.unread > 0

    @classmethod
    def placed(cls, verdict: Verdict, matches: int, alerts: int, *, opened: bool) -> Report:
        """The report of one article that was kept; `opened`: its story is its own."""
        return cls(
            items=1,
            new=int(verdict is Verdict.NEW),
            duplicates=int(verdict is Verdict.DUPLICATE),
            updates=int(verdict is Verdict.UPDATE),
            stories=int(opened),
            matches=matches,
            alerts=alerts,
        )

    def __add__(self, other: Report) -> Report:
        return Report(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

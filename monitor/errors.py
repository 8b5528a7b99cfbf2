"""What went wrong -> one typed error that knows where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path


class MonitorError(Exception):
    """The root of every error this program raises on purpose; its text is one sentence for people."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in a file that people write; `str()` is `FILE:LINE:COLUMN: message` (lines and columns from 1)."""

    path: Path
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"


class ConfigError(MonitorError):
    """A configuration or rule file that cannot be used; carries every problem found, in file order."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))


class SourceError(MonitorError):
    """A source that could not be read this time; `retry_after` is the pause its server asked for.

    `held`: it was not even asked, because its whole host is to be left alone for that pause, which is no failure.
    `status` is that of the HTTP answer that is none.
    """

    def __init__(
        self,
        source: str,
        message: str,
        *,
        retry_after: timedelta | None = None,
        held: bool = False,
        status: int | None = None,
    ) -> None:
        self.source = source
        self.message = message
        self.retry_after = retry_after
        self.status = status
        self.held = held
        super().__init__(f"{source}: {message}")


class DeliveryError(MonitorError):
    """A message that a receiver did not take.

    `permanent`: trying this message again is pointless. `disabled`: the receiver wants no more messages at all
    (HTTP 410). `whole`: the receiver as a whole is in trouble, so no other message would be taken now either (nobody
    answers, the login is refused, HTTP 429). `retry_after`: the pause the receiver asked for. `answer`: what its
    server said, one line.
    """

    def __init__(
        self,
        receiver: str,
        answer: str,
        *,
        permanent: bool = False,
        disabled: bool = False,
        whole: bool = False,
        retry_after: timedelta | None = None,
    ) -> None:
        self.receiver = receiver
        self.answer = answer
        self.permanent = permanent
        self.disabled = disabled
        self.whole = whole
        self.retry_after = retry_after
        super().__init__(f"{receiver}: {answer}")


class StoreError(MonitorError):
    """A database that cannot be used: unreachable, damaged, of a later version, or held by another daemon."""

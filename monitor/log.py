"""What happens -> one structured event a line, on stderr."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

from monitor.plain import plain


def _one_line(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Text from outside must not break a line, move a cursor or forge an event."""
    return {key: _cleaned(value) for key, value in event.items()}


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return plain(value).replace("\n", " ").replace("\t", " ")
    if isinstance(value, list):
        return [_cleaned(one) for one in value]
    return value


def set_up(*, debug: bool = False) -> None:
    """Send events to stderr: coloured lines on a terminal, JSON elsewhere."""
    people = sys.stderr.isatty()
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if people else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%H:%M:%S" if people else "iso", utc=not people),
            structlog.processors.format_exc_info,
            _one_line,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG if debug else logging.INFO),
        # Asked for at each event: whoever replaces sys.stderr gets the events.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    # Libraries log through the standard module: only what they warn about, in the same form.
    logging.basicConfig(level=logging.ERROR, format="%(message)s", stream=sys.stderr, force=True)


def get(name: str) -> structlog.typing.FilteringBoundLogger:
    """The logger of a module; `name` is the stage it speaks for."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(stage=name)
    return logger

"""A delivery -> the message people read, in French or English, as plain text and as HTML."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from zoneinfo import ZoneInfo

from monitor.alert.message.layout import ROOMS, lay_out
from monitor.alert.message.wording import Wording
from monitor.alert.pieces import merged
from monitor.model import Delivery, Message
from monitor.templates import built_in

WIDTH = 72
"""Characters of a line of text, as mail has been written since RFC 678; an address is never broken."""

MAX_HTML = 95_000
"""Bytes: of a longer page Gmail shows the first 102 kB and hides the rest."""

# What a line hangs from where it goes on: a quotation, an item of a list.
_HANGING = re.compile(r"\s*(?:> |[+•-] |\d+\. )?")

# A command of ours at the end of a sentence, which is of no use when it is broken.
_COMMAND = re.compile(r"\bnews-monitor(?: [\w.:/-]+){1,4}$")
_KEPT = "\0"  # in no text that is shown


def render(delivery: Delivery, language: str, zone: ZoneInfo) -> Message:
    """The message of a delivery; `language` is "fr" or "en", times are told in `zone`."""
    words = Wording(language, zone)
    for room in ROOMS:
        page = lay_out(delivery, words, room)
        html = _without_empty_lines(_built_in(language)["message.html"](page=page, language=language))
        if len(html.encode("utf-8", "replace")) <= MAX_HTML:
            break
    text = _built_in(language)["message.txt"](page=page, language=language)
    return Message(page.subject, wrapped(text), html)


@cache
def _built_in(language: str) -> Mapping[str, Callable[..., str]]:
    return built_in(__package__, Wording(language, ZoneInfo("UTC")).gettext)


def _without_empty_lines(text: str) -> str:
    return "".join(f"{line.strip()}\n" for line in text.split("\n") if line.strip())


def wrapped(text: str) -> str:
    """A text in lines of at most WIDTH characters; what goes on hangs below its first word.

    Single words, addresses among them, and lines that are indented by four spaces, commands, stay whole, unless they
    are items of a list in a list.
    """
    lines: list[str] = []
    for line in text.strip("\n").split("\n"):
        if line.startswith("    ") and line.strip() and not line.startswith("    - "):
            lines.append(line)
            continue
        found = _HANGING.match(line)
        indent = found[0] if found else ""
        beside = indent if ">" in indent else " " * len(indent)
        more = textwrap.wrap(
            _COMMAND.sub(lambda command: command[0].replace(" ", _KEPT), line[len(indent) :]),
            WIDTH,
            initial_indent=indent,
            subsequent_indent=beside,
            break_long_words=False,
            break_on_hyphens=False,
        )
        if more or indent.strip():
            lines += [one.replace(_KEPT, " ") for one in more] or [indent.rstrip()]
        elif not lines or lines[-1]:  # never two empty lines
            lines.append("")
    return "\n".join(lines).rstrip("\n")


def marked(quote: str, marks: Sequence[Sequence[int]], written: Callable[[str], str], before: str, after: str) -> str:
    """A quote with its matched words between two marks, each piece put through `written` (HTML: escape)."""
    at, parts = 0, []
    for start, end in merged(marks):
        parts += [written(quote[at:start]), before, written(quote[start:end]), after]
        at = end
    return "".join([*parts, written(quote[at:])])

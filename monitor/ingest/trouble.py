"""What ails a source, as it is remembered -> the same as facts, for those who tell of it in another language."""

from __future__ import annotations

import re
from typing import Any

_CHANGE = re.compile(r"the (language|encoding) changed from (\S+) to (\S+)")
# As monitor.ingest.health writes them; whatever else ails a source is what its last poll failed of.
_KINDS = {
    "quiet": re.compile(r"gone quiet: nothing new since (?P<since>\d{4}-\d\d-\d\d \d\d:\d\d) UTC"),
    "frozen": re.compile(r"frozen: the same items since (?P<since>\d{4}-\d\d-\d\d)"),
    "changed": re.compile(rf"{_CHANGE.pattern}(?: and {_CHANGE.pattern})?"),
    "dates": re.compile(r"wrong dates: (?P<wrong>\d{1,9}) of (?P<dated>\d{1,9}) cannot be true"),
    "failed": re.compile(r"(?P<answer>.*) \((?P<times>\d{1,9}) times in a row\)", re.DOTALL),
}
_NUMBERS = ("wrong", "dated", "times")


def facts(trouble: str | None) -> dict[str, Any]:
    """`{kind, ..}`: failed (`answer`, `times`), quiet and frozen (`since`), changed (`changes`), dates, or well.

    `changes` are [language | encoding, old, new]; dates has `wrong` of `dated`; `since` is a time in UTC or a day.
    """
    if not trouble:
        return {"kind": "well"}
    for kind, pattern in _KINDS.items():
        if found := pattern.fullmatch(trouble):
            told: dict[str, Any] = found.groupdict()
            told |= {name: int(value) for name, value in told.items() if name in _NUMBERS}
            if kind == "changed":
                told["changes"] = [list(one) for one in _CHANGE.findall(trouble)]
            if kind == "quiet":
                told["since"] = told["since"].replace(" ", "T") + ":00+00:00"
            return {"kind": kind, **told}
    return {"kind": "failed", "answer": trouble, "times": 1}

"""The program and its templates -> the texts that a translation must have."""

from __future__ import annotations

from pathlib import Path

from babel.messages.extract import extract_from_dir

import monitor.alert

FOLDER = Path(monitor.alert.__file__).parent / "message"
# `count` takes a singular and a plural; `msg` and `pair` mark texts that are translated elsewhere.
KEYWORDS = {"_": None, "gettext": None, "count": (1, 2), "msg": None, "pair": (1, 2)}


def used() -> dict[str | tuple[str, str], list[str]]:
    """Every text that messages are made of, with the places that use it."""
    method = [("templates/*", "jinja2.ext:babel_extract"), ("*.py", "python")]
    found: dict[str | tuple[str, str], list[str]] = {}
    for file, line, text, _, _ in extract_from_dir(FOLDER, method, {}, KEYWORDS):
        key = tuple(text) if isinstance(text, list | tuple) else text
        found.setdefault(key, []).append(f"{file}:{line}")
    return found

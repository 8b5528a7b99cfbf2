"""Regular expression -> where it fits in a text, in time linear in the text: RE2, which has no look-around."""

from __future__ import annotations

import re
from itertools import islice

import re2

from monitor.errors import MonitorError

MAX_PATTERN = 10_000
"""The longest expression, in bytes of UTF-8."""

# After each passage RE2 may read on to the end of the text before it knows that the next one is short: the number of
# passages times the length of the text bounds the work (0.2 s for a text of 1 MB), and a reader needs no more.
_MOST_PASSAGES = 100

_ESCAPED = re.compile(r"\\.", re.DOTALL)


class PatternError(MonitorError):
    """An expression that is none, or none that may be used; the text says why, in RE2's words where they are its."""


class Pattern:
    """An expression, ready to be looked for; raises PatternError.

    Letter case counts, `^` and `$` are the ends of the text, `.` is any character but a line break, and `\\w \\d \\b`
    know ASCII only, unless the expression itself says otherwise: these are RE2's defaults.
    """

    def __init__(self, text: str) -> None:
        if len(text.encode("utf-8", "replace")) > MAX_PATTERN:
            raise PatternError(f"is longer than {MAX_PATTERN} bytes")
        options = re2.Options()
        options.log_errors = False
        options.never_capture = True  # nobody asks for groups
        try:
            self._compiled = re2.compile(text, options)
        except re2.error as error:
            raise PatternError(f"is no regular expression of RE2: {_words(error)}") from None
        except UnicodeEncodeError:
            raise PatternError("holds half of a character") from None
        if self._compiled.search("") is not None:
            raise PatternError("fits an empty text, and so every article")

    def spans(self, text: bytes) -> list[tuple[int, int]] | None:
        """The (start, end), in characters, of the first hundred passages that are not empty; None if it fits nowhere.

        `text` is what `encoded` gives: encoding it for each expression would cost as much as looking.
        """
        if self._compiled.search(text) is None:
            return None
        found = [one.span() for one in islice(self._compiled.finditer(text.decode()), _MOST_PASSAGES)]
        return [(start, end) for start, end in found if start < end]


def encoded(text: str) -> bytes:
    """A text in UTF-8, as many characters long: half characters, which feeds do have, become `?`."""
    return text.encode("utf-8", "replace")


def plain(text: str) -> str:
    r"""An expression with `\/` written as `/`, which between slashes needs the backslash and nowhere else."""
    return text if r"\Q" in text else _ESCAPED.sub(lambda pair: "/" if pair[0] == r"\/" else pair[0], text)


def _words(error: re2.error) -> str:
    said = error.args[0] if error.args else "it cannot be read"
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)

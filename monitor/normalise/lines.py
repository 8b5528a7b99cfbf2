"""A plain text -> its paragraphs, with hard-wrapped lines joined again."""

from __future__ import annotations

import re
from itertools import pairwise

# Mail and old wire terminals wrap at 65 to 80 characters; much shorter lines are lists, longer ones were never wrapped.
_MIN_WIDTH = 40
_MAX_WIDTH = 120
_BLANK = re.compile(r"\n[^\S\n]*\n\s*")


def paragraphs(text: str) -> list[str]:
    """Each line is a paragraph, unless the text is hard-wrapped: then each block between blank lines is."""
    blocks = [[line for raw in block.split("\n") if (line := raw.strip())] for block in _BLANK.split(text.strip())]
    width = _width(blocks)
    return [paragraph for block in blocks for paragraph in (_join(block, width) if width else block)]


def _width(blocks: list[list[str]]) -> int:
    """The width that a text is wrapped at, 0 for none.

    Wrapped lines go on in the middle of a sentence, so most begin in lower case; titles, standfirsts and paragraphs
    that stand line by line do not, however even their lengths.
    """
    lengths = [len(line) for block in blocks for line in block if "://" not in line]
    width = max(lengths, default=0)
    if not _MIN_WIDTH <= width <= _MAX_WIDTH:
        return 0
    seams = [pair for block in blocks for pair in pairwise(block)]
    continued = sum(after[0].islower() and _filled(before, after, width) for before, after in seams)
    return width if continued * 2 > len(seams) else 0


def _filled(before: str, after: str, width: int) -> bool:
    """Whether the first word of the next line had no room left in this one."""
    return len(before) + 1 + len(after.split(None, 1)[0]) > width


def _join(block: list[str], width: int) -> list[str]:
    joined: list[list[str]] = []
    for index, line in enumerate(block):
        before = block[index - 1] if index else ""
        if before and (line[0].islower() or _filled(before, line, width)):
            joined[-1].append(line if before.endswith("-") and before[-2:-1].isalpha() else f" {line}")
        else:
            joined.append([line])
    return ["".join(parts) for parts in joined]

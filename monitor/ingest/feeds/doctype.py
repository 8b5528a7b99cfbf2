"""The text of a feed -> how many entities its document type declares of its own; none of them is ever expanded."""

from __future__ import annotations

import re

# Comments and instructions, to the end of the text where they have none of their own. No pattern here ever goes back
# (`++`), so that a text that opens much and ends nothing costs one pass.
_PASSED = r"<!--(?:.*?-->|.*)|<\?(?:.*?\?>|.*)"
_SUBSET = re.compile(
    rf"""(?:\s++|{_PASSED})*+<!DOCTYPE\b(?:[^\[<>"']|"[^"]*+"|'[^']*+')*+\[""", re.DOTALL | re.IGNORECASE
)
# In a quoted value an entity is only spoken of.
_DECLARED = re.compile(rf"""{_PASSED}|"[^"]*+"?|'[^']*+'?|(?P<entity><!ENTITY\b)|(?P<end>\])""", re.DOTALL)


def declared_entities(text: str) -> int:
    """How many entities, parameter entities among them, are declared before the root element of a text.

    A document type that is only named, with a system identifier or without, declares none.
    """
    subset = _SUBSET.match(text)
    count = 0
    for found in _DECLARED.finditer(text, subset.end()) if subset else ():
        if found["end"]:
            break
        count += found["entity"] is not None
    return count

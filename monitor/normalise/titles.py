"""First lines -> the title of an article."""

from __future__ import annotations

from monitor.normalise.links import ends_sentence
from monitor.text import sentences, words

# The public contract: a longer first line is text.
_MAX_TITLE = 200
# A sentence longer than this is none, but text without full stops: its title ends at the last word before.
_MAX_DERIVED = 1_000


def is_title(line: str) -> bool:
    """Whether a first line of its own is the title: at most 200 characters, no full stop at its end."""
    return len(line) <= _MAX_TITLE and not ends_sentence(line)


def derived(lede: str) -> str:
    """The first sentence of a lede."""
    head = lede[: _MAX_DERIVED + 1]
    spans = sentences(head)
    if not spans:
        return ""
    start, end = spans[0]
    if end <= _MAX_DERIVED:
        return head[start:end]
    return head[:_MAX_DERIVED].rpartition(" ")[0].rstrip() or head[:_MAX_DERIVED]


def repeats(paragraph: str, title: str) -> bool:
    """Whether a paragraph says the title once more, whatever its letters and signs look like."""
    return len(paragraph) <= 2 * len(title) + 20 and words(paragraph) == words(title)

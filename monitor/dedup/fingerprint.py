"""Told -> Sketch: what its copies have in common, whatever their typography, layout or address."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable
from hashlib import blake2b
from heapq import nsmallest
from itertools import chain, zip_longest

from monitor.dedup.told import told
from monitor.model import Article, Sketch
from monitor.text import fold

# Words in a row that are hashed together. Shorter rows ("a déclaré à la presse") stand in articles that have nothing
# else in common, longer ones do not survive light editing.
ROW = 4
MOST = 32
"""Hashes of an article that others are asked for."""

# The first KEPT of these are kept of an article. The first sentences come first, then the lowest hashes of the others.
# By what is kept, the labelled copies and later versions (both ways) and texts of 8 to 100 sentences that were changed
# as below are found in this share of cases:
#
#     kept                                                   8     12     16     32
#     labelled, the worse way                             .987   .993  1.000  1.000
#     cut, re-ordered, a tenth to a third left out         .97   .998   .998   .998
#     a word in ten is another, half of it cut off        .988   .995   .998   .998
#     15 to 40 sentences, the first and three more        .937   .968   .991  1.000
#     15 to 40 sentences, any four                        .797   .910   .968  1.000

_OPENING = 5
# So many sentences from the first on are always represented: what is cut or summed up keeps the beginning.
_FIRST = 16
_EACH = 4  # hashes of each sentence of a short article


def sketch(article: Article) -> Sketch:
    """The sketch of an article: copies share its digest or, when cut, re-ordered or re-edited, some of its hashes.

    The hashes are of one to four rows of words of each sentence, so that a sentence with a word replaced keeps its hash
    mostly and two sentences joined keep one of theirs. The first KEPT are those to keep.
    """
    said = told(article)
    whole = " ".join([*said.dateline, *map(" ".join, said.words)])
    if not whole:
        # What has no words (pictures, buttons) is told apart by what stands there, or all of it would be one story.
        whole = fold(f"{article.title}\n{article.lede}\n{article.body}")
    long = [words for words in said.words if len(words) >= ROW]
    each = max(1, min(_EACH, MOST // (len(long) or 1)))
    nth = [_last_rows(long)] if each == 1 else zip_longest(*(_rows(words, each) for words in long))
    first, *others = map(_hashes, nth) if long else ([],)
    if len(long) > MOST:
        first[_FIRST:] = nsmallest(MOST - _FIRST, first[_FIRST:])
    ordered = chain(first[:_OPENING], sorted(first[_OPENING:]), *map(sorted, others))
    return Sketch(hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest(), tuple(dict.fromkeys(ordered)))


def _rows(words: list[str], most: int) -> list[str]:
    """The rows of words of a sentence that begin with its last words by the alphabet, at most so many.

    Any order would do that is the same for all articles and puts no frequent word first; this one costs nothing.
    """
    heads = words[: 1 - ROW]
    last = sorted(set(heads), reverse=True)[:most]
    return [" ".join(words[at : at + ROW]) for at in map(heads.index, last)]


def _last_rows(sentences: list[list[str]]) -> list[str]:
    """The first of these rows of each sentence, in one loop: a long text has many."""
    rows = []
    for words in sentences:
        at = words.index(max(words[: 1 - ROW]))
        rows.append(" ".join(words[at : at + ROW]))
    return rows


def _hashes(texts: Iterable[str | None]) -> list[int]:
    """63 bits of each text that is there, so that they fit signed columns of 64 bits."""
    hashed = [blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest() for text in texts if text]
    return [bits >> 1 for bits in struct.unpack(f">{len(hashed)}Q", b"".join(hashed))]

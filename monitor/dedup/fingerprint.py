"""Said -> Sketch: what its copies have in common, whatever their typography, layout or address."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from heapq import nsmallest
from operator import xor

from monitor.dedup.facts import Said, Sentence, read
from monitor.model import Article, Sketch

# Words in a row that are hashed together. Shorter rows ("a déclaré à la presse") stand in articles that have nothing
# else in common, longer ones do not survive light editing.
ROW = 4
MOST = 32
"""Hashes of an article: each is a row of the database."""
# So many sentences from the first on are always represented: what is cut or summed up keeps the beginning.
_FIRST = 16
_EACH = 4  # hashes of each sentence of a short article
_MASK = (1 << 30) - 1  # small numbers are compared fastest
_TAKEN = _MASK + 1


def sketch(article: Article | Said) -> Sketch:
    """The sketch of an article: copies share its digest or, when cut, re-ordered or re-edited, some of its hashes.

    The hashes are the lowest of each sentence's rows of words, so that a sentence with a word replaced keeps its hash
    mostly and two sentences joined keep one of theirs.
    """
    said = article if isinstance(article, Said) else read(article)
    digest = hashlib.sha256(" ".join((*said.dateline, *said.whole)).encode("utf-8", "surrogatepass")).hexdigest()
    told = [sentence for sentence in said.sentences if len(sentence.words) >= ROW]
    each = max(1, min(_EACH, MOST // (len(told) or 1)))
    if len(told) <= MOST:
        hashes = [one for sentence in told for one in _lowest(sentence, each)]
    else:
        hashes = [one for sentence in told[:_FIRST] for one in _lowest(sentence, 1)]
        hashes += nsmallest(MOST - _FIRST, (one for sentence in told[_FIRST:] for one in _lowest(sentence, 1)))
    return Sketch(digest, tuple(dict.fromkeys(hashes)))


def _lowest(sentence: Sentence, count: int) -> list[int]:
    """The hashes of the rows of words of a sentence that rank lowest: copies have the same ranks."""
    said = sentence.words
    ranks = list(map(_rank, said))
    # A row is ranked by three of its words, in C: a loop over rows took as long as all the reading.
    rows = list(map(xor, map(xor, ranks, ranks[1:]), ranks[3:]))
    found = []
    for _ in range(min(count, len(rows))):
        at = rows.index(min(rows))
        rows[at] = _TAKEN
        found.append(_hash(" ".join(said[at : at + ROW])))
    return found


@lru_cache(maxsize=20_000)
def _rank(word: str) -> int:
    """30 bits of a word, the same in every process."""
    return _hash(word) & _MASK


def _hash(text: str) -> int:
    """63 bits of a text, so that it fits a signed column of 64 bits."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()) >> 1

"""A cited article and its later version -> the passages that its source has changed or withdrawn, word by word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

from rapidfuzz.distance import OSA

from monitor.alert.document import about_article, about_story
from monitor.alert.raising.reasons import next_key
from monitor.model import Alert, Article, Citation, Document, Reason
from monitor.text import sentences, words

ALIKE = 0.5
"""The part of the words that two sentences share (SequenceMatcher's ratio) for one to be what became of the other."""

LONG = 5
"""Letters from which on a word that is one edit away is the same word, written rightly this time."""

# Words with the space behind them; 13 000 is one.
_PIECES = re.compile(r"(?:\d{1,3}(?:[\u0020\u00a0\u202f]\d{3})+(?!\d))\S*\s*|\S+\s*")


def corrections(article: Article, article_id: int, alerts: Sequence[Alert], cited: Sequence[Citation]) -> list[Alert]:
    """The alerts of an article, with corrections of what was `cited` of an earlier version.

    A rule that cites a passage which has changed or is gone gets a correction on the story of that alert, whether it
    still matches or not. It takes the place of what the rule would tell of the same story, never of another one.
    """
    found = list(alerts)
    for citation in cited:
        told = citation.alert
        if (correction := corrected(told.document, citation.article, article)) is None:
            continue
        same = next((one for one in found if (one.rule, one.story) == (told.rule, told.story)), None)
        again = same or _without_match(citation, article, article_id)
        key = next_key(told.rule, told.story, citation.number)
        shown = {one["after"] for one in correction["passages"]}
        news = [sentence for sentence in again.document["new"] if sentence not in shown]
        document = again.document | {"new": news, "correction": correction}
        if (story := document["story"]) and citation.article.title in (story["title"], _called(told.document)):
            document["story"] = story | {"title": article.title}  # the article that gives the story its title
        found = [one for one in found if one is not same]
        found.append(replace(again, document=document, to=citation.to).told(Reason.CORRECTION, key))
    return found


def _called(document: Document) -> str | None:
    """What an alert called its story."""
    return (document["story"] or {}).get("title")


def _without_match(citation: Citation, article: Article, article_id: int) -> Alert:
    """The alert again, about a version that its rule no longer matches, with its story as it stands now."""
    now: Document = {
        "story": about_story(citation.story),
        "article": about_article(article, article_id),
        "evidence": [],
        "new": [],
        "also": list(citation.also),
    }
    return replace(citation.alert, document=citation.alert.document | now)


def corrected(told: Document, before: Article, after: Article) -> dict[str, Any] | None:
    """What a later version of an article makes of the passages that an alert cited; None when they all stand.

    Also None where the two have neither title nor sentence in common: then the source uses an id again.

    `told` is the document of the alert, `before` the article that it cites. The answer is `{kind, passages: [{in,
    before, after, diff}]}`, where `diff` is a list of [same | removed | added, text] and `after` None for what is gone.
    `kind` is "withdrawn" when all is gone, else "changed". A version that merely ends earlier withdraws nothing: that
    is how feeds shorten.
    """
    old, new = _sentences(before), _sentences(after)
    held = {line for line, _ in old}
    if _line(before.title) != _line(after.title) and held.isdisjoint(line for line, _ in new):
        return None
    standing = " ".join(line for line, _ in new)
    fresh = [sentence for line, sentence in new if line not in held]
    found = []
    for quote, field in {passage["quote"]: passage["in"] for passage in told["evidence"]}.items():
        if f" {_line(quote)} " in f" {standing} ":
            continue
        became = _closest(quote, fresh)
        if became is None and not _goes_on(quote, old, new):
            continue
        if became is None or not _same_but_for_spelling(quote, became):
            found.append({"in": field, "before": quote, "after": became, "diff": _diff(quote, became or "")})
    if not found:
        return None
    return {"kind": "changed" if any(one["after"] for one in found) else "withdrawn", "passages": found}


def _line(text: str) -> str:
    """The folded words of a text, one space between them."""
    return " ".join(words(text))


def _sentences(article: Article) -> list[tuple[str, str]]:
    """The folded words of each sentence in reading order, and the sentence as shown."""
    shown = chain.from_iterable(
        (text[start:end] for start, end in sentences(text)) for _, text in article.searchable() if text
    )
    return [(line, sentence) for sentence in shown if (line := _line(sentence))]


def _closest(quote: str, fresh: Sequence[str]) -> str | None:
    """The new sentence that shares most words with a quote, if it shares enough."""
    cited = words(quote)
    near = [(SequenceMatcher(None, cited, words(one), autojunk=False).ratio(), one) for one in fresh]
    best, sentence = max(near, default=(0.0, None), key=lambda one: one[0])
    return sentence if best >= ALIKE else None


def _goes_on(quote: str, old: Sequence[tuple[str, str]], new: Sequence[tuple[str, str]]) -> bool:
    """Whether the later version holds something that stood after the quote, or something that is new altogether."""
    cited = _line(quote)
    at = next((index for index, (line, _) in enumerate(old) if line in cited), len(old))
    before = {line for line, _ in old[:at]}
    return any(line not in before for line, _ in new)


def _same_but_for_spelling(before: str, after: str) -> bool:
    """Whether two sentences differ in nothing but letters inside long words: no figure, no word more or less."""
    left, right = words(before), words(after)
    return len(left) == len(right) and all(map(_same_word, left, right))


def _same_word(one: str, other: str) -> bool:
    if one == other:
        return True
    long = min(len(one), len(other)) >= LONG and one.isalpha() and other.isalpha()
    return long and OSA.distance(one, other, score_cutoff=1) <= 1


def _diff(before: str, after: str) -> list[list[str]]:
    """The words of both in order, each run with what became of it; the space behind both of a pair stays the same."""
    left, right = _PIECES.findall(before), _PIECES.findall(after)
    runs: list[list[str]] = []
    matcher = SequenceMatcher(None, [one.strip() for one in left], [one.strip() for one in right], autojunk=False)
    for tag, start, end, begin, stop in matcher.get_opcodes():
        removed, added = "".join(left[start:end]), "".join(right[begin:stop])
        if tag == "replace" and removed[-1].isspace() and added[-1].isspace():
            runs += [["removed", removed.rstrip()], ["added", added.rstrip()], ["same", " "]]
        elif tag == "equal":
            runs.append(["same", removed])
        else:
            runs += [[name, text] for name, text in (("removed", removed), ("added", added)) if text]
    return [[name, "".join(text for _, text in group)] for name, group in groupby(runs, itemgetter(0))]

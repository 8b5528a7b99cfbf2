"""Article and its neighbours -> Placement; an article is a duplicate only when everything it says is held already."""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.dedup.fingerprint import Said, said
from monitor.dedup.novelty import news
from monitor.model import Article, Held, Placement, Sketch, Verdict

# A sentence that a feed or page cut off ("... a déclaré que la") repeats a held one when it is its beginning; fewer
# words prove nothing.
MIN_CUT_WORDS = 6
# A headline may be another one when the text below it, at least this many sentences, is held word for word.
MIN_TEXT_SENTENCES = 3
# Wire copy that grew holds all of an earlier text; a held one-liner inside a long text is chance.
MIN_GROWN_WORDS = 20
# Below this share of common words, another text under the same address is another article (feeds that reuse one id or
# link for every item).
MIN_OVERLAP = 0.5
SMALL = 3  # letters: le, les, des, for, and
# A host with something behind it. Not urlsplit, which raises on the "http://[" of a broken feed.
_PAGE = re.compile(r"[^:/]+://[^/?#]*[/?]+[^/?#]")


def place(article: Article, sketch: Sketch, held: Sequence[Held]) -> Placement:
    """Decide what an article is against its neighbours among the articles held, nearest first.

    A new article opens the story named after its own content, so that the same article gets the same story id in every
    run. Copies and later versions belong to the story of the article they copy or continue.
    """
    ours = said(article)
    neighbours = [(one, said(one)) for one in held]
    for one, theirs in neighbours:
        if because := _repeats(ours, theirs):
            return Placement(Verdict.DUPLICATE, one.story, f"{because} article {one.id}", of=one.id)
    for one, theirs in neighbours:
        if because := _continues(article, ours, one, theirs):
            # A fact is new when no article of the story has it, not only the one that this continues.
            story = [told for other, told in neighbours if other.story == one.story]
            brought = news(article, story)
            return Placement(Verdict.UPDATE, one.story, f"{because} article {one.id}", of=one.id, news=brought)
    return Placement(Verdict.NEW, sketch.digest[:12], "nothing held says the same")


def _repeats(ours: Said, theirs: Said) -> str:
    """Why everything we say is held, or nothing."""
    if ours.whole == theirs.whole:
        return "says the same as" if ours.whole else ""
    for sentence in ours.text[:-1]:
        if sentence not in theirs.sentences:
            return ""
    if ours.text and not _is_held(ours.text[-1], theirs):
        return ""
    if not ours.title or ours.title in theirs.sentences:
        return "says nothing that is not in" if ours.sentences else ""
    if len(ours.text) >= MIN_TEXT_SENTENCES and set(ours.title.split()) <= theirs.words:
        return "has another headline over the text of"
    return ""


def _is_held(last: str, theirs: Said) -> bool:
    """Whether a last sentence, which may be cut off, is held."""
    if last in theirs.sentences:
        return True
    return len(last.split()) >= MIN_CUT_WORDS and any(one.startswith(last + " ") for one in theirs.sentences)


def _continues(article: Article, ours: Said, one: Held, theirs: Said) -> str:
    """Why this is a later version of a held article, or nothing."""
    same_item = article.source == one.source and article.guid == one.guid
    same_page = article.url == one.url and _is_page(article.url)
    if (same_item or same_page) and _overlap(ours.words, theirs.words) >= MIN_OVERLAP:
        return "is a later version of"
    size = sum(len(sentence.split()) for sentence in theirs.sentences)
    if theirs.text and size >= MIN_GROWN_WORDS and theirs.sentences <= ours.sentences:
        return "holds all and more of"
    return ""


def _is_page(url: str | None) -> bool:
    """Whether an address is that of one article: many feeds link every item to the front page of their site."""
    return url is not None and _PAGE.match(url) is not None


def _overlap(ours: frozenset[str], theirs: frozenset[str]) -> float:
    """Common words over the smaller vocabulary, 0 to 1; the small words of every text do not count."""
    ours, theirs = (frozenset(w for w in words if len(w) > SMALL or w[0].isdigit()) for words in (ours, theirs))
    return len(ours & theirs) / (min(len(ours), len(theirs)) or 1)

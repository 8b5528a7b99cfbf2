"""An article's traits and the articles that share them -> Choice: which story it belongs to, and which stories are one.

One article at a time: an archive answers three bounded questions (what holds each trait, which articles are nearest,
and, rarely, what those hold), everything else is decided here.

Constants were tuned on one half of the labelled French headlines (clusters whose name has an even CRC-32), streamed
with all others in shuffled orders; tests/dedup/test_story_headlines.py reports the other half. What titles with a text
under them need (_LONG, the weekdays) was set on the labelled articles of tests/data and the seeds.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from monitor.dedup.times import Limits, fits, same_months
from monitor.dedup.traits import TRAITS, Profile, Trait, is_template
from monitor.model import HOLDERS, Article, Candidate, Holding, Precision, Published, StoryHeld

# A trait weighs log(archive / stories that hold it), less _USUAL, within these bounds. Stories are counted, not
# articles: the words of one much reported story stay telling (average precision of pairs 0.66 instead of 0.64). What is
# rarer than one story in 200 is not told apart, so that weights do not grow with the archive.
_SMOOTH = 100  # articles that the expectation of a trait outweighs
_RAREST = math.log(200)
_USUAL = 1.75
_LEAST = 0.1

# Length of an article's vector: between its own and that of a usual one, as short titles must not look alike by chance.
_OWN_LENGTH = 0.6
_USUAL_LENGTH = 8.5

_JOIN = 0.25
_MERGE = 0.22
_LONG = 0.06  # added to both for a whole article: it shares more by chance, and a false story hides more
_LONG_FROM = 16  # traits, more than a headline has; with TRAITS all of it is added
_NEIGHBOURS = 10  # members a story is judged by
_NEAREST = 0.3  # how much the nearest one counts for itself
_NO_FACT = 0.7  # no name or number is shared, though the article has names
# Where the date of one of two articles is unknown, the weekday that each names first is the only clock.
_SAME_DAY = 1.4
_OTHER_DAY = 0.35
_SUSPECT = 0.15  # stories less similar to an article than this do not count for it
_SUSPECTS = 3
_SHOWN = 12  # words of evidence
_LEAST_OF_DAYS = _SUSPECT / _SAME_DAY  # the same before weekdays are compared


@dataclass(frozen=True, slots=True)
class Weighed:
    """The traits of an article with what they weigh in this archive; `length` is that of its vector."""

    traits: tuple[Trait, ...]
    weights: tuple[float, ...]
    length: float
    day: int = 0

    @property
    def asked(self) -> list[tuple[int, float, int]]:
        """(hash, factor, bit) of each trait: similarity to an article is the sum of factor * its stored share."""
        return [
            (trait.hash, trait.share * weight * weight / self.length, 1 << place)
            for place, (trait, weight) in enumerate(zip(self.traits, self.weights, strict=True))
        ]

    @property
    def least(self) -> float:
        """Similarity of a candidate below which its story cannot count: few that share a word are worth reading."""
        return _LEAST_OF_DAYS if self.day else _SUSPECT

    def may_join(self, similarity: float) -> bool:
        """Whether an article could be of the story of one of this similarity: no story is nearer than its nearest."""
        return similarity * (_SAME_DAY if self.day else 1.0) >= _bar(self, _JOIN)

    @property
    def rows(self) -> list[tuple[int, float, float]]:
        """(hash, share, weight) of each trait as the archive keeps it with the article and its story."""
        return [
            (trait.hash, trait.share / self.length, weight)
            for trait, weight in zip(self.traits, self.weights, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Link:
    """How near a story is to an article by its nearest members; `trust` (0 to 1) is what other weekdays leave of it.

    `time` is that of the article, None where it is known by month.
    """

    story: StoryHeld
    similarity: float
    trust: float
    members: tuple[Candidate, ...]
    time: datetime | None


@dataclass(frozen=True, slots=True)
class Shared:
    """A trait that an article shares with its story, and what it weighs."""

    kind: str
    word: str
    weight: float


@dataclass(frozen=True, slots=True)
class Choice:
    """The story an article joins, None for one of its own; `merged` are stories that belong to it from now on.

    `similarity` is to the story it joined (0 when it joined none), `shared` the evidence, heaviest first, `because`
    both in words.
    """

    story: str | None
    merged: tuple[str, ...]
    similarity: float
    shared: tuple[Shared, ...]
    because: str


_Rows = Sequence[tuple[int, float, float]]
Rows = Mapping[int, _Rows]
"""Article id -> its rows as Weighed.rows gave them."""


def weigh(profile: Profile, holdings: Iterable[Holding], newest: int, archive: int) -> Weighed:
    """Weigh the traits of an article; `newest` is the newest article id, `archive` how many ids are looked at."""
    known = {holding.hash: holding for holding in holdings}
    weights = tuple(_weight(trait, known.get(trait.hash), newest, archive) for trait in profile.traits)
    own = math.hypot(*(trait.share * weight for trait, weight in zip(profile.traits, weights, strict=True)))
    return Weighed(profile.traits, weights, _OWN_LENGTH * own + (1 - _OWN_LENGTH) * _USUAL_LENGTH, profile.day)


def _weight(trait: Trait, holding: Holding | None, newest: int, archive: int) -> float:
    stories, among = 0, archive
    if holding:
        stories = holding.stories
        among = newest - holding.oldest + 1 if holding.holders >= HOLDERS else archive
    rarity = math.log((_SMOOTH + among) / (trait.expected * _SMOOTH / 100 + stories))
    weight = (rarity if rarity < _RAREST else _RAREST) - _USUAL
    return weight if weight > _LEAST else _LEAST


def rank(
    article: Article,
    weighed: Weighed,
    seen: datetime,
    candidates: Iterable[Candidate],
    stories: Iterable[StoryHeld],
    limits: Limits,
) -> list[Link]:
    """The stories that an article could be of by time and title and that count, the most similar first.

    `seen` is when the article was first seen (aware), `stories` are those of the candidates.
    """
    members: dict[str, list[Candidate]] = defaultdict(list)
    nearest_first = sorted(candidates, key=attrgetter("similarity"), reverse=True)
    for one in nearest_first:
        members[one.story].append(one)
    # Other stories could not count whatever else is known of them; the nearest one is kept to be told.
    least = min(_LEAST_OF_DAYS, nearest_first[0].similarity if nearest_first else 0.0)
    facts, dated = _facts(weighed), _is_dated(article.published)
    time = None if article.published.precision is Precision.MONTH else article.published.start or seen
    links = [
        _link(weighed.day, dated, facts, story, near, time)
        for story in stories
        if (near := members[story.id])
        and near[0].similarity >= least > 0
        and fits(article.published, seen, story, limits)
    ]
    links.sort(key=lambda link: (-link.similarity, link.story.opened))
    return _without_templates(article.title, links)


def _without_templates(title: str, links: Sequence[Link]) -> list[Link]:
    """The links that count, less the stories with an article of the same template as this one about something else."""
    found: list[Link] = []
    for link in links:
        if link.similarity < _SUSPECT or len(found) > _SUSPECTS:
            return found or [link]
        if not any(is_template(title, one.title) for one in link.members):
            found.append(link)
    return found


def _link(
    day: int, dated: bool, facts: int, story: StoryHeld, members: Sequence[Candidate], time: datetime | None
) -> Link:
    found = [(one.similarity * _clock(day, one.day, dated and one.dated), one) for one in members]
    found.sort(key=_by_nearness)
    nearest = found[:_NEIGHBOURS]
    total = sum([near for near, _ in nearest])
    size = min(max(story.articles, len(nearest)), _NEIGHBOURS)
    similarity = (1 - _NEAREST) * total / size + _NEAREST * nearest[0][0]
    shared, known = 0, 0.0
    for _, one in nearest:
        shared |= one.shared
        known += one.similarity
    if not shared & facts:
        similarity *= _NO_FACT
    return Link(story, similarity, min(1.0, total / known), tuple([one for _, one in nearest]), time)


def _by_nearness(pair: tuple[float, Candidate]) -> tuple[float, int]:
    return -pair[0], pair[1].article


def _clock(ours: int, theirs: int, dated: bool) -> float:
    """What the weekdays that two articles name first do to their similarity."""
    if dated or not ours or not theirs:
        return 1.0
    return _SAME_DAY if ours == theirs else _OTHER_DAY


def _facts(weighed: Weighed) -> int:
    """The bits of the traits that are names or numbers, or open a sentence and may be; all bits if there is no name."""
    if not any(one.kind == "name" for one in weighed.traits):
        return -1
    return sum(
        1 << place
        for place, one in enumerate(weighed.traits)
        if one.kind in ("name", "number") or (one.kind == "word" and one.word[0].isupper())
    )


def suspects(weighed: Weighed, links: Sequence[Link], given: str | None = None) -> list[int]:
    """The articles whose rows `choose` needs to see whether stories are one; none for most articles, at most 40.

    `given` is the story that the verdict has decided, None when there is none.
    """
    joined = _joined(weighed, links, given)
    others = _suspected(links, joined)
    return [one.article for link in (joined, *others) for one in link.members] if joined and others else []


def choose(weighed: Weighed, links: Sequence[Link], rows: Rows, limits: Limits, given: str | None = None) -> Choice:
    """Decide the story of an article, and which others it proves to be the same.

    `links` come from `rank`, `rows` are those of the `suspects`. Nothing ever leaves its story; merged stories
    belong to the oldest, whose id and alert keys stay.
    """
    joined = _joined(weighed, links, given)
    if joined is None:
        return Choice(given, (), 0.0, (), _alone(weighed, links, given))
    union = [joined]
    ours = [weighed.rows, *(rows[one.article] for one in joined.members if one.article in rows)]
    for other in _suspected(links, joined):
        theirs = [rows[one.article] for one in other.members if one.article in rows]
        size = min(sum(link.story.articles for link in union) + 1, _NEIGHBOURS) * min(other.story.articles, _NEIGHBOURS)
        near = _product(ours[:_NEIGHBOURS], theirs[:_NEIGHBOURS], weighed) / max(1, size)
        if near * other.trust >= _bar(weighed, _MERGE) and _within([*union, other], limits):
            union.append(other)
            ours += theirs
    oldest = min(union, key=lambda link: link.story.opened)
    merged = tuple(sorted(link.story.id for link in union if link is not oldest))
    shared = _shared(weighed, joined)
    return Choice(oldest.story.id, merged, joined.similarity, shared, _told(weighed, joined, merged, shared, given))


def apart(weighed: Weighed, nearest: tuple[int, float] | None) -> Choice:
    """The choice of an article that no story is near enough to; `nearest` is (id, similarity) of the nearest article.

    Most articles are like no other: the stories of those that share words with them need not be read.
    """
    because = "no story shares enough"
    if nearest:
        article, similarity = nearest
        needed = _bar(weighed, _JOIN)
        because += f"; nearest is article {article}, similarity {similarity:.2f} ({needed:.2f} needed)"
    return Choice(None, (), 0.0, (), because)


def _joined(weighed: Weighed, links: Sequence[Link], given: str | None) -> Link | None:
    if given is not None:
        return next((link for link in links if link.story.id == given), None)
    return links[0] if links and links[0].similarity >= _bar(weighed, _JOIN) else None


def _suspected(links: Sequence[Link], joined: Link | None) -> list[Link]:
    return [link for link in links if link is not joined and link.similarity >= _SUSPECT][:_SUSPECTS]


def _bar(weighed: Weighed, least: float) -> float:
    """The similarity that is enough for an article of this length."""
    return least + _LONG * max(0.0, (len(weighed.traits) - _LONG_FROM) / (TRAITS - _LONG_FROM))


def _product(ours: Sequence[_Rows], theirs: Sequence[_Rows], weighed: Weighed) -> float:
    """The sum of the similarities of each of ours with each of theirs, by the weights of now where those are known."""
    current = {trait.hash: weight for trait, weight in zip(weighed.traits, weighed.weights, strict=True)}
    one, other = _summed(ours), _summed(theirs)
    total = 0.0
    for hash_, (share, weight) in one.items():
        if found := other.get(hash_):
            total += share * found[0] * current.get(hash_, min(weight, found[1])) ** 2
    return total


def _summed(articles: Iterable[_Rows]) -> dict[int, tuple[float, float]]:
    """Hash -> the sum of the shares and the least of the weights that articles have of it."""
    sums: dict[int, tuple[float, float]] = {}
    for row in articles:
        for hash_, share, weight in row:
            so_far = sums.get(hash_, (0.0, weight))
            sums[hash_] = (so_far[0] + share, min(so_far[1], weight))
    return sums


def _within(links: Sequence[Link], limits: Limits) -> bool:
    """Whether stories may be one by time, with the article that links them."""
    stories = [link.story for link in links]
    by_month = [story for story in stories if story.first is None]
    for story in by_month:
        if story.since and story.until and not all(same_months(story.since, story.until, one) for one in stories):
            return False
    spans = [(story.first, story.last) for story in stories if story.first and story.last]
    if spans and (time := links[0].time):
        spans.append((time, time))
    spans.sort()
    ends = [max(last for _, last in spans[: place + 1]) for place in range(len(spans))]
    near = all(first - end <= limits.window for (first, _), end in zip(spans[1:], ends, strict=False))
    return not spans or (near and ends[-1] - spans[0][0] <= limits.max_span)


def _is_dated(published: Published) -> bool:
    return published.precision in (Precision.SECOND, Precision.DAY)


def _shared(weighed: Weighed, link: Link) -> tuple[Shared, ...]:
    bits = 0
    for one in link.members:
        bits |= one.shared
    found = [
        Shared(trait.kind, trait.word, round(trait.share * weight, 2))
        for place, (trait, weight) in enumerate(zip(weighed.traits, weighed.weights, strict=True))
        if bits >> place & 1
    ]
    return tuple(sorted(found, key=lambda one: (-one.weight, one.word)))


def _told(weighed: Weighed, link: Link, merged: Sequence[str], shared: Sequence[Shared], given: str | None) -> str:
    kinds = {
        kind: ", ".join(f"{one.word} {one.weight:.1f}" for one in shared[:_SHOWN] if one.kind == kind)
        for kind in ("name", "number", "date", "word")
    }
    evidence = "; ".join(f"{kind}s {words}" for kind, words in kinds.items() if words)
    why = "decided by the verdict" if given else f"{_bar(weighed, _JOIN):.2f} needed"
    also = f"; story {', '.join(merged)} is the same" if merged else ""
    return f"similarity {link.similarity:.2f} to {len(link.members)} of its articles ({why}): {evidence}{also}"


def _alone(weighed: Weighed, links: Sequence[Link], given: str | None) -> str:
    if given is not None:
        return "decided by the verdict"
    if not links:
        return "no story shares enough"
    nearest = links[0]
    return (
        f"nearest is story {nearest.story.id}, similarity {nearest.similarity:.2f} ({_bar(weighed, _JOIN):.2f} needed)"
    )

"""A sentence and a held article -> how far the sentence is held there in other words, and which fact it changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from math import ceil

from rapidfuzz.distance import LCSseq

from monitor.dedup.denials import scope
from monitor.dedup.events import DENIED
from monitor.dedup.facts import Number, Said, Sentence, stem
from monitor.dedup.lexicon import ACRONYMS, DENIALS, FUNCTION, MONTHS, OPPOSITES, WEEKDAYS
from monitor.dedup.order import is_figure, moved
from monitor.dedup.spelling import is_slip, same_name

# Sentences of the held article that one sentence may be made of: editors join two, and a summary takes from three.
_WINDOW = 3
_REACH = 2  # how far these stand from one another
_ALIKE = 0.5  # share of words from which two headlines are one with something replaced
_GAIN = 2  # words of content for which another sentence is taken in
_CLOSE = 6  # words: a longer run that was left out is no replacement
_CLAUSE = 4  # words of a clause that can be left out with its denial
_MONEY = frozenset({"%", "euro", "dollar", "livre"})
_CLASSES = [(frozenset(one.split()), frozenset(other.split())) for one, other in OPPOSITES]
_CLASSES += [(other, one) for one, other in _CLASSES]
_CLASSED = frozenset[str]().union(*(one for one, _ in _CLASSES))  # most words are in none


def align(sentence: Sentence, held: Said) -> Aligned:
    """Find what a held article has of a sentence."""
    return Aligned(sentence, tuple(held.sentences[place] for place in sorted(_places(sentence, held))), held)


def differs(sentence: Sentence, other: Sentence, held: Said) -> str:
    """The fact in which a sentence differs from one of a held article that is much the same; "" for any other."""
    if LCSseq.similarity(sentence.words, other.words) < _ALIKE * len(sentence.words):
        return ""
    return Aligned(sentence, (other,), held).changed


def _places(sentence: Sentence, held: Said) -> list[int]:
    """The places of the held sentences that share most stems with a sentence: the best one, and neighbours of it."""
    wanted = set(sentence.stems)
    shared = Counter(place for one in wanted for place in held.index.get(one, ()))
    if not shared:
        return []
    # "Aucun passager n'a été blessé" is rather one that denies something than one that has a passenger and is hurt.
    denied = {sentence.words[at] for at in sentence.denials}
    best = min(shared, key=lambda at: (-shared[at] - 2 * len(denied.intersection(held.sentences[at].words)), at))
    chosen, left = [best], wanted - set(held.sentences[best].stems)
    while left and len(chosen) < _WINDOW:
        near = [place for place in shared if place not in chosen and any(abs(place - one) <= _REACH for one in chosen)]
        gain, place = max(((len(left & set(held.sentences[one].stems)), -one) for one in near), default=(0, 0))
        if gain < _GAIN:
            break
        chosen.append(-place)
        left -= set(held.sentences[-place].stems)
    return chosen


@dataclass(frozen=True)
class Aligned:
    """A sentence beside the sentences of a held article that say most of it, its `window`."""

    sentence: Sentence
    window: tuple[Sentence, ...]
    held: Said

    @cached_property
    def theirs(self) -> tuple[str, ...]:
        return tuple(word for one in self.window for word in one.words)

    @cached_property
    def added(self) -> tuple[str, ...]:
        """The stems that the held sentences lack: asked last, as most texts differ in a fact, which is told sooner."""
        return _added(self.sentence, self.window)

    @cached_property
    def changed(self) -> str:
        """The first fact that differs, "" when none does."""
        return next(self._changes(), "")

    def _changes(self) -> Iterator[str]:
        """The facts of the sentence that are not those of the held ones."""
        # Where capitals tell nothing, any other word may be a name.
        yield from self.added if not self.sentence.cased else ()
        yield from self._names()
        yield from self._numbers()
        yield from self._dates()
        yield from self._denials()
        yield from self._denied()
        yield from self._opposites()
        yield from self._events()
        yield from self._replaced()
        yield from self._crossed()
        yield from self._balance()
        yield from self._order()

    @cached_property
    def names(self) -> frozenset[str]:
        """The words of names on both sides, but for openers that the held article has as common words."""
        return frozenset(
            word
            for one in (self.sentence, *self.window, *self._twins)
            for name in one.names
            for word in name.words
            if word not in FUNCTION and (name.sure or word in self.held.sure_names or not self._is_ordinary(word))
        )

    def _is_ordinary(self, word: str) -> bool:
        """Whether a word that opens a sentence is no name: the held article writes it small, or has a form of it."""
        if word not in self.held.words:
            return stem(word) in self.held.stems
        return any(
            one.words.count(word) > sum(name.words.count(word) for name in one.names)
            for one in (self.sentence, *self.held.sentences)
            if one.cased and word in one.words
        )

    @cached_property
    def _dropped(self) -> frozenset[str]:
        """The words of names that the held sentences have and the sentence has not."""
        names = frozenset(word for one in self.window for name in one.names for word in name.words)
        return names - frozenset(self.sentence.words)

    def _names(self) -> Iterator[str]:
        words = frozenset(self.theirs)
        named = frozenset(word for one in self.window for name in one.names for word in name.words)
        for name in self.sentence.names:
            for word in name.words:
                told = word in (named if word in ACRONYMS else words)
                if told or any(same_name(word, other) for other in self._dropped):
                    continue
                # An opener may be any word; a name that the held article has elsewhere may stand for a pronoun.
                opener = not name.sure and (stem(word) in self.held.stems or not self._openers)
                elsewhere = self.held.has(word) and not self._dropped
                if not opener and not elsewhere:
                    yield word

    @cached_property
    def _openers(self) -> frozenset[str]:
        """Words that may be names of the held sentences only because they open one, and that the sentence lacks.

        None that the held article writes small: Drame au large for Naufrage au large names nobody else.
        """
        return frozenset(
            word
            for one in self.window
            for name in one.names
            if not name.sure
            for word in name.words
            if word not in self.sentence.words and not self._is_ordinary(word)
        )

    def _numbers(self) -> Iterator[str]:
        theirs = [one for sentence in self.window for one in sentence.numbers]
        lost = [one for one in theirs if not any(_is_same(one, other) for other in self.sentence.numbers)]
        for number in self.sentence.numbers:
            if any(_is_same(number, one) for one in theirs):
                continue
            if lost or not self._is_told(number):
                yield f"{number.value} {number.unit}".strip()

    def _is_told(self, number: Number) -> bool:
        """Whether the held article has a number elsewhere, of the same things."""
        after = _next(self.sentence.words, number.at)
        return any(
            _is_same(one, number) and _next(sentence.words, one.at) == after
            for sentence in self.held.sentences
            for one in sentence.numbers
        )

    def _dates(self) -> Iterator[str]:
        theirs = {date for one in self.window for date in one.dates}
        lost = theirs - set(self.sentence.dates)
        for date in self.sentence.dates:
            if date not in theirs and (date not in self.held.dates or any(_kind(date) == _kind(one) for one in lost)):
                yield date

    def _denials(self) -> Iterator[str]:
        """A denial that the held sentences lack, or one they have while its words are said without it."""
        theirs = [(one, at) for one in self.window for at in one.denials]
        scopes = [scope(one, at) for one, at in theirs]
        ours = [scope(self.sentence, at) for at in self.sentence.denials]
        for at, near in zip(self.sentence.denials, ours, strict=True):
            if not any(near & other or not near for other in scopes):
                yield self.sentence.words[at]
        stems = frozenset(self.sentence.stems)
        for (one, at), near in zip(theirs, scopes, strict=True):
            if one.words[at] in self.sentence.words or any(near & other for other in ours):
                continue
            if near and len(near & stems) > len(near) / 2:
                yield f"not: {one.words[at]}"

    def _denied(self) -> Iterator[str]:
        """What somebody denies, where the held sentences tell that something else is denied."""
        theirs = [objects for one in self.window for objects in _objects(one)]
        for ours in _objects(self.sentence):
            if theirs and not any(_are_alike(one, other) for found in theirs for one in ours for other in found):
                yield ours[0]

    def _opposites(self) -> Iterator[str]:
        ours = frozenset(self.sentence.words) - frozenset(self.theirs)
        gone = frozenset(self.theirs) - frozenset(self.sentence.words)
        if _CLASSED.isdisjoint(ours) or _CLASSED.isdisjoint(gone):
            return
        for one, other in _CLASSES:
            if (found := ours & one) and gone & other:
                yield min(found)

    def _events(self) -> Iterator[str]:
        """An event that the held sentences do not tell, while they tell one that the sentence does not."""
        ours = self.sentence.events
        if not ours.claims:
            return
        theirs = [one.events for one in self.window]
        if any(not event.is_told(ours.told) for one in theirs for event in one.claims):
            told = frozenset[str]().union(*(one.told for one in theirs))
            yield from (one.said for one in ours.claims if not one.is_told(told))

    @cached_property
    def _gaps(self) -> list[_Gap]:
        return _between(self.sentence.words, self.theirs)

    def _replaced(self) -> Iterator[str]:
        """A fact that stands where the held sentences have another one, also when the one beside it has this."""
        alone = (self.window if len(self.window) > 1 else ()) + self._twins
        for gap in chain(self._gaps, *(_between(self.sentence.words, one.words) for one in alone)):
            yield from self._exchanged(*gap)

    def _exchanged(self, ours: tuple[str, ...], theirs: tuple[str, ...]) -> Iterator[str]:
        """A fact among some words, where the held ones have another in the same place."""
        if not (ours and theirs):
            return
        for kind in (is_figure, _is_day_or_month, self.names.__contains__):
            if len(theirs) > _CLOSE or not (new := [word for word in ours if kind(word)]):
                continue
            if old := [word for word in theirs if kind(word)]:
                yield from (word for word in new if not any(same_name(word, other) for other in old))
        if _CLASSED.isdisjoint(ours) or _CLASSED.isdisjoint(theirs):
            return
        for one, other in _CLASSES:
            if (found := one.intersection(ours)) and other.intersection(theirs):
                yield min(found)

    @cached_property
    def _twins(self) -> tuple[Sentence, ...]:
        """The held sentences that are much the same, wherever they stand: their facts are those of other things.

        None when one of them has all the content of the sentence.
        """
        ours, found = self.sentence.words, []
        for one in self.held.sentences:
            least = ceil(_ALIKE * max(len(ours), len(one.words)))
            # Of two lengths too different none needs a look.
            if min(len(ours), len(one.words)) < least or not LCSseq.similarity(ours, one.words, score_cutoff=least):
                continue
            if not _added(self.sentence, (one,)):
                return ()
            found.append(one)
        return tuple(found)

    def _crossed(self) -> Iterator[str]:
        """A word that another one stands for in every held sentence that is much the same, when there are several."""
        new = []
        for one in self._twins:
            held = frozenset(one.stems)
            gaps = (ours for ours, theirs in _between(self.sentence.words, one.words) if _content(theirs))
            word = next((word for ours in gaps for word in _content(ours) if stem(word) not in held), "")
            if not word:
                return
            new.append(word)
        if len(set(new)) > 1 and all(stem(word) in self.held.stems for word in new):
            yield new[0]

    def _balance(self) -> Iterator[str]:
        """A word of denial too many or too few, but for those of a clause that is left out."""
        ours = [self.sentence.words[at] for at in self.sentence.denials]
        theirs = [one.words[at] for one in self.window for at in one.denials]
        if len(ours) > len(theirs):
            yield ours[-1]
        for here, there in self._gaps:
            gone = sum(word in theirs for word in there) - sum(word in ours for word in here)
            if gone > 0 and len(ours) < len(theirs) and len(there) <= _CLAUSE:
                yield f"not: {theirs[-1]}"

    def _order(self) -> Iterator[str]:
        """A fact that has changed places with another: Lens 2, Lille 1 is not Lens 1, Lille 2."""
        rubrics = {word for one in (self.sentence, *self.window) for word in one.rubric}
        for kind in (is_figure, _is_day_or_month, (self.names - rubrics).__contains__):
            yield from moved(kind, self.sentence.words, self.theirs)


def _added(sentence: Sentence, held: Sequence[Sentence]) -> tuple[str, ...]:
    """The stems of a sentence that held ones have in no spelling."""
    stems = frozenset(one for other in held for one in other.stems)
    unused = [one for one in stems if one not in sentence.stems]
    new = (one for one in sentence.stems if one not in stems)
    return tuple(one for one in new if not any(_is_respelt(one, other) for other in unused))


_Gap = tuple[tuple[str, ...], tuple[str, ...]]


def _between(ours: tuple[str, ...], theirs: tuple[str, ...]) -> list[_Gap]:
    """What stands here and there between the words that two texts have in the same order."""
    found, a, b = [], 0, 0
    for op in [*LCSseq.opcodes(ours, theirs), None]:
        if op is None or op.tag == "equal":
            start, end = (op.src_start, op.dest_start) if op else (len(ours), len(theirs))
            if start > a or end > b:
                found.append((ours[a:start], theirs[b:end]))
            a, b = (op.src_end, op.dest_end) if op else (a, b)
    return found


def _objects(sentence: Sentence) -> Iterator[list[str]]:
    """The words of content after each word that tells that somebody denies something."""
    for at, word in enumerate(sentence.words):
        if word in DENIED and (found := _content(sentence.words[at + 1 : at + 1 + _CLOSE])):
            yield found


def _are_alike(one: str, other: str) -> bool:
    """Whether two words begin with the same letters: wrong, wrongdoing."""
    return one[:_CLAUSE] == other[:_CLAUSE]


def _content(words: tuple[str, ...]) -> list[str]:
    return [word for word in words if word not in FUNCTION]


def _is_day_or_month(word: str) -> bool:
    return word in WEEKDAYS or word in MONTHS


def _is_same(one: Number, other: Number) -> bool:
    """Whether two numbers are one: a man of 19 is 19 years old, but 5 is not 5 %."""
    if one.value != other.value or one.unit == other.unit:
        return one.value == other.value
    return "" in (one.unit, other.unit) and not _MONEY & {one.unit, other.unit}


def _next(words: Sequence[str], at: int) -> str:
    return next((stem(word) for word in words[at + 1 : at + 4] if word not in FUNCTION), "")


def _kind(date: str) -> str:
    return "day" if date.startswith("day") else "hour" if "h" in date else "date"


def _is_respelt(one: str, other: str) -> bool:
    return not one[0].isdigit() and not other[0].isdigit() and (same_name(one, other) or _is_typed(one, other))


def _is_typed(one: str, other: str) -> bool:
    return min(len(one), len(other)) > len("abcd") and is_slip(one, other) and one not in DENIALS

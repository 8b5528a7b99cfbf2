"""Said and its story -> the sentences that bring a name, number, date, quotation or denial the story did not have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from monitor.dedup.concepts import COUNTRIES
from monitor.dedup.denials import CONTESTED, contests, denied, is_told_otherwise
from monitor.dedup.events import Event
from monitor.dedup.facts import PRISON_YEARS, Number, Said, Sentence, stem
from monitor.dedup.lexicon import ACRONYMS, COMPASS, FUNCTION, RANKS, TELLING
from monitor.dedup.names import Name
from monitor.dedup.places import TOWNS
from monitor.dedup.spelling import same_name

# Fewer quoted words are a nickname or a word held at a distance.
MIN_QUOTED = 2
# Share of a quotation's words that one held sentence has when it was quoted before.
QUOTED_BEFORE = 0.7
# Units in which the same figure is another fact: three dogs are not three hours.
_STRICT = frozenset("% h jour semaine mois min degre km m mile ha acre euro dollar livre".split())
# How far from a number a word still tells what is counted.
_LEFT, _RIGHT = 5, 6
# Figures from which, or significant digits with which, two of the same value hardly count different things.
_LARGE, _DIGITS = 1000, 3
# Words of content that two sentences share, the number aside, which count the same under different names; numbers up
# to that recur easily.
_SOME, _MUCH, _EASY = 2, 4, 5


@dataclass(frozen=True)
class Brought:
    """A sentence in the article's own words, and the facts in it that its story did not have, as spoken."""

    sentence: str
    facts: tuple[str, ...]


def news(said: Said, story: Known | Sequence[Said]) -> tuple[str, ...]:
    """The sentences, in the article's own words, that bring a fact; other wording alone is none.

    A headline that brings nothing over the sentences under it is left out.
    """
    found = brought(said, story)
    if len(found) > 1 and said.title and found[0].sentence == said.title.said:
        beneath = set(_new(said.title.untimed, Known([replace(said, title=None)])))
        if beneath.isdisjoint(found[0].facts):
            found = found[1:]
    return tuple(one.sentence for one in found)


def brought(said: Said, story: Known | Sequence[Said]) -> tuple[Brought, ...]:
    """Each sentence of an article with the facts that no article of its story had; those without any are left out."""
    known = story if isinstance(story, Known) else Known(story)
    found = []
    for sentence in said.sentences:
        told = sentence.untimed
        if told.words and told.words not in known.lines and (facts := tuple(dict.fromkeys(_new(told, known)))):
            found.append(Brought(sentence.said, facts))
    return tuple(found)


class Known:
    """What the articles of a story have told; it grows with `add`, in time that grows with its different names only."""

    def __init__(self, story: Iterable[Said] = ()) -> None:
        self.lines: set[tuple[str, ...]] = set()
        self.words: set[str] = set()
        self.stems: set[str] = set()
        self.common: set[str] = set()  # words written small
        self.dates: set[str] = set()
        self.numbers: set[tuple[str, str]] = set()  # (value, unit)
        self.kinds: set[tuple[str, str]] = set()  # (value, what happened to so many)
        self.counted: defaultdict[str, set[str]] = defaultdict(set)  # value -> stems beside it
        self.counting: defaultdict[str, list[frozenset[str]]] = defaultdict(list)  # value -> stems of sentences
        self.denied: set[str] = set()
        self.events: set[str] = set()  # kinds
        self.claimed: set[str] = set()  # kinds that were claimed, not only hinted at
        self._sentences: list[frozenset[str]] = []
        self._places: defaultdict[str, list[int]] = defaultdict(list)  # word -> places in _sentences
        self._runs: list[tuple[frozenset[str], ...]] = []  # the names of each sentence that has any
        self._named: defaultdict[str, set[int]] = defaultdict(set)  # word of a name -> places in _runs
        self._names: list[str] = []  # every word of a name once, in the order of coming
        self._spelt: dict[str, tuple[int, set[str]]] = {}  # word -> how many of _names were compared, those it is
        self._seen: set[str] = set()
        for said in story:
            self.add(said)

    def add(self, said: Said) -> None:
        """Take in what one more article of the story tells."""
        self.dates |= said.dates
        for sentence in said.sentences:
            if sentence.said not in self._seen:
                self._seen.add(sentence.said)
                self._add_names(sentence)
                self._add_numbers(sentence)
                if (told := sentence.untimed).words not in self.lines:
                    self._add_words(told)

    def _add_words(self, sentence: Sentence) -> None:
        self.lines.add(sentence.words)
        self.events |= sentence.events.told
        self.claimed.update(*(one.kinds & sentence.events.told for one in sentence.events.claims))
        words = frozenset(sentence.words)
        self.words |= words
        self.stems.update(sentence.stems)
        for word in words:
            self._places[word].append(len(self._sentences))
        self._sentences.append(words)
        for at in sentence.denials:
            self.denied |= denied(sentence, at)
        if contests(sentence.words):
            self.denied.add(CONTESTED)

    def _add_names(self, sentence: Sentence) -> None:
        # Letter case tells no names in a headline in capitals: any of its words may be one.
        runs = [frozenset(run) for run in _runs(sentence)] if sentence.cased else [frozenset(sentence.words)]
        if sentence.cased:
            self.common.update(set(sentence.words).difference(*runs))
        for word in frozenset[str]().union(*runs):
            if sentence.cased and word not in self._named:
                self._names.append(word)
            self._named[word].add(len(self._runs))
        self._runs.append(tuple(runs))

    def _add_numbers(self, sentence: Sentence) -> None:
        for number in sentence.numbers:
            self.numbers.add((number.value, number.unit))
            if number.unit not in _STRICT:
                self.kinds.add((number.value, _kind(sentence, number)))
                self.counted[number.value] |= _beside(sentence, number.at)
                self.counting[number.value].append(frozenset(sentence.stems) - {number.value})
        for at, word in enumerate(sentence.words):
            if word[0].isdigit() and all(at != number.at for number in sentence.numbers):
                self.counted[word] |= _beside(sentence, at)

    def spellings(self, word: str) -> set[str]:
        """The words of held names that are this word in any spelling."""
        compared, found = self._spelt.get(word, (0, set()))
        found |= {other for other in self._names[compared:] if same_name(word, other)}
        self._spelt[word] = len(self._names), found
        return found

    def has_named(self, word: str) -> bool:
        """Whether a word, in any spelling, was told as one of a name."""
        return word in self._named or bool(self.spellings(word))

    def has_name(self, words: tuple[str, ...]) -> bool:
        """Whether a name was told: each word, and of several words all by one held name, or by whole ones side by side.

        Jean Durand is not told by Jean Martin and Sophie Durand, nor Pierre Petit by a small village of stone.
        """
        if len(words) == 1:
            word = words[0]
            told = self._has_acronym(word) if word in ACRONYMS else word in self.words
            return told or bool(self.spellings(word)) or self._has_nation(word)
        return (
            self._is_told([{word} for word in words])
            or self._is_told([{word} | self.spellings(word) for word in words])
            or any(self._has_whole(words[:at]) and self._has_whole(words[at:]) for at in range(1, len(words)))
        )

    def _has_whole(self, words: tuple[str, ...]) -> bool:
        """Whether some words are all of a name that was told: Jane Doe and Aerlink, in Jane Doe of Aerlink."""
        name = frozenset(words)
        runs = (run for place in self._named.get(words[0], ()) for run in self._runs[place])
        return any(name == run or (len(words) > 1 and name <= run) for run in runs)

    def _has_acronym(self, word: str) -> bool:
        """Whether an acronym that is a word too was told as a name, or in other words: US, American, the States."""
        if word in self._named:
            return True
        return not self.words.isdisjoint(_IN_FULL.get(word, ())) or self.has_country(word)

    def _has_nation(self, word: str) -> bool:
        """Whether a country was told by its people, or the other way; Paris is another fact than France."""
        nation = _NATIONS.get(COUNTRIES.get(word, ""), frozenset())
        return word in nation and not self.words.isdisjoint(nation)

    def has_country(self, word: str) -> bool:
        """Whether a country or union was told by any of the words for it: Russia, Russians, Moscow."""
        one = COUNTRIES.get({"un": "onu"}.get(word, word))
        return one is not None and any(COUNTRIES.get(other) == one for other in self.words)

    def has_denial(self, sentence: Sentence, at: int) -> bool:
        """Whether what a word denies was denied, or told in words that need no denial."""
        ours = denied(sentence, at)
        return not ours or not ours.isdisjoint(self.denied) or is_told_otherwise(sentence, at, self.words, self.events)

    def has_event(self, event: Event) -> bool:
        """Whether an event was told, or one after which it is no news."""
        return event.is_told(self.events) or event.is_close(self.claimed, self.events)

    def _is_told(self, spelt: Sequence[set[str]]) -> bool:
        """Whether the names of one sentence are that whose words are given, each in its spellings."""
        places = [set[int]().union(*(self._named.get(one, ()) for one in forms)) for forms in spelt]
        return any(_is_told_by(spelt, self._runs[place]) for place in set[int].intersection(*places))

    def has_quote(self, quote: frozenset[str]) -> bool:
        """Whether one held sentence has most words of a quotation."""
        needed = QUOTED_BEFORE * len(quote)
        # A sentence that has so many has one of any that are more than the others.
        rare = sorted(quote, key=lambda word: len(self._places.get(word, ())))[: int(len(quote) - needed) + 1]
        places = {place for word in rare for place in self._places.get(word, ())}
        return any(len(quote & self._sentences[place]) >= needed for place in places)


def _is_told_by(spelt: Sequence[set[str]], runs: Sequence[frozenset[str]]) -> bool:
    """Whether the words of a name, each in any spelling, are those of one name of a sentence, or of whole ones."""
    if any(all(forms & run for forms in spelt) for run in runs):
        return True
    every = set[str]().union(*spelt)
    whole = frozenset[str]().union(*(run for run in runs if run <= every))
    return all(forms & whole for forms in spelt)


def _runs(sentence: Sentence) -> Iterator[tuple[str, ...]]:
    """The words of each name of a sentence; a first word that opens it is one with the name right after it."""
    names = iter(sentence.names)
    for one in names:
        if not one.sure and (other := next(names, None)):
            yield from [one.words + other.words] if _follows(sentence.words, one, other) else [one.words, other.words]
        else:
            yield one.words


def _claims(sentence: Sentence, known: Known) -> Iterator[tuple[str, ...]]:
    """The names of a sentence that are surely some, the first with the word that opens it unless that is no name."""
    opener: Name | None = None
    for name in sentence.names:
        if name.sure:
            joined = opener and _follows(sentence.words, opener, name) and opener.words[0] not in RANKS - COMPASS
            # A ferry is not the first name of its Morgane, but Pierre may be that of a Petit whom nobody named.
            if opener and joined and (opener.words[0] not in known.common or not known.has_named(name.words[0])):
                yield opener.words + name.words
            else:
                yield name.words
        opener = None if name.sure else name


def _follows(words: tuple[str, ...], one: Name, other: Name) -> bool:
    """Whether a name stands right after another: Jean Durand, not crue du Vidourle."""
    return not one.sure and other.sure and (one.words[0], other.words[0]) in pairwise(words)


def _new(sentence: Sentence, known: Known) -> Iterator[str]:
    """The facts of a sentence that are not known."""
    yield from (" ".join(name) for name in _claims(sentence, known) if not known.has_name(name))
    if not sentence.cased:
        yield from (word for word in sentence.words if word in _COUNTRIES and not known.has_country(word))
    for number in sentence.numbers:
        if not _is_known_number(sentence, number, known):
            yield f"{number.value} {number.unit}".strip()
    yield from (date for date in sentence.dates if date not in known.dates)
    for quote in sentence.quotes:
        if len(quote) >= MIN_QUOTED and not known.has_quote(frozenset(quote)):
            yield " ".join(quote)
    for at in sentence.denials:
        if not known.has_denial(sentence, at):
            yield sentence.words[at]
    yield from (one.said for one in sentence.events.claims if not (one.weak or known.has_event(one)))


def _is_known_number(sentence: Sentence, number: Number, known: Known) -> bool:
    """Whether a number was told of the same: with its unit, of the same fate, or beside a word of the same stem."""
    value = number.value
    if number.unit and (value, number.unit) in known.numbers:
        return True
    if number.unit in _STRICT or value not in known.counted:
        return False
    if number.unit == PRISON_YEARS:  # told without the prison: sentenced to thirty years
        return not _PUNISHED.isdisjoint(known.counted[value])
    if kind := _kind(sentence, number):
        return (value, kind) in known.kinds
    # Jane Doe, 34, is 34 years old.
    is_age = number.unit == "an" and (value, "") in known.kinds and (value, "") in known.numbers
    if is_age or _is_rare(value) or _beside(sentence, number.at) & known.counted[value]:
        return True
    return _is_recounted(sentence, number, known)


def _is_rare(value: str) -> bool:
    """Whether a number is such that another thing is hardly counted with the same: a year, 214, 18000."""
    return value.isdecimal() and (int(value) >= _LARGE or len(value.rstrip("0")) >= _DIGITS)


def _is_recounted(sentence: Sentence, number: Number, known: Known) -> bool:
    """Whether a number was told of the same under another name: two trams, the two carriages of before.

    The sentences have much else in common then; a number that recurs easily is of a thing that nobody named before.
    """
    common = max((len(told.intersection(sentence.stems)) for told in known.counting[number.value]), default=0)
    if common >= _MUCH or (common >= _SOME and number.value.isdecimal() and int(number.value) > _EASY):
        return True
    counted = next((word for word in sentence.words[number.at + 1 :] if word not in FUNCTION), "1")
    return common >= _SOME and not counted[0].isdigit() and stem(counted) not in known.stems


def _kind(sentence: Sentence, number: Number) -> str:
    """What happened to those that are counted, by the nearest word that tells it, or nothing."""
    words, at = sentence.words, number.at
    if words[at - 1 : at] and words[at - 1] in _NUMBERED:
        return ""
    after = _first_fate(words[at + 1 : at + 1 + _RIGHT])
    before = _first_fate(words[max(0, at - _LEFT) : at][::-1])
    # "2 dead 12 hurt", "9 hurt by 2 trams": what stands before belongs to the number before it.
    place = at - 1 - before[0] if before else 0
    claimed = before is not None and any(place - _LEFT <= other.at < place for other in sentence.numbers)
    if not (after and before):
        return "" if claimed and not after else (after or before or (0, ""))[1]
    if after[0] == before[0]:
        return (after if claimed else before)[1]
    return min(after, before)[1]


def _first_fate(words: Sequence[str]) -> tuple[int, str] | None:
    """The nearest word of a fate before the next number, as (distance, fate)."""
    for distance, word in enumerate(words):
        if word in _FATES:
            return distance, _FATES[word]
        if word[0].isdigit():
            return None
    return None


def _beside(sentence: Sentence, at: int) -> frozenset[str]:
    """The stems around a number, and what is counted where the press has many words for it."""
    near = (*sentence.words[max(0, at - _LEFT) : at], *sentence.words[at + 1 : at + 1 + _RIGHT])
    return frozenset(
        "people" if word in _FATES else _COUNTED.get(word) or stem(word)
        for word in near
        if word in _COUNTED or word in _FATES or word not in _UNCOUNTED
    )


_FATES = {
    word: fate
    for fate, words in {
        "dead": "mort morts morte mortes mortel mortelle mourir meurt meurent decede decedes decedee deces peri "
        "perissent tue tues tuee tuees tuant tuer vie dead death deaths deadly die dies died dying kill kills killed "
        "killing fatalities lives perished",
        "hurt": "blesse blesses blessee blessees blessant blesser blessures hurt injured injuring injuries injures "
        "injury wounded wounding wounds",
        "missing": "disparu disparus disparue disparues recherche recherches recherchee recherchees missing "
        "unaccounted",
        "arrested": "arrete arretes arretee arretees arrestation arrestations interpelle interpelles interpellee "
        "interpellees interpellations arrest arrests arrested detained",
        "evacuated": "evacue evacues evacuee evacuees evacuer evacuated evacuees evacuating",
        "saved": "sauve sauves sauvee sauvees secouru secourus rescued saved",
        "charged": "inculpe inculpes inculpee examen charged indicted",
    }.items()
    for word in words.split()
}
_PUNISHED = frozenset(
    stem(word)
    for word in "condamne condamnee condamnes peine peines requis encourt sentenced sentence jailed term faces".split()
)
_COUNTED = {
    word: one
    for one, words in {
        "people": "personne personnes gens riverain riverains voisin voisins "
        "passager passagers passagere passageres habitant habitants sinistre "
        "sinistres consommateur consommateurs manifestant manifestants malade malades victime victimes "
        "salarie salaries employe employes homme hommes femme femmes skieur skieurs people person persons "
        "passenger passengers resident residents man men woman women victim victims worker workers employee "
        "employees employs workforce staff rider cyclist protesters",
        "home": "habitation habitations foyer foyers logement logements "
        "maison maisons home homes house houses household households",
        "shop": "magasin magasins commerce commerces supermarche supermarches store stores shop shops supermarket "
        "supermarkets",
        "defeat": "defaite defaites revers defeat defeats loss losses",
    }.items()
    for word in words.split()
}
# Things that are told apart by a number behind them.
_NUMBERED = frozenset(
    "ligne article route autoroute quai phase chaine niveau groupe page etape line article route platform "
    "phase terminal gate level group stage page flight vol".split()
)
_UNCOUNTED = FUNCTION | TELLING | RANKS
# What acronyms are called in full.
_IN_FULL = {"us": ("states", "etats"), "un": ("nations",), "eu": ("europe", "european", "europeenne")}
# Each country -> the words for it and its people.
_NATIONS = {
    one: frozenset(word for word, other in COUNTRIES.items() if other == one) - TOWNS - {"kremlin"}
    for one in set(COUNTRIES.values())
}
# Words that name a country where capitals do not tell names.
_COUNTRIES = COUNTRIES.keys() - FUNCTION

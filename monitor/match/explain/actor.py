"""An actor -> every form that it is found by, with examples of what its `fuzzy` lets pass, for people to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.match import names
from monitor.match.conditions import Mode, Term
from monitor.match.names import is_cyrillic, neighbours
from monitor.match.passages import Page, occurrences
from monitor.match.written import PERSON, Actor, Manner, Spelling, Terms
from monitor.model import Article, Published

_EXAMPLES = 8


@dataclass(frozen=True, slots=True)
class Forms:
    """What may stand in the place of a word `of` a spelling, and `how` these forms came about."""

    of: str
    how: str
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A spelling of an actor as written, its other forms, and slips that its `fuzzy` finds (`passes`) or not (`fails`).

    Each of `fails` is (slip, reason). `mode` is how its words are compared.
    """

    text: str
    mode: Mode
    edits: int
    forms: tuple[Forms, ...]
    passes: tuple[str, ...]
    fails: tuple[tuple[str, str], ...]


def forms_of(actor: Actor) -> list[Shown]:
    """Every spelling of an actor, the name first."""
    terms = Terms()
    manner = Manner(Mode.EXACT).changed(actor.modifiers, Mode.EXACT)
    person = actor.kind == PERSON
    return [_shown(terms, one, manner.changed(one.modifiers, Mode.EXACT), person=person) for one in actor.spellings]


def _shown(terms: Terms, spelling: Spelling, manner: Manner, *, person: bool) -> Shown:
    if manner.mode is Mode.CASE:
        return Shown(spelling.text, manner.mode, 0, (), (), ())
    fuzzy = manner.mode is Mode.FUZZY
    written, *others = names.patterns(spelling.text, person=person, fuzzy=fuzzy)
    forms = [*_forms(written), *(Forms(spelling.text, str(one.kind), tuple(_written(one))) for one in others)]
    found = terms.of_name(spelling, manner, person=person)
    passes, fails = _examples(written, found) if fuzzy else ((), ())
    return Shown(spelling.text, manner.mode, manner.edits, tuple(forms), passes, fails)


def _forms(pattern: names.Pattern) -> Iterator[Forms]:
    for word in pattern.words:
        for how in names.How:
            if found := [form for form, origin in word.forms if origin is how]:
                yield Forms(word.raw, str(how), tuple(_like(word, form) for form in found))
        if word.initials:
            yield Forms(word.raw, "initial", tuple(f"{initial.capitalize()}." for initial in word.initials))


def _written(pattern: names.Pattern) -> Iterator[str]:
    """A pattern that is not as written in full, with the particles of its joined words in each way."""
    yield " ".join(_like(word, word.folded) for word in pattern.words)
    if len(pattern.words) == 1 or pattern.kind is names.Kind.JOINED:
        for place, word in enumerate(pattern.words):
            for form, how in word.forms:
                if how is names.How.PARTICLE:
                    words = [form if at == place else other.folded for at, other in enumerate(pattern.words)]
                    yield " ".join(map(_like, pattern.words, words))


def _like(word: names.NameWord, form: str) -> str:
    """A folded form with a capital where the word has one."""
    return form.capitalize() if word.raw[:1].isupper() else form


def _examples(pattern: names.Pattern, terms: Sequence[Term]) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Slips of a spelling as matching takes them: those that are found, and those that are not, with the reason."""
    place = max(range(len(pattern.words)), key=lambda at: (terms[0].words[at].edits, at))
    word, raw = pattern.words[place], [one.raw for one in pattern.words]
    if not terms[0].words[place].edits:
        return (), ((_with(raw, place, _like(word, _slips(word.folded)[0])), "too short a word for slips"),)
    slips = [(slip, "") for slip in _slips(word.folded)]
    slips += [
        (slip, "an ordinary word or name") for slip in neighbours(word.folded, terms[0].words[place].edits)[:_EXAMPLES]
    ]
    far = word.folded
    for _ in range(terms[0].edits + 1):
        far = _slips(far)[1]
    slips.append((far, "too many edits"))
    tried = [(_with(raw, place, _like(word, slip)), why) for slip, why in slips]
    if word.raw[:1].isupper() and len(raw) == 1:
        tried.append((_slips(word.folded)[0], "a slip needs a capital"))
    passes = tuple(text for text, _ in tried if _is_found(text, terms))
    fails = {text: why or "an ordinary word or name" for text, why in reversed(tried) if text not in passes}
    return passes, tuple(reversed(fails.items()))


def _with(raw: Sequence[str], place: int, slip: str) -> str:
    return " ".join(slip if at == place else word for at, word in enumerate(raw))


def _slips(word: str) -> list[str]:
    """A word with a letter lost, doubled and changed."""
    middle = len(word) // 2
    one, other = "ае" if is_cyrillic(word) else "ae"
    changed = one if word[-1] != one else other
    return [word[:middle] + word[middle + 1 :], word[:middle] + word[middle] + word[middle:], word[:-1] + changed]


def _is_found(text: str, terms: Sequence[Term]) -> bool:
    page = Page(
        Article(
            source="", guid="", url=None, title="", title_derived=False, lede="", body=text, agency=None,
            published=Published(), language=None,
        ),
        (),
    )  # fmt: skip
    return any(occurrences(term, page) for term in terms)

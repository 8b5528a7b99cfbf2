"""A word of denial in a sentence -> what it denies, as stems, and whether a story told it without that word."""

from __future__ import annotations

from collections.abc import Sequence, Set

from monitor.dedup.facts import Sentence, stem
from monitor.dedup.lexicon import DENIALS, FUNCTION, RANKS, TELLING

# How far from its denial a word still belongs to what is denied.
_BEFORE, _AFTER = 6, 9
# Words of content after a denial of grammar that may be the verb it denies: not wish to comment.
_VERBS = 3
# How many words before "pas" its "ne" stands: n'a cause la mort d'aucun.
_NE = 8

# What somebody denies who contests accusations.
CONTESTED = "accusation"


def denied(sentence: Sentence, at: int) -> frozenset[str]:
    """What a word of denial denies, as stems: the verb between "ne" and it, then what follows it; or its own.

    Where it was denied does not count: in the plant nobody was hurt, nobody survived.
    """
    words = sentence.words
    own = stem(words[at])
    refuses = words[at] in _REFUSALS and words[at + 1 : at + 2] in _TO_DO
    if words[at] in _CONTESTING:
        return frozenset((own, CONTESTED))
    if words[at] in _REJECTING and not _ACCUSED.isdisjoint(words[at + 1 : at + 1 + _VERBS]):
        return frozenset((CONTESTED,))
    if own not in _GRAMMAR and words[at] not in _NOBODY | _LACKING and not refuses:
        return frozenset((own,))
    start = max(0, at - _NE)
    begins = next((place + 1 for place in range(at - 1, start - 1, -1) if words[place] in ("ne", "n")), at)
    between = [word for word in words[begins:at] if word not in _UNSAID]
    after: list[str] = []
    for word in words[at + 1 : at + _AFTER]:
        # "a" is French "à", but for the English article.
        if after and word in _PLACING and not (word == "a" and words[at] in _ENGLISH):
            break
        after += [word] if word not in _UNSAID else []
    found = frozenset(_SAME.get(word) or stem(word) for word in (*between, *after[:_VERBS]))
    return found | {own} if words[at] in _FAILING else found


def scope(sentence: Sentence, at: int) -> frozenset[str]:
    """The stems around a word of denial."""
    near = sentence.words[max(0, at - _BEFORE) : at + _AFTER]
    denied = {"nobody" if sentence.words[at] in _NOBODY else stem(sentence.words[at])} - _GRAMMAR
    return frozenset(_DEATHS.get(word) or stem(word) for word in near if word not in _UNSAID) | denied


def is_told_otherwise(sentence: Sentence, at: int, words: Set[str], events: Set[str]) -> bool:
    """Whether a story, of which all words and kinds of event are given, tells without a denial what one says.

    What was left unsealed had not been sealed, and where traffic is suspended no tram runs.
    """
    ours = sentence.words
    near = ours[at + 1 : at + 1 + _BEFORE]
    if ours[at] in _SIMPLE and any(f"{one}{word}" in words for word in near for one in _REVERSING):
        return True
    runs = ours[max(0, at - _BEFORE) : at + 1 + _VERBS]
    if ours[at] in _SIMPLE and not _MAY.isdisjoint(ours[max(0, at - _MODAL) : at]) and not _BARS.isdisjoint(events):
        return True
    works = not _WORKING.isdisjoint(runs) or ours[max(0, at - 2) : at] == ("y", "a")
    return works and ours[at] in _SIMPLE and not _STOPS.isdisjoint(events)


def contests(words: Sequence[str]) -> bool:
    """Whether somebody contests in some words what he is accused of."""
    return not _CONTESTING.isdisjoint(words)


_UNSAID = FUNCTION | TELLING | RANKS | DENIALS
# Words of denial that are in any denial; the others (denied, refuse) say what is denied as much as what follows them.
_GRAMMAR = frozenset(
    stem(word) for word in "pas jamais aucun aucune rien ni non sans plus no not never nor without t neither".split()
)
_DEATHS = dict.fromkeys(
    "mort morts morte mortes mortel mortelle tue tues tuee tuees victime victimes deces peri dead death deaths died "
    "killed fatalities casualties victim victims lives".split(),
    "death",
)
# Words that deny the same.
_SAME = _DEATHS | {
    word: words.split()[0]
    for words in (
        "hurt blesse blesses blessee blessees injured injuries injury wounded",
        "comment comments commented commenter commente repondre repondu respond responded reagir reagi react exprimer "
        "exprime",
        "talks discussions discussion negotiations negociations negociation pourparlers",
        "abroad leave left country",
        "laid layoffs redundancies redundant lose job jobs licencie licencies licenciement licenciements emploi "
        "emplois",
        "shown show shows showed prove proves proved proven proof evidence prouve prouver preuve demontre demontrer",
        "electricite courant electricity power",
        "return returned returns back revenir revenu revenue rentre rentrer",
        "baisse baisser baissee baissees abaisse abaissee abaissees abaisser lowered lower",
    )
    for word in words.split()
}
# Words that lead from what is denied to where and when.
_PLACING = frozenset("in at on by from near during after before a au aux dans sur par en chez apres avant".split())
_ENGLISH = frozenset("no not never nor without t neither nobody none".split())
_REFUSALS = frozenset("refuse refuser refused refuses fail fails failed".split())
_FAILING = frozenset("fail fails failed".split())
_TO_DO = (("de",), ("d",), ("to",))
_NOBODY = frozenset("personne nobody none".split())
# By these somebody says that what he is accused of is not so, by those only with the accusations after them.
_CONTESTING = frozenset(
    "nie nient niait dement dementi dementent deny denies denied denying conteste contestent conteste "
    "contestait refute refutent disputes disputed refutes refuted".split()
)
_REJECTING = frozenset("rejette rejete reject rejects rejected ecarte".split())
_ACCUSED = frozenset("accusation accusations allegation allegations charges claim claims soupcons reproches".split())
# Words that make a lack of what follows them.
_LACKING = frozenset("prive privee prives privees".split())
_SIMPLE = frozenset("pas plus jamais personne aucun aucune not no never nobody none longer t".split())
_REVERSING = ("un", "in", "im", "ir", "il", "dis", "mal")
_STOPS = frozenset("closure suspension cancellation block freeze strike abandonment collapse".split())
_MODAL = 2  # words between a verb of permission and its denial, at most less one
_MAY = frozenset("may can could must peut peuvent pourra pourront doit doivent".split())
_BARS = frozenset("ban suspension refusal block closure sanction restriction".split())
# What a service does that is stopped.
_WORKING = frozenset(
    "circule circulent circuler circulait roule roulent rouler accueille accueillent accueillir recoit "
    "recoivent recevoir fonctionne fonctionnent fonctionner ouvre ouvrent ouvrir vole volent assure "
    "assures assuree assurees passe passent dessert desservi desservie desservis run runs running operate "
    "operates operating accept accepts accepting admit admits admitting admitted open opening work working "
    "serve serves serving leave leaving depart fly flying".split()
)

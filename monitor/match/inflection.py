"""Word -> the keys it shares with its other forms of number and gender, and with no other word.

Two words are forms of one another when they have a key in common. The endings are those with which French and English
form number and gender. The pairs of words they join were looked up in Lexique 3.83 (140,000 French forms with lemmas
and frequencies); endings that join strangers there are narrowed or carry exceptions. So a bare final e is no rule (it
would join port and porte, point and pointe, accord and accorde): the words that take it, and no others, are listed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

LANGUAGES = ("fr", "en")
"""The languages whose number and gender are known; in any other a word has no other form."""

Endings = Mapping[str, tuple[str, ...]]
"""Ending -> what may stand in its place; the longest ending that fits a word decides."""

_FRENCH_PLURAL: Endings = {
    "s": ("",),
    "ss": ("ss",),
    "aux": ("al", "au"),  # nationaux, noyaux
    "eaux": ("eau",),
    "eux": ("eux", "eu"),  # heureux, enjeux
    **{ending: (ending, ending[:-1]) for ending in ("ais", "ois", "is", "us")},  # français, délais
}
_IRREGULAR_PLURAL = {
    "travaux": "travail", "vitraux": "vitrail", "coraux": "corail", "emaux": "email", "baux": "bail",
    "bijoux": "bijou", "cailloux": "caillou", "choux": "chou", "genoux": "genou", "joujoux": "joujou", "poux": "pou",
    "messieurs": "monsieur", "mesdames": "madame", "yeux": "oeil", "cieux": "ciel", "ans": "an",
    "des": "du", "aux": "au",  # contracted articles: chef du gouvernement, chefs des gouvernements
}  # fmt: skip
# Words that end like a plural and are none, though the rest is a word: cours and cour, vers and ver, fonds and fond.
_NO_PLURAL = frozenset(
    "apres avis bois bras ceux chaux corps cours dans deux divers entres eux faux fils fois fonds gras gros "
    "lors luis mais mars mieux moins mois paris pars pays peux plus puis revers sans sens sous suis taux temps "
    "tours tous vers veux".split()
)
_SHORTEST_PLURAL = 4

_FEMININE: Endings = {
    "ale": ("al",),
    "ielle": ("iel",),
    "uelle": ("uel",),
    "nelle": ("nel",),
    "relle": ("rel",),
    "telle": ("tel",),
    "eelle": ("eel",),
    "ienne": ("ien",),
    "eenne": ("een",),
    "yenne": ("yen",),
    "aine": ("ain",),
    "ante": ("ant",),
    "ente": ("ent",),
    "sive": ("sif",),
    "tive": ("tif",),
    "euse": ("eux", "eur"),
    "trice": ("teur",),
    "drice": ("deur",),
    "ieure": ("ieur",),
    "teure": ("teur",),
    "iere": ("ier",),
    "gere": ("ger",),
    "aise": ("ais",),
    "oise": ("ois",),
    "ande": ("and",),
    **{f"{letter}ue": (f"{letter}u",) for letter in "bcdhlmnprstv"},
}
# With a shorter masculine these endings join mostly strangers: croise and crois, tante and tant, rue and ru.
_SHORTEST_MASCULINE = {"aise": 6, "oise": 6, "euse": 5, "ande": 5, "ante": 5, "tive": 5, "sive": 5}
_SHORTEST_OTHERWISE = 4

# Masculines whose feminine by these endings is another word: grain and graine, motif and (il) motive, prier and prière.
_OTHER_WORDS = frozenset(
    "aubain aval avenu cafetier capital carrier chant command dizain drain entrain entretien entrevu gain glacier "
    "gland grain issu main maintien malais manier mateur moral motif orient plain plant prier rein revenu revu "
    "serpent signal soutien statu tenu tortu train traite vent".split()
)
# Nouns in -ée that are no feminine of a word in -é: armée and armé, données and donné.
_NOUNS_IN_EE = frozenset(
    "allee annee armee arrivee assemblee chaussee donnee duree entree fumee fusee gelee idee journee levee maree "
    "melee montee pensee portee rentree soiree tournee traitee tranchee traversee vallee visee volee".split()
)
# Masculines that take a bare e: petit, petite.
_TAKE_E = frozenset(
    "abject accompli acquis adequat adjoint admis affaibli afghan ami argentin atteint averti avocat banni birman "
    "bleu blond brun byzantin candidat castillan catalan chaud choisi civil clair clandestin commis commun compact "
    "compris compromis concis confus conjoint conquis construit contraint contredit correct court cousin couvert "
    "defenseur delicat demi detruit diffus direct distinct divin dur ecrit elargi elu enfantin ennemi envahi "
    "espagnol etabli eteint etroit exact expert exquis fecond feminin fini fort fourni froid futur gamin gitan "
    "gouverneur gratuit gris hardi haut idiot immediat imprecis inclus incorrect indirect inexact infect infini "
    "ingrat inscrit intact interdit joli latin lourd maghrebin magistrat majeur masculin maudit meilleur mineur "
    "mort musulman noir nourri obscur offert omis orphelin ottoman ouvert parfait partisan peint permis persan "
    "petit plat plein poli poursuivi precis predecesseur pret procureur produit professeur profond promis puni pur "
    "reclus reduit rempli requis reuni saint satisfait second serein servi seul soldat soumis sourd strict subtil "
    "successeur suivi suspect trahi uni vagabond vert viril voisin volatil vrai".split()
)
_TAKE_NE = "baron bon breton champion espion letton lion mignon patron paysan saxon wallon"
_IRREGULAR_FEMININE = {
    **{f"{word}e": word for word in _TAKE_E},
    **{f"{word}ne": word for word in _TAKE_NE.split()},
    **{f"{word}te": word for word in ("cadet", "coquet", "muet", "net", "sujet")},
    **{f"{word}e": word for word in "amer cher complet concret desuet discret incomplet inquiet secret".split()},
    **{f"{word[:-1]}ve": word for word in ("bref", "juif", "naif", "neuf", "veuf", "vif")},
    "nouvelle": "nouveau", "nouvel": "nouveau", "belle": "beau", "bel": "beau", "jumelle": "jumeau",
    "vieille": "vieux", "vieil": "vieux", "folle": "fou", "longue": "long", "blanche": "blanc", "franche": "franc",
    "seche": "sec", "fraiche": "frais", "publique": "public", "turque": "turc", "grecque": "grec", "laique": "laic",
    "douce": "doux", "fausse": "faux", "rousse": "roux", "jalouse": "jaloux", "grosse": "gros", "basse": "bas",
    "epaisse": "epais", "grasse": "gras", "diverse": "divers", "maligne": "malin", "benigne": "benin",
    "favorite": "favori", "gentille": "gentil", "pareille": "pareil", "nulle": "nul",
}  # fmt: skip

_ENGLISH_PLURAL: Endings = {
    "s": ("",),
    **{ending: (ending,) for ending in ("ss", "us", "is")},
    "ies": ("y", "ie"),  # policies, movies
    "ses": ("s", "se", "sis"),  # buses, houses, crises
    "men": ("man", "men"),  # women, spokesmen
    **{f"{ending}es": (ending, f"{ending}e") for ending in ("x", "z", "ch", "sh", "o")},  # taxes, axes
}
_IRREGULAR_ENGLISH: Endings = {
    "men": ("man",), "children": ("child",), "feet": ("foot",), "teeth": ("tooth",), "mice": ("mouse",),
    "people": ("person", "people"), "geese": ("goose",), "indices": ("index",), "criteria": ("criterion",),
    "phenomena": ("phenomenon",),
    **{f"{word}ves": (f"{word}fe", f"{word}ve") for word in ("kni", "li", "wi")},
    **{f"{word}ves": (f"{word}f", f"{word}ve") for word in "cal hal lea loa sel shel thie wol".split()},
}  # fmt: skip
_LONGEST_ENDING = max(len(ending) for endings in (_FRENCH_PLURAL, _FEMININE, _ENGLISH_PLURAL) for ending in endings)
# English words in -s that are no plural, or whose singular means something else.
_NO_ENGLISH_PLURAL = frozenset(
    "always customs does economics ethics goes goods lens mathematics means news perhaps physics politics series "
    "species texas this thus".split()
)


def _inverse(endings: Endings) -> Endings:
    found: dict[str, tuple[str, ...]] = {}
    for ending, others in endings.items():
        for other in others:
            found[other] = (*found.get(other, ()), ending)
    return found


_FRENCH_SINGULAR, _MASCULINE, _ENGLISH_SINGULAR = map(_inverse, (_FRENCH_PLURAL, _FEMININE, _ENGLISH_PLURAL))
_IRREGULAR_ENGLISH_PLURAL = _inverse(_IRREGULAR_ENGLISH)
_IRREGULAR_SINGULAR = _inverse({word: (singular,) for word, singular in _IRREGULAR_PLURAL.items()})
_IRREGULAR_MASCULINE = _inverse({word: (masculine,) for word, masculine in _IRREGULAR_FEMININE.items()})


@lru_cache(maxsize=20_000)
def keys(word: str, acute: bool, language: str) -> tuple[str, ...]:
    """The keys of a folded word in a language, such as `fr:national` for nationaux; none where the language is unknown.

    `acute` tells that its last e is an é, which folding hides: élargie and élargi are forms of one word, arrivée and
    (il) arrive are not.
    """
    if language == "fr":
        forms = {form for singular in _french_singulars(word) for form in _masculines(singular, acute)}
    elif language == "en":
        forms = {*_english_singulars(word)}
    else:
        forms = set()
    return tuple(sorted(f"{language}:{form}" for form in forms))


@lru_cache(maxsize=20_000)
def possible_keys(word: str, language: str) -> tuple[str, ...]:
    """The keys of a folded word, whether its last e is an é or not."""
    plain = keys(word, False, language)
    return (*plain, *keys(word, True, language)) if word.endswith(("e", "es")) else plain


@lru_cache(maxsize=20_000)
def forms(word: str, acute: bool) -> frozenset[str]:
    """Every folded word that shares a key with this one in any language, and the word itself."""
    found = {word}
    for language in LANGUAGES:
        mine = frozenset(keys(word, acute, language))
        others = {one for key in mine for one in _with_key(key.partition(":")[2], language)}
        found |= {one for one in others if not mine.isdisjoint(possible_keys(one, language))}
    return frozenset(found)


def _with_key(form: str, language: str) -> set[str]:
    """The folded words that may have a form as their key, and some that do not."""
    if language == "en":
        return {form, *_unreplaced(form, _ENGLISH_SINGULAR), *_IRREGULAR_ENGLISH_PLURAL.get(form, ())}
    if form.endswith("é"):
        feminines = {f"{form[:-1]}ee", f"{form[:-1]}e"}
    else:
        feminines = {form, *_unreplaced(form, _MASCULINE), *_IRREGULAR_MASCULINE.get(form, ())}
    return {
        plural
        for one in feminines
        for plural in (one, *_unreplaced(one, _FRENCH_SINGULAR), *_IRREGULAR_SINGULAR.get(one, ()))
    }


def _unreplaced(word: str, endings: Endings) -> Iterator[str]:
    """The words of which `_replaced` may make this one."""
    for length in range(min(_LONGEST_ENDING, len(word)) + 1):
        stem = word[: len(word) - length]
        for ending in endings.get(word[len(stem) :], ()):
            yield stem + ending


def ends_in_acute(raw: str) -> bool:
    """Whether a word as written ends in é or és."""
    if raw.isascii():
        return False
    return unicodedata.normalize("NFC", raw).casefold().removesuffix("s").endswith("é")


def _english_singulars(word: str) -> Sequence[str]:
    if word in _IRREGULAR_ENGLISH:
        return _IRREGULAR_ENGLISH[word]
    return _replaced(word, _ENGLISH_PLURAL) if _may_be_plural(word, _NO_ENGLISH_PLURAL) else [word]


def _french_singulars(word: str) -> list[str]:
    if word in _IRREGULAR_PLURAL:
        return [_IRREGULAR_PLURAL[word]]
    return _replaced(word, _FRENCH_PLURAL) if _may_be_plural(word, _NO_PLURAL) else [word]


def _masculines(word: str, acute: bool) -> list[str]:
    if word in _IRREGULAR_FEMININE and not acute:
        return [_IRREGULAR_FEMININE[word]]
    if word.endswith("ee"):
        return [word] if word in _NOUNS_IN_EE else [f"{word[:-2]}é"]
    if word.endswith("e") and acute:
        return [f"{word[:-1]}é"]
    shortest = next(
        (least for ending, least in _SHORTEST_MASCULINE.items() if word.endswith(ending)), _SHORTEST_OTHERWISE
    )
    found = [one for one in _replaced(word, _FEMININE) if len(one) >= shortest and one not in _OTHER_WORDS]
    return found or [word]


def _may_be_plural(word: str, exceptions: frozenset[str]) -> bool:
    return len(word) >= _SHORTEST_PLURAL and word not in exceptions


def _replaced(word: str, endings: Endings) -> list[str]:
    """A word with its longest listed ending replaced, in each way; as it is when no ending fits."""
    for length in range(_LONGEST_ENDING, 0, -1):
        if others := endings.get(word[-length:]):
            stem = word[:-length]
            return [stem + other for other in others]
    return [word]

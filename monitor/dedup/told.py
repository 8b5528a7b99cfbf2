"""Article -> Told: where its sentences stand, and each as spoken words; all that finding its copies needs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from monitor.dedup.concepts import CONCEPTS, COUNTRIES, FREQUENT
from monitor.dedup.figures import NUMBER_WORDS
from monitor.dedup.lexicon import DENIALS, FUNCTION, MONTHS, OPPOSITES, PARTICLES, TELLING
from monitor.dedup.places import TOWNS
from monitor.dedup.spoken import all_spoken
from monitor.model import Article, Held
from monitor.text import sentences, words

REMEMBERED = 64
"""Articles whose reading is remembered: wire copy comes in bursts, and each copy is compared with the same few."""

LONGEST_REMEMBERED = 20_000
"""Characters of the text of an article above which nothing of it is remembered: wire copy is shorter."""

# Lines that a page says of itself (buttons, desks, rights) where nothing told them from the text (see
# monitor.normalise): they hide no copy and bring no news. Each is a form from its first word to its last, which leaves
# no room for a fact: "Share price falls after Facebook post" begins like a button. First those told by their words ...
_DESK = r"(?:desk|newsroom|reporter|correspondent|staff|team)s?"
_SPOKEN_FORMS = re.compile(
    r"(?:share|partager)(?: (?:this|cet|cette|l|the|article|page|story|post|on|sur|via|by|par|and|et|envoyer|partager"
    r"|share|facebook|x|twitter|whatsapp|linkedin|telegram|messenger|bluesky|e|e?mail))+"
    r"|(?:abonnez|inscrivez) vous(?: a (?:notre|nos) (?:newsletter|infolettre|lettre|journal|alerte|offre)s?"
    r"(?: (?:d information|du (?:jour|matin|soir|week end)|quotidienne|hebdomadaire|gratuite))*)?"
    r"|abonnez vous a partir de [0-9.]+ euro (?:le premier mois|par (?:mois|an))(?: sans engagement)?"
    r"|vous aimez nos (?:articles|contenus|enquetes|videos)"
    r"|no part of this (?:article|report|story) may be (?:(?:used|copied|reproduced|republished|again|or) )+without"
    r"(?: (?:our|prior|written|express))* (?:consent|permission)"
    rf"|by (?:(?:our|online|own|foreign|news|sports|business|political) )+{_DESK}(?: (?:published|updated) \d+h\d*)?"
    r"|par (?:(?:le service|la redaction)(?: (?:economie|economique|politique|sports?|culture|societe|monde"
    r"|international|etranger))?|(?:notre|nos) (?:correspondant|envoyee? specia(?:l|ux)|redaction)e?s?)"
    r"(?: avec (?:afp|ap|ats|belga|reuters|agences))?"
)
# ... then those by their letters and signs, where what else they hold is names only.
_NAME = r"[A-ZÀ-ÖØ-Þ][\w'’.-]*"
_BY = rf"by (?:the {_NAME} {_DESK}|{_NAME}(?:(?:,| and)? {_NAME}){{0,6}}(?: in {_NAME}(?: {_NAME})?)?)"
_WRITTEN_FORMS = re.compile(
    rf"\((?:Reporting|Editing|Writing) {_BY}(?:; (?:[Rr]eporting|[Ee]diting|[Ww]riting) {_BY}){{0,2}}\)?\W*\Z"
    rf"|\(Rédigé par (?:le|la) (?:bureau|service|rédaction)(?: de {_NAME})?(?:, version française(?: service \w+)?)?\)?"
    rf"\W*\Z|Notre dossier sur (?:l['’]|la |le |les )?[a-zß-öø-ÿ]+\W*\Z"
    rf"|\W*[Cc](?i:opyright) ?(?:(?:©|\([cC]\))(?: ?\d{{4}})?,?(?: {_NAME}){{0,4}}"
    rf"|\d{{4}}(?: (?:by|The)(?: {_NAME}){{1,4}}| {_NAME})?"
    r"|(?:The )?(?:(?:Associated|Canadian) Press|Press Association|AFP|AP|Reuters))\W*\Z"
)
_NOTICE = 15  # words of such a line
_OPENERS = frozenset(  # its first word as spoken: most lines need no closer look
    "share partager abonnez inscrivez vous copyright no reporting editing writing by redige notre par".split()
)
# BRUXELLES - or (Bichkek) before a text; what names an agency too is taken off before (see monitor.normalise.wire).
_DATELINE = re.compile(
    r"([A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ'’. -]{2,30}(?:, [\w. ]{2,20})?) (?:--?|[‒–—―]) (?=[\dA-ZÀ-ÖØ-Þ«“\"])"
    r"|\(([A-ZÀ-ÖØ-Þ][\w'’ -]{2,30})\) (?=[\dA-ZÀ-ÖØ-Þ«“\"])"
)
_DAY = re.compile(r",? (?:le )?(?:(\w{3,9})\.? )?\d{1,2}(?:er|st|nd|rd|th)?(?: (\w{3,9})\.?)?$")
_PART = re.compile(r"[^\W_]+")
# What may stand between the words of a place (Pointe-à-Pitre), at its beginning too (Le Havre, Des Moines).
_SMALL = PARTICLES | frozenset("a am and aux et l sous upon".split())
_PLACES = frozenset(
    "paris bruxelles brussels gaza africa etats unis united states city new nord sud north south place port "
    "centre".split()
)
_NUMBERED = (["trois", "rivieres"], ["sept", "iles"], ["deux", "montagnes"], ["trois", "pistoles"])
# Words that stand in capitals before news without being a place, beside those of the other lists and endings.
_ORDINARY = (CONCEPTS.keys() | FREQUENT | DENIALS | FUNCTION | TELLING | NUMBER_WORDS).union(
    *(words_.split() for pair in OPPOSITES for words_ in pair),
    "alerte alert update correction rectificatif dementi exclu bilan guerre war otage otages hostage hostages meurtre "
    "meurtres murder enlevement kidnapping disparition arrete arretee arretes arrested evacue evacues evacuated usine "
    "survivant survivants survivor survivors fusillade shooting bombe bomb penurie shortage faillite bankrupt "
    "bankruptcy scandale scandal viol rape coup putsch tempete storm cyclone ouragan hurricane deraille "
    "derailed arrestation arrests emeute emeutes riot riots emprisonne prison expulse expulsee suspendu suspendue "
    "suspended annulation canicule secheresse drought avalanche eboulement landslide panne outage blackout "
    "evasion evade escaped fuite leak pollution epidemie epidemic outbreak grippe covid vainqueur winner champion "
    "championne nomme nommee appointed sacked limoge limogee fired destitue destituee ousted treve ceasefire "
    "cessez".split(),
) - (COUNTRIES.keys() | _PLACES | _SMALL)  # fmt: skip
_TOWNS = TOWNS | COUNTRIES.keys() | _PLACES
_ENDING = re.compile(r".{3,}(?:[st]ions?|ements?|ismes?)")


@dataclass(frozen=True, eq=False)
class Told:
    """The sentences of an article that say something: `spans` are (text, start, end), `words` those of each as spoken.

    The first is the title when the article is `titled`. `dateline` are the words of a place before the text: where it
    was written, not what it says.
    """

    spans: tuple[tuple[str, int, int], ...]
    words: tuple[list[str], ...]
    titled: bool
    dateline: tuple[str, ...]


def told(article: Article | Held) -> Told:
    """The sentences of an article as spoken; a title that was derived from the first one is none."""
    tell = _remembered if is_short(article) else _told
    return tell("" if article.title_derived else article.title, article.lede, article.body)


def is_short(article: Article | Held) -> bool:
    """Whether what was read of an article is worth its memory: of 300 kB it is 10 MB, and each of some 100 is kept."""
    return len(article.lede) + len(article.body) <= LONGEST_REMEMBERED


def _told(title: str, lede: str, body: str) -> Told:
    place = _dateline(title, lede, body)
    spans = [(title, 0, len(title))] if title else []
    spans += [(lede, max(a, len(place)), b) for a, b in sentences(lede) if b > len(place)]
    spans += [(body, a, b) for a, b in sentences(body)]
    said = all_spoken([text[a:b] for text, a, b in spans]) if spans else []
    titled = bool(title and said[0])
    # Furniture opens with few words (to ask whether a sentence does takes 0.05 us).
    for at in [at for at, one in enumerate(said) if not one or one[0] in _OPENERS][::-1]:
        if at >= titled and (not said[at] or _is_furniture(said[at], *spans[at])):
            del spans[at], said[at]
    return Told(tuple(spans), tuple(said), titled, tuple(words(place)) if place else ())


_remembered = lru_cache(maxsize=REMEMBERED)(_told)


def _dateline(title: str, lede: str, body: str) -> str:
    """The place before a text with its signs, "" where what stands there tells something: DOUZE MORTS - Une ..."""
    found = _DATELINE.match(lede)
    if not found:
        return ""
    place = _undated(found[1] or found[2])
    parts = _PART.findall(place)
    spelt = words(place)
    if spelt in _NUMBERED:
        return found[0]
    named = [(part, word) for part, word in zip(parts, spelt, strict=False) if word not in _SMALL]
    if not named or len(parts) != len(spelt) or not all(part[0].isupper() for part, _ in named):
        return ""
    if any(word in _ORDINARY or _ENDING.fullmatch(word) for _, word in named):
        return ""
    if len(parts) == 1 and spelt[0] not in _TOWNS and not _is_named_again(parts[0], found.end(), title, lede, body):
        return ""  # MACRON - names somebody, and nothing else does
    # A word that the text has in small letters names no place.
    small = "|".join(re.escape(part.lower()) for part, _ in named)
    common = re.compile(rf"(?<![^\W_])(?:{small})(?![^\W_])")
    return "" if common.search(lede, found.end()) or common.search(body) else found[0]


def _is_named_again(part: str, end: int, title: str, lede: str, body: str) -> bool:
    """Whether a word in capitals that stands before a text, up to `end` of its lede, is a name in it too."""
    named = re.compile(rf"(?<![^\W_]){re.escape(part.title())}(?![^\W_])")
    return bool(named.search(title) or named.search(lede, end) or named.search(body))


def _undated(place: str) -> str:
    """A place without the day behind it: PARIS, 13 janvier."""
    found = _DAY.search(place)
    return place[: found.start()] if found and not MONTHS.keys().isdisjoint(words(found[0])) else place


def _is_furniture(said: list[str], text: str, start: int, end: int) -> bool:
    """Whether `text[start:end]`, in these words, is what a page says of itself."""
    if len(said) > _NOTICE:
        return False
    return bool(_SPOKEN_FORMS.fullmatch(" ".join(said)) or _WRITTEN_FORMS.match(text[start:end]))

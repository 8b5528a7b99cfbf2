"""First lines -> the title of an article; a title -> the same without the name of its site."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from monitor.normalise.agencies import is_agency
from monitor.normalise.links import ends_sentence
from monitor.text import first_word, fold, sentences, words

# The public contract: a longer first line is text.
_MAX_TITLE = 200
# A sentence longer than this is none, but text without full stops: its title ends at the last word before.
_MAX_DERIVED = 1_000

# What parts a title from the name of its site. Never a colon: it parts a headline.
_PARTED = re.compile(r"(?P<bar>\s*[|¦]\s*|\s+[•·»~]\s+|\s+::\s+)|\s+(?:-|--|–|—)\s+")
_SEPARATORS = frozenset("|¦•·»~-–—:")
_MAX_SITE = 60
_MAX_SITE_WORDS = 6
# "Titre | Monde | Le Journal" has two of them; more is a headline.
_MAX_SUFFIXES = 3
# Words that must be left: "Ukraine - Russie" and "PSG - Marseille" are headlines whatever the second part is called.
_LEFT = 2
_LEFT_BY_FORM = 3
# What a dash parts from so few words is the other half of a pair.
_BRIEF = 2
_DOMAIN = re.compile(
    r"(?:www\.)?[\w-]{2,40}(?:\.[\w-]{2,20})?\.(?:com|org|net|info|news|tv|fm|press|media|eu|fr|be|ch|ca|lu|qc|uk|ie"
    r"|us|au"
    r"|nz|in|de|at|es|it|pt|nl|pl|ru|ua|ma|dz|tn|sn|ci|cm)",
    re.IGNORECASE,
)
# What the name of a site has more than its host: "BBC News" at bbc.co.uk, "Le Monde.fr" at lemonde.fr.
_MORE = re.compile(
    r"(?:the|le|la|les|l|journal|site|news|newspaper|online|com|fr|net|org|info|infos|actu|actus|actualite"
    r"|actualites|tv"
    r"|radio|sports?|politics|business|world|international|monde|uk|us|usa|europe|africa|afrique|magazine|media|live)*"
)
# Hosts that show the headlines of others.
_AGGREGATOR = re.compile(r"(?:^|\.)(?:google|msn|yahoo|bing|flipboard|feedly|inoreader|smartnews|upday)\.")
_HEADING = re.compile(r"[:|¦]\s")
# Words that newspapers and stations are called by, at the beginning or the end of a name in capitals.
_MEDIA = frozenset(
    "news times post tribune gazette herald telegraph guardian observer independent mirror chronicle courier inquirer "
    "examiner sentinel bulletin daily weekly magazine journal courrier quotidien gazette depeche republicain progres "
    "figaro parisien echos nouvelliste tageblatt zeitung rundschau tagesspiegel infos actualites actu tv radio fm "
    "newsletter television".split()
)
# Names without such a word.
_NAMED = frozenset(
    name.strip()
    for name in (
        "le monde, liberation, le point, l express, l obs, le nouvel obs, mediapart, l humanite, la croix, l equipe, "
        "ouest france, sud ouest, le temps, le soir, la libre, la libre be, le devoir, la presse, l orient le jour, "
        "jeune afrique, marianne, slate, 20 minutes, capital, challenges, l opinion, huffpost, le huffpost, politico, "
        "the economist, axios, the hill, the verge, business insider, newsweek, msn, lci, bfmtv, bfm business, cnews, "
        "rtl, rmc, rmc sport, tf1 info, numerama, boursorama, les echos, el pais, el mundo, der spiegel, spiegel"
        " online, "
        "die welt, die zeit, la repubblica, corriere della sera, la stampa, google news, google actualites"
    ).split(",")
)
# Sections, behind a bar only.
_SECTIONS = frozenset(
    "international|monde|world|world news|uk news|us news|news|actualite|actualites|actus|politique|politics|societe"
    "|economie"
    "|economy|business|sport|sports|culture|opinion|opinions|sciences|science|technologie|technology|tech|videos|video"
    "|a la une|accueil|home|blogs|debats|planete|environnement|environment|sante|health".split("|")
)


def is_title(line: str) -> bool:
    """Whether a first line of its own is the title: at most 200 characters, no full stop at its end."""
    return len(line) <= _MAX_TITLE and not ends_sentence(line)


def derived(lede: str) -> str:
    """The first sentence of a lede."""
    head = lede[: _MAX_DERIVED + 1]
    spans = sentences(head)
    if not spans:
        return ""
    start, end = spans[0]
    if end <= _MAX_DERIVED:
        return head[start:end]
    return head[:_MAX_DERIVED].rpartition(" ")[0].rstrip() or head[:_MAX_DERIVED]


def repeats(paragraph: str, title: str) -> bool:
    """Whether a paragraph says the title once more, whatever its letters and signs look like."""
    may = len(paragraph) <= 2 * len(title) + 20 and first_word(paragraph) == first_word(title)
    return may and words(paragraph) == words(title)


def without_site(title: str, url: str | None = None) -> tuple[str, str]:
    """A title without " - Le Figaro" or " | World | BBC News" at its end, and what was taken off ("" for nothing).

    A site is told by the host of `url`, as a domain, or by what media are called; a part that is none of these belongs
    to the headline, and at least two words always stay. Behind a dash a host that is known alone decides, because
    "- TASS" or "- Capital" may be the news; only aggregators show the names of others. Idempotent.
    """
    kept = title
    if _SEPARATORS.isdisjoint(kept):
        return title, ""
    for _ in range(_MAX_SUFFIXES):
        found = _last_part(kept)
        if not found or not _is_site(kept[found.end() :].strip(), kept[: found.start()], found["bar"] is not None, url):
            break
        kept = kept[: found.start()].rstrip()
    return kept, title[len(kept) :].strip()


def _last_part(title: str) -> re.Match[str] | None:
    """The last separator, when what follows is short enough to be a name."""
    last = None
    for found in _PARTED.finditer(title, max(len(title) - _MAX_SITE, 0)):
        last = found
    return last if last and last.start() else None


def _is_site(name: str, before: str, bar: bool, url: str | None) -> bool:
    left, spelt = len(words(before)), words(name)
    if left < _LEFT or not spelt or len(spelt) > _MAX_SITE_WORDS:
        return False
    host = _host(url)
    piece = _HEADING.split(before)[-1].strip()
    brief = not bar and len(words(piece)) <= _BRIEF
    if brief and not piece[:1].islower():  # "Rugby : Irlande - France" at france.tv
        return False
    if _is_of_host(spelt, host, bar=bar) or _DOMAIN.fullmatch(name):
        return True
    shown = _AGGREGATOR.search(host) is not None
    if brief or left < _LEFT_BY_FORM or not (name[0].isupper() or name[0].isdigit()) or not (bar or shown or not host):
        return False
    return _is_medium(name, spelt) or ((bar or shown) and is_agency(name)) or (bar and " ".join(spelt) in _SECTIONS)


def _host(url: str | None) -> str:
    try:
        return urlsplit(url or "").hostname or ""
    except ValueError:
        return ""


def _is_of_host(spelt: list[str], host: str, *, bar: bool) -> bool:
    """Whether a name says what the host does, with or without the words that media add to it.

    What the host has more than the name proves it only behind a bar: "Maroc" is no site at maroc-actu.com.
    """
    name = "".join(spelt)
    for label in host.split(".")[:-1]:
        site = fold(label).replace("-", "")
        if len(site) < 3 or site in ("www", "com", "news"):  # noqa: PLR2004
            continue
        before, same, after = name.partition(site)
        if same and _MORE.fullmatch(before) and _MORE.fullmatch(after):
            return True
        before, same, after = site.partition(name)
        if bar and same and len(name) >= 3 and _MORE.fullmatch(before) and _MORE.fullmatch(after):  # noqa: PLR2004
            return True
    return False


def _is_medium(name: str, spelt: list[str]) -> bool:
    """Whether a name is that of a medium: known, or in capitals and called as media are."""
    if " ".join(spelt) in _NAMED:
        return True
    small = [word for word in name.split() if word[0].islower()]
    called = not {spelt[0], spelt[-1], *spelt[:2]}.isdisjoint(_MEDIA)
    return (
        called and len(spelt) > 1 and set(map(fold, small)) <= {"de", "du", "des", "la", "le", "of", "the", "et", "d"}
    )

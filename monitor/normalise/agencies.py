"""A credit -> the news agency it names, if it names one."""

from __future__ import annotations

import re
from functools import lru_cache

from monitor.text import fold, words

# News agencies, and the broadcasters that wire texts are credited to. A place like (Washington) has the same form as
# a bare agency name, and places are endless while agencies are not: what is not known to be an agency is none.
_NAMES = frozenset(
    name.strip()
    for name in (
        "adnkronos, agence telegraphique suisse, agencia brasil, agerpres, al jazeera, algerie presse service, "
        "anadolu, angop, apanews, armenpress, associated press, australian associated press, azertac, "
        "baltic news service, belga, belta, bernama, bloomberg, canadian press, chine nouvelle, deutsche welle, "
        "dow jones, elta, euronews, europa press, europe 1, france 24, france info, franceinfo, france televisions, "
        "interfax, inter press service, itar tass, jiji press, kazinform, keystone ats, kyodo, lusa, montsame, "
        "notimex, panapress, philippine news agency, polska agencja prasowa, prensa latina, press association, "
        "press trust of india, presse canadienne, radio canada, radio france, rai news, reuters, ria novosti, ritzau, "
        "rossia segodnia, rossiya segodnya, russia today, sky news, spoutnik, sputnik, swissinfo, tanjug, tasnim, "
        "tass, telam, ukrinform, unian, united press international, voice of america, xinhua, yonhap, "
        # ... and of photos only
        "abaca, abaca press, bestimage, getty images, hans lucas, maxppp, picture alliance, shutterstock, sipa, "
        "sipa press"
    ).split(",")
)
# Abbreviations are told by their letter case as well: ANA is an agency, Ana a woman.
_SHORT = frozenset(
    "AA AAP ABC ADN AFP AGI AKP ANA ANI ANP ANSA AP APA APS ATS BBC BELTA BNS BTA CBC CBS CCTV CNA CNN CNS CP CTK DPA "
    "DW EFE ELTA EPA HINA IANS IPS IRNA ISNA KCNA KNA LUSA MAP MENA MTI NBC NHK NNA NPR NTB PA PANA PAP PTI RFE RFI "
    "RIA RT RTBF RTE RTS SANA SDA SID SIR SPA STA STT TAP TASR TASS TT UNB UPI VNA VOA WAFA WAM ZDF ČTK ТАСС РИА "
    "afp ap apa ats dpa efe epa sda".split()
)
_ABBREVIATION = re.compile(r"[^\W\d_]{2,3}")
# Capitals of two or three letters in a dateline that are places or bodies, not agencies.
_NOT_AGENCIES = frozenset("USA UK US UE EU ONU UN NY DC LA RDC RCA EAU GB URSS CEE CIA FBI FMI FSB OMS".split())
_BY_WORD = re.compile(
    r"(?:l )?(?:agence|agency|agencia|agenzia|agentur) \S.*"
    r"|(?:\S+ ){1,3}(?:news agency|nachrichtenagentur|agentur|agency)"
    r"|(?!.*\bde presse\b)(?:\S+ ){1,3}press[ea]?"
)
_FIRST_WORDS = frozenset(name.split()[0] for name in _NAMES)
_FIRST = re.compile(r"[^\W_]+")
_MAYBE_BY_WORD = re.compile("press|agen", re.IGNORECASE)
_MAX_NAME = 80
_MAX_CREDIT = 120
# Words of an abbreviation with its desk: "AFP New York".
_MAX_SHORT = 3
_ARTICLE = re.compile(r"(?:l ?['’] ?|la |le |les |the |die |der )", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*[/,;&+|]\s*|\s+(?:et|and|y|und|e|à|in|[-–—])\s+(?:de\s+)?(?:l['’])?")


@lru_cache(maxsize=4096)
def is_agency(name: str) -> bool:
    """Whether a short name, as printed, is that of a news agency; a local desk counts (Sputnik France, AFP Moscou)."""
    bare = name.strip()
    if not bare or len(bare) > _MAX_NAME:
        return False
    bare = bare[found.end() :] if (found := _ARTICLE.match(bare)) else bare
    first = _FIRST.match(bare)
    if first and first[0] in _SHORT:
        return len(words(bare)) <= _MAX_SHORT
    # Most of what is asked about is no agency: its first word tells.
    if not first or (fold(first[0]) not in _FIRST_WORDS and not _MAYBE_BY_WORD.search(bare)):
        return False
    spelt = words(bare)
    # No second word of a single letter belongs to a desk: Sputnik V is a vaccine.
    desk = 2 if all(len(word) > 1 for word in spelt[1:]) else 0
    heads = {" ".join(spelt[:size]) for size in range(max(1, len(spelt) - desk), len(spelt) + 1)}
    return not heads.isdisjoint(_NAMES) or bool(_BY_WORD.fullmatch(" ".join(spelt)))


def is_abbreviation(name: str) -> bool:
    """Whether a name in a dateline has the form of an agency's abbreviation that the list may lack: (XYZ)."""
    return _ABBREVIATION.fullmatch(name) is not None and name.isupper() and name not in _NOT_AGENCIES


def agency_in(credit: str, *, dateline: bool = False) -> str | None:
    """The agency or agencies of a credit as printed: "AFP" of "Moscou, AFP", all of "AFP/Belga", None of a place.

    `dateline`: the credit stands in a dateline, where an unknown abbreviation is an agency's.
    """
    credit = credit.strip(" .:–—-")
    if len(credit) > _MAX_CREDIT:
        return None
    parts = [part for part in _BETWEEN.split(credit) if part]
    named = [part for part in parts if is_agency(part) or (dateline and is_abbreviation(part))]
    if not named:
        return credit if is_agency(credit) else None
    return credit if len(named) == len(parts) else "/".join(named)

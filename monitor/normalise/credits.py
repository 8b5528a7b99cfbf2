"""A paragraph -> whether it is a photo caption, a byline or a credit, and the agency that a byline names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.normalise.agencies import agency_in, is_agency
from monitor.normalise.links import ends_sentence
from monitor.text import words

_MAX_CAPTION = 1_000
_MAX_LINE = 250
_REACH = 300

# Words in small letters that stand between the names of a credit ...
_SMALL = frozenset(
    "et and y und e de du des d la le les l van von der den del di da bin ben al el a à in at en au aux pour for avec "
    "with of the via par by from notre nos our chez".split()
)
# ... and those that say what was contributed, or by whom when no name is given.
_CREDITED = frozenset(
    "information informations infos info agence agences depeche depeches presse reportage contribution contributions "
    "correspondance particuliere correspondant correspondante correspondants correspondantes envoye envoyee envoyes "
    "envoyees special speciale speciaux speciales medias media agencies agency wires reports reporting input files "
    "material redaction service services journaliste journalistes correspondent correspondents staff writer writers "
    "editor desk edite editing redige writing version francaise traduit traduction additional".split()
)
# Who writes where no name is given.
_WRITERS = frozenset("redaction service desk staff".split())
_PHOTO = r"(?:photos?|photographies?|photographs?|photography|foto|images?|pictures?)"
_CAPTION_LABEL = re.compile(
    rf"(?:cr[ée]dits?[ -]{_PHOTO}\b|{_PHOTO} cr[ée]dits?\b|l[ée]gendes?(?: {_PHOTO})?\s*:|{_PHOTO}\s*[©/|]"
    rf"|(?:file|archive) {_PHOTO}\s*[:.–—-]|(?:image|media|photo|video|picture) (?:source|caption|credit)\s?[,:]"
    rf"|captures? d['’][ée]cran(?:\s?[/,:©(–-]?\s?[A-ZÀ-Þ][\w .]{{0,40}}\)?)?$|(?:DR|HO|POOL|Pool"
    rf"|HANDOUT)(?:\s?/\s?.{{1,60}})?$"
    rf"|{_PHOTO} d['’](?:archives?|illustration)\s*(?:[.,:(/|©–—-]|$)|©|\(c\)\s|copyright\s*(?:©|\(c\)|\d{{4}}))",
    re.IGNORECASE,
)
_PHOTO_COLON = re.compile(rf"{_PHOTO}\s*:\s*", re.IGNORECASE)
_CAPTION_WORD = re.compile(
    r"(?:(?i:photos?|images?)|ILLUSTRATIONS?|INFOGRAPHIES?|CAPTURES?|VID[ÉE]OS?|DESSINS?|MONTAGES?|CARTES?|FOTOS?)\s+"
)
# How the paragraphs begin that the three patterns above are for.
_CAPTION_SIGNS = ("©", "(")
_CAPTION_STEMS = frozenset("ar ca co cr de dr fi fo ha ho il im in lé me mo ph pi po vi".split())
_NAME = r"[^\W\d_a-zß-öø-ÿ][^\s/,()-]*(?:[ -][^\W\d_a-zß-öø-ÿ][^\s/,()-]*){0,5}"
# Without one of these no paragraph ends in a labelled or named credit.
_CREDIT_SIGN = re.compile(r"[.!?…»\"”)]")
_LAST_BRACKETS = re.compile(r"[(\[]([^()\[\]]{2,120})[)\]]\s?\.?$")
_FIRST_BRACKETS = re.compile(r"[(\[]([^()\[\]]{2,120})[)\]]")
# The sign stands free and a name or year follows: "le logiciel Windows© au Kremlin" and "Ã©" are no credits.
_LAST_COPYRIGHT = re.compile(r"(?<![^\s.!?…»”\"(),–—-])(?:©|\([cC]\))\s?([^\W_a-zß-öø-ÿ][^©.!?]{0,60})\.?$")
_LAST_SLASH = re.compile(rf"({_NAME})\s?/\s?({_NAME})$")
_LAST_NAMED = re.compile(rf"[.!?…»\"”]\s+(?:{_NAME}\s?[,–—-]\s?)?({_NAME})$")
# "Le ministre à Genève. Photo : Jane Doe", "... PHOTO JANE DOE".
_LAST_LABELLED = re.compile(
    rf"[.!?…»\"”)]\s+(?:(?i:{_PHOTO}|cr[ée]dits?|photo by)\s?[:©/|]\s?"
    rf"|PHOTOS?\s(?=[A-ZÀ-Þ -]+$))({_NAME}(?:\s?[,/]\s?{_NAME})?)$"
)
_MAX_COPYRIGHTED = 400

_BY = re.compile(
    r"(?:(?:propos )?recueillis? par|(?:[ée]crit|r[ée]dig[ée]|publi[ée]|traduit|[ée]dit[ée]|adapt[ée]|textes?) par"
    r"|traduite?s? (?:de l['’]|du )\w+ par|translated(?: from \w+)? by|par|(?:written|reported|reporting|edited"
    r"|text) by|by|von|por|textes? ?:|auteure?s? ?:|author ?:)\s+",
    re.IGNORECASE,
)
_POSTED = re.compile(
    r"\s*(?:[|•·]|,?\s(?:publi[ée]|mise? à jour|post[ée]|published|updated|le \d)).*", re.IGNORECASE | re.DOTALL
)
_LETTERS = re.compile(r"[^\W\d_]+")
_DESK_END = re.compile(r"[/,;(–—|]|\s(?:à|in)\s")
_NAME_AND_DESK = re.compile(rf"{_NAME}\s?(?:,|\(|\s[–—-]|\|)\s?([^,()|]{{2,60}})\)?")
_PERSON = re.compile(r"[^\W\d_a-zß-öø-ÿ][^\W\d_]*\.?(?:[ '’-][^\W\d_a-zß-öø-ÿ][^\W\d_]*\.?){1,4}")
_CORRESPONDENT = re.compile(
    r"(?:(?:de|par|from|by)\s)?(?:notre|nos|our|son|sa)?\s?"
    r"(?:correspondant|envoy[ée]e?s? sp[ée]cia|correspondance|special correspondent|correspondent|staff writer)",
    re.IGNORECASE,
)
_WITH = re.compile(r"(?:et\s)?(?:avec|with|mit|con)\s", re.IGNORECASE)
_WITHIN = re.compile(r",?\s\(?(?:avec|with)\s")
# "(AFP / 21 janvier 2022 10h05)"
_STAMP = re.compile(
    r"\s?[/,|–—-]\s?\d{1,2}(?:er|th|st|nd|rd)?[ ./-]\w{1,9}\.?[ ./-]\d{4}(?:[ ,àat-]{1,5}\d{1,2}[h:]\d{0,2})?$"
)
_SOURCE = re.compile(r"(?:(sources?)|via|cr[ée]dits?|texte)\s?:\s?", re.IGNORECASE)
_MADE = re.compile(
    r"(?:reportage|reporting|writing|editing|[ée]dit[ée]|r[ée]dig[ée]|version française|traduction|traduit"
    r"|additional)\b",
    re.IGNORECASE,
)
# How the lines begin that the three patterns above are for: to look takes 0.1 us, to try them 1.3.
_CREDIT_STEMS = frozenset("ad av co cr ed éd et mi re ré so te tr ve vi wi wr".split())
_RIGHTS = re.compile(
    r"(?:.*[.,;:–—-]\s*)?(?:tous droits (?:de reproduction )?r[ée]serv[ée]s|all rights reserved|reproduction interdite)"
    r"(?:\s\S+){0,3}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Byline:
    """A line that says who wrote the text; `agency` as printed, None when it names persons or a paper."""

    agency: str | None = None


def is_caption(paragraph: str, *, last: bool = False) -> bool:
    """Whether a whole paragraph describes or credits a photo, told by its label or by the credit it ends in.

    `last`: nothing of the text follows, so that a bare "© Agency" or ". Agency" at its end credits the text.
    """
    if len(paragraph) > _MAX_CAPTION:
        return False
    stem = paragraph[:3].lower()
    labelled = stem[:2] in _CAPTION_STEMS or stem == "leg" or stem[:1] in _CAPTION_SIGNS
    return (labelled and _begins_as_caption(paragraph)) or _ends_as_caption(paragraph, last=last)


def _begins_as_caption(paragraph: str) -> bool:
    if _CAPTION_LABEL.match(paragraph):
        return True
    if found := _PHOTO_COLON.match(paragraph):
        # "Photos: the police accuse ..." is a sentence of the text.
        rest = paragraph[found.end() :].rstrip(" .")
        short = len(paragraph) <= _MAX_LINE and not ends_sentence(paragraph)
        return short or names_only(rest) or _slashed(rest[-_REACH:])
    if not (found := _CAPTION_WORD.match(paragraph)):
        return False
    run = paragraph[found.end() : found.end() + _REACH]
    return (found[0].isupper() and _capitals_credit(run)) or _named_credit(run, sentence=ends_sentence(paragraph))


def _ends_as_caption(paragraph: str, *, last: bool) -> bool:
    # Most paragraphs have neither bracket: looked at before they are searched.
    if (
        paragraph[:1] in ("(", "[")
        and (first := _FIRST_BRACKETS.match(paragraph))
        and _is_photo_credit(first[1].strip())
    ):
        return True
    closed = paragraph[-3:].rstrip(". ")[-1:] in (")", "]")
    if closed and (found := _LAST_BRACKETS.search(paragraph[-_REACH:])) and _is_photo_credit(found[1].strip()):
        return True
    return len(paragraph) <= _MAX_COPYRIGHTED and _ends_in_credit(paragraph, last=last)


def _capitals_credit(text: str) -> bool:
    """PHOTO [JANE DOE, AGENCY] Caption: names in capitals, then an agency or the caption in ordinary letters."""
    tokens = text.split()
    size = next((index for index, token in enumerate(tokens) if token.upper() != token), len(tokens))
    run = " ".join(tokens[:size])
    if not any(map(str.isalpha, run)):
        return False
    if any(map(is_agency, [tokens[0], *re.split(r"\s*[,/()–—]\s*(?:VIA\s)?", run)])):
        return True
    first = words(tokens[0])[:1]
    return size < len(tokens) and not _SMALL.issuperset(first) and ("," in run.rstrip(",") or size > 1)


def _named_credit(text: str, *, sentence: bool) -> bool:
    """Photo [Jane Doe, Agency] Caption: names with an agency among them, after which no sentence goes on."""
    tokens = text.split()
    small = (index for index, token in enumerate(tokens) if token[0].islower() and token not in _SMALL)
    size = next(small, len(tokens))
    run = " ".join(tokens[:size])
    if words(run)[:1] == ["by"]:
        return size == len(tokens)
    for piece in re.split(r"\s*[,/()–—]\s*|\s(?:de|by|par|via|pour|for|l['’])\s?", run):
        if is_agency(piece):
            goes_on = size < len(tokens) and run.endswith(piece) and not is_agency(piece.rpartition(" ")[0])
            return not (goes_on and sentence)
    return False


def _is_photo_credit(inner: str) -> bool:
    """Photo by Jane Doe / Agency, Crédit : Agency, © Agency, Jane Doe/Agency: in brackets, before or behind a text."""
    if _CAPTION_LABEL.match(inner) or re.match(r"cr[ée]dits?\s*:", inner, re.IGNORECASE):
        return True
    if found := re.match(rf"{_PHOTO}\s+", inner, re.IGNORECASE):
        return names_only(inner[found.end() :])
    if re.search(rf"\b{_PHOTO}\b", inner, re.IGNORECASE) and is_agency(inner.split(maxsplit=1)[0]):
        return True
    return _slashed(inner)


def _ends_in_credit(paragraph: str, *, last: bool) -> bool:
    """... © Jane Doe, ... AGENCY/Jane Doe, ... . Jane Doe, Agency: a caption closed by its credit without brackets."""
    tail = paragraph[-_REACH:]
    if ("©" in tail or "(c)" in tail or "(C)" in tail) and (found := _LAST_COPYRIGHT.search(tail)):
        return not (last and agency_in(found[1]) == found[1].strip(" .") and is_agency(found[1]))
    if ends_sentence(paragraph):
        return False
    if _slashed(tail):
        return True
    if not _CREDIT_SIGN.search(tail):
        return False
    if len(paragraph) <= _MAX_LINE and (labelled := _LAST_LABELLED.search(tail)):
        return names_only(labelled[1])
    named = _LAST_NAMED.search(tail)
    return named is not None and is_agency(named[1]) and not last and len(paragraph) <= _MAX_LINE


def _slashed(tail: str) -> bool:
    """Jane Doe/AGENCY or AGENCY/Jane Doe at the end: one side an agency, the other none."""
    if "/" not in tail or not (found := _LAST_SLASH.search(tail)):
        return False
    left = re.split(r"[.!?…]\s", found[1])[-1]
    sides = (is_agency(left) or is_agency(left.split()[-1]), is_agency(found[2]))
    return sides[0] != sides[1]


def byline(paragraph: str) -> Byline | None:
    """What a short line says about who wrote it: an agency's name, "Par Jane Doe", "De notre correspondant à"."""
    line = (
        _STAMP.sub("", paragraph[: _MAX_LINE + 1].strip(" ()[]*_–—-©"))
        if "/" in paragraph
        else paragraph.strip(" ()[]*_–—-")
    )
    if not line or len(line) > _MAX_LINE or line[-1] in ".!?…:;," or _WITH.match(line):
        return None
    if _slashed(line):
        return None  # a photographer's: Jane Doe/AGENCY
    if is_agency(_DESK_END.split(line, maxsplit=1)[0]) and names_only(line):
        return Byline(agency_in(_before_with(line)))
    if found := _BY.match(line):
        who = _POSTED.sub("", line[found.end() :])
        return Byline(agency_in(_before_with(who))) if names_only(who, _CREDITED) else None
    if _CORRESPONDENT.match(line) and names_only(line, _CREDITED):
        return Byline()
    desk = _NAME_AND_DESK.fullmatch(line)
    return Byline(desk[1].strip()) if desk and is_agency(desk[1]) else None


def is_name(paragraph: str) -> bool:
    """Whether a line is nothing but the name of a person: two to five capitalised words."""
    return _PERSON.fullmatch(paragraph) is not None


def _before_with(credit: str) -> str:
    """A credit without those it merely draws on: of "Le Quotidien avec Agency" the first."""
    return re.split(r"\s(?:avec|with|mit|con)\s", credit, maxsplit=1)[0]


def is_credit(paragraph: str, *, last: bool = False) -> bool:
    """Whether a short paragraph names sources: "Avec des informations de X et de Y", "(avec AFP)", "Source : X".

    `last`: nothing of the text follows, where "Avec" and mere names are a credit as well.
    """
    line = paragraph.strip(" ()[]*_–—-.")
    if not line or len(line) > _MAX_LINE:
        return False
    if line[:2].lower() in _CREDIT_STEMS:
        if found := _WITH.match(line):
            return _drawn_on(line[found.end() :], last=last)
        if found := _SOURCE.match(line):
            return names_only(line[found.end() :], _CREDITED) or bool(found[1] and not ends_sentence(paragraph))
        if _MADE.match(line):
            return names_only(line, _CREDITED)
    small = line.lower()
    if ("rights" in small or "droits" in small or "reproduction" in small) and _RIGHTS.fullmatch(line):
        return True
    found = _WITHIN.search(line) if "avec " in line or "with " in line else None
    return found is not None and names_only(line, _WRITERS) and _drawn_on(line[found.end() :], last=False)


def _drawn_on(rest: str, *, last: bool) -> bool:
    if not names_only(rest, _CREDITED):
        return False
    sources = re.sub(r"^(?:des |les |d['’]|l['’]|la )?(?:\S+ (?:de |d['’]|from )(?:l['’])?)?", "", rest)
    named = agency_in(rest) or agency_in(sources) or not _CREDITED.isdisjoint(words(rest))
    return bool(named) or last


def names_only(text: str, other: frozenset[str] = frozenset()) -> bool:
    """Whether a text consists of capitalised words (at least one, or one of `other`) and what stands between names."""
    if len(text) > _REACH:
        return False
    named = False
    for word in _LETTERS.findall(text):
        if not word[0].islower() or is_agency(word) or (other and other.issuperset(words(word))):
            named = True
        elif word not in _SMALL:
            return False
    return named

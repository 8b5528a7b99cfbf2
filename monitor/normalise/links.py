"""A paragraph -> whether it leads to other articles ("LIRE AUSSI : ...", "Read more") and is no part of this one."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from enum import Enum, auto

from monitor.text import first_word, words

# A longer line is not the title of a link, nor a link with what stands around it.
_MAX_LINK = 250
_MAX_LINE = 500
# Shorter words (DE, AU) stand in any text and tell nothing about what a label is about.
_TELLING = 4
# A call stands within the first characters, a label too.
_MAX_CALL = 80
# Marks that lists of links begin with; quotation marks are none of them, a quotation may begin with any word.
_ORNAMENT = re.compile(r"[\s>→➡▶►▸●•·*+\-–—|\[(/#~👉🔗🔴⏩\ufe0f]+|»\s*")
_QUOTES = tuple("«“„\"'‘")
_CLOSERS = " \t\u00a0\u202f\"»”’')]"

# Folded beginnings that say "there is more to read elsewhere" by themselves. ` ` stands for any space or apostrophe.
_CALL = re.compile(
    r"(?:article reserve (?:a nos|aux) abonnes )?(?:(?:a|et|pour|(?:tu|vous|on) (?:peux|pouvez|peut)) )?"
    r"(?:re)?(?:lire|lis|lisez|voir|vois|voyez|ecouter|ecoutez|regarder|regardez)"
    r" (?:aussi|egalement|encore|en plus)\b"
    r"|(?:lire|voir|afficher) (?:la suite|plus)\b|lire l (?:article|integralite)\b|continuer (?:a lire|la lecture)"
    r"|(?:sur le|dans le|sur ce) meme (?:sujet|theme|dossier)|dans la meme (?:rubrique|actualite|categorie)"
    r"|pour aller plus loin|(?:pour )?en savoir plus|plus d (?:infos|informations|articles)\b"
    r"|a ne pas (?:manquer|rater)"
    r"|ne (?:manquez|ratez) pas|(?:vous )?(?:aimerez|aimeriez|pourriez aimer) aussi|vous pourriez aimer"
    r"|(?:cela |ca )?(?:peut|pourrait) (?:aussi )?vous interesser|(?:articles?|contenus?|sujets?) "
    r"(?:lies?|connexes?|similaires?|associes?|recommandes?|sponsorises?)\b"
    r"|(?:nos|notre) (?:autres?|derniers?) (?:articles?|infos)"
    r"|(?:abonnez|inscrivez) vous|suivez (?:nous|notre)|cliquez ici"
    r"|(?:also )?read (?:more|also|next|now|on|full|the (?:full|whole|original))\b|also read"
    r"|see (?:also|more)\b|watch (?:also|now|more)\b|more (?:on this|from|about|news)\b"
    r"|related(?: (?:articles?|stor(?:y|ies)|content|links?|news|topics?|coverage|reading))?$"
    r"|what to read next$|most (?:read|popular|viewed|shared)$|(?:les )?(?:articles )?(?:les )?plus (?:lus"
    r"|populaires|commentes)$"
    r"|top stories$|a la une$|recommended for you$|recommandes? pour vous$"
    r"|continue reading|don t miss|you (?:may|might) (?:also )?(?:like|be interested)|click here|further reading"
    r"|sign up (?:for|to)\b|subscribe (?:to|now)\b"
    r"|(?:puedes|podes|te puede|le puede) (?:ver|leer|interesar)\b|tambien (?:lea|lee|puede)"
    r"|(?:lea|lee|leer|vea|ver|mira|mire) (?:tambien|mas)\b"
    r"|lesen sie (?:auch|mehr)|siehe auch|mehr (?:zum thema|dazu)"
    r"|leggi (?:anche|tutto)|guarda anche|leia (?:tambem|mais)|veja (?:tambem|mais)"
    r"|lees (?:ook|meer|verder)|bekijk ook|читаите также|смотрите также|читать (?:также|далее)"
)
# The first three letters of calls: few paragraphs begin so, and to look takes 0.6 us where reading 80 characters as
# words takes 8. A test makes calls of the patterns and finds all their beginnings here.
_STEMS = frozenset(
    "a abo aff aim als art bek ca cel cli con dan don eco en et fol fur get gua ins le lea lee leg lei les lir "
    "lis mas meh mir mor mos ne nos not on peu plu pod pop pou pue rea rec ree reg rei rel rer res ret rev see "
    "sie sig sub sui suj sur tam te top tu vea vej ver vie voi vou voy wat wha you чит смо".split()
)
# A tenth of all paragraphs opens with an article, of which calls make little.
_ARTICLES = frozenset({"le", "les"})
_CALL_WITH_ARTICLE = re.compile(r"\W*les?\W+(?:articles|plus|puede)\b", re.IGNORECASE)
# Kinds of piece that a call with an article is about: "Lire notre décryptage", "Watch the full interview".
_PIECES = (
    "analyse|decryptage|entretien|interview|reportage|recit|enquete|dossier|portrait|chronique|tribune|editorial|edito"
    "|infographie|carte|video|photo|image|podcast|direct|live|article|diaporama|tchat|portfolio|verbatim|temoignage"
    "|billet"
)
_PIECES_ENGLISH = (
    "story|stories|interview|report|analysis|explainer|coverage|article|video|review|profile|podcast|gallery|transcript"
    "|updates?|blog|dispatch"
)
_CALL_PIECE = re.compile(
    rf"(?:re)?(?:lire|lisez|voir|voyez|ecouter|ecoutez|regarder|regardez|consulter|retrouvez|suivez|suivre)(?: ici)?"
    rf" (?:notre|nos|le|la|les|l)(?: grande?s?)? (?:{_PIECES})s?\b"
    rf"|(?:read|watch|see|view|listen to|follow) (?:the|our|his|her|their|this)(?: full| latest| live"
    rf"| whole)* (?:{_PIECES_ENGLISH})\b"
    r"|watch live\b|also (?:on (?:the|this|our) site|in the news)\b|get more on this(?: story)?"
)
# A call for one piece that is the site's own, or to be read: what stands behind it is a title, never the news itself
# ("Watch the video: police open fire").
_OWN_PIECE = re.compile(r"(?:re)?lire |.*\b(?:notre|nos|our)\b")
_MORE_HERE = ("also on ", "also in ", "get more ")
_FEED_TAIL = re.compile(
    r"(?:the post|l['’]article|cet article|l['’]entrée) .*(?:appeared first on|apparue? en premier sur) ", re.IGNORECASE
)
_SEPARATOR = re.compile(r"\s*(?:[:|>→➡▶]|[–—-]\s)")
# Words in small letters that follow a call: "Lire aussi notre dossier", "Read more about ...".
_POINTING = frozenset("notre nos l le la les ici sur page about on in our here at".split())
# Words of which a label in capitals is made when it calls for reading or looking.
_CALLING = frozenset(
    "lire lis lisez relire voir vois voyez revoir regarder regardez regarde ecouter ecoutez ecoute decouvrir "
    "decouvrez decouvre retrouvez consulter consultez cliquez suivez aussi egalement manquer manquez ratez interesser "
    "read see watch listen also related more click follow discover ver vea leer lea lee mira mire tambien puedes "
    "leggi guarda anche lesen sehen auch leia veja lees bekijk ook читаите смотрите также".split()
)
# Kinds of piece that a link announces: "VIDEO. ...", "EN IMAGES : ...". Kinds that are read (ANALYSE, EXCLUSIF,
# ENTRETIEN) also head parts of an article, so alone they tell nothing.
_KINDS = frozenset(
    "video videos photo photos images image direct live podcast podcasts audio infographie infographies carte cartes "
    "diaporama replay updates dossier archive archives quiz sondage gallery factcheck en et notre le grand "
    "format".split()
)
# Beginning with one class of characters, it is looked for twice as fast as a choice (measured).
_MAY_LABEL = re.compile(r"[:|.–—-](?:(?<=[:|])|(?=\s)(?:(?<=\.)|(?<=\s[–—-])))")
_LABEL = re.compile(r"([^\W_][^:|\n]{0,60}?)\s*([:|]|\.(?=\s)|\s[–—-](?=\s))\s*(.*)", re.DOTALL)


def bare(paragraph: str) -> str:
    """A paragraph without the marks that lists of links begin with."""
    found = _ORNAMENT.match(paragraph)
    return paragraph[found.end() :] if found else paragraph


def is_headline(text: str) -> bool:
    """Whether a line may be the title of another article: short, and no sentence that ends in a full stop."""
    return len(text) <= _MAX_LINK and not ends_sentence(text)


def ends_sentence(text: str) -> bool:
    """Whether a line ends in a full stop, quotation marks and brackets apart; an ellipsis is none."""
    end = text[-40:].rstrip(_CLOSERS)
    return end.endswith(".") and not end.endswith("..")


class Lead(Enum):
    """How a paragraph leads elsewhere."""

    NOT = auto()
    LINK = auto()
    HEADING = auto()
    """A call with nothing behind it: the titles of links follow."""
    KIND = auto()
    """A kind of piece and a title ("VIDEO. ..."): a link, but also a way to begin the article's own title."""
    PIECE = auto()
    """A call to look at something and, behind a colon, what is seen: a link only where others stand too."""


def lead(paragraph: str) -> Lead:
    """How a paragraph, seen by itself, leads to other articles."""
    core = bare(paragraph)
    if len(core) > _MAX_LINE or core[:1] in _QUOTES:
        return Lead.NOT
    first = first_word(core[:_MAX_CALL])
    if first[:3] in _STEMS and (first not in _ARTICLES or _CALL_WITH_ARTICLE.match(core)):
        opening = " ".join(words(core[:_MAX_CALL]))
        if call := _CALL_PIECE.match(opening):
            return _one_piece(core, call[0])
        if call := _CALL.match(opening):
            return _called(core, call[0].count(" ") + 1)
    if _MAY_LABEL.search(core, 0, _MAX_CALL) and (found := _LABEL.match(core)):
        return _labelled(*found.groups())
    return Lead.LINK if _FEED_TAIL.match(core) else Lead.NOT


def _one_piece(core: str, call: str) -> Lead:
    """How a call for one piece leads there: what stands behind it may be the news, unless it is a word or two."""
    kind = _called(core, call.count(" ") + 1)
    if kind is Lead.HEADING and not core.rstrip().endswith(":"):
        return Lead.LINK  # no list of titles follows
    if kind is not Lead.LINK or call.startswith(_MORE_HERE) or core.count(" ") <= call.count(" ") + 1:
        return kind
    return Lead.KIND if _OWN_PIECE.match(call) or ":" not in core else Lead.PIECE


def _called(core: str, size: int) -> Lead:
    """What follows a call of `size` words decides: nothing, a separator, or a title (no sentence, no small letter)."""
    after = core[[word.end() for word in re.finditer(r"[^\W_]+", core)][size - 1] :]
    if not any(map(str.isalnum, after)):
        return Lead.HEADING
    if _SEPARATOR.match(after):
        return Lead.LINK
    goes_on = after.lstrip(" \t\u00a0(«“\"'’")
    titled = not goes_on[:1].islower() or words(goes_on[:30])[0] in _POINTING
    return Lead.LINK if titled and not ends_sentence(core) else Lead.NOT


def _labelled(label: str, separator: str, rest: str) -> Lead:
    spelt = words(label)
    colon = separator in (":", "|")
    if not rest:
        return Lead.HEADING if colon and label.isupper() and not _CALLING.isdisjoint(spelt) else Lead.NOT
    sentence = ends_sentence(rest)
    if set(spelt) <= _KINDS and not sentence and (label.isupper() or colon):
        return Lead.KIND if label.isupper() or len(spelt) == 1 or "notre" in spelt else Lead.PIECE
    if label.isupper() and not rest.isupper() and not _CALLING.isdisjoint(spelt):
        return Lead.NOT if sentence and (len(spelt) == 1 or not colon) else Lead.LINK
    if colon and not sentence and set(spelt) <= _CALLING | {"a"}:
        return Lead.LINK
    return Lead.NOT


def markers(paragraphs: Sequence[str], links: Container[int] = ()) -> frozenset[str]:
    """The labels in capitals that announce links in this text although their words are not known to.

    They are told by form: a label that comes again, or of two words or more beside one of the `links`; behind its colon
    always a headline; no other such label, as in a list of the text; and no word of the label occurs in the text
    itself, as it does in a heading like "GUERRE EN UKRAINE : ...".
    """
    labels: dict[str, list[int]] = {}
    for index, paragraph in enumerate(paragraphs):
        if index and (label := caps_label(paragraph)):
            labels.setdefault(label, []).append(index)
    formed = [label for label, found in labels.items() if all(_announces(paragraphs[at]) for at in found)]
    if len(formed) != 1 or not _is_label(formed[0], len(labels[formed[0]])):
        return frozenset()
    only = formed[0]
    first = labels[only][0]
    if len(labels[only]) == 1 and first - 1 not in links and first + 1 not in links:
        return frozenset()
    told = {word for p in paragraphs if caps_label(p) != only for word in words(p)}
    return frozenset() if any(len(w) >= _TELLING and w in told for w in words(only)) else frozenset({only})


def caps_label(paragraph: str) -> str | None:
    """The label in capitals, before a colon, that a short paragraph begins with."""
    if ":" not in paragraph:
        return None
    core = bare(paragraph)
    found = _LABEL.match(core) if len(core) <= _MAX_LINK else None
    return found[1] if found and found[2] == ":" and found[1].isupper() else None


def _is_label(label: str, times: int) -> bool:
    """Whether capitals may call for a link: no initials of somebody who speaks, no number of a list."""
    spelt = words(label)
    telling = any(len(word) >= _TELLING for word in spelt)
    return telling and all(map(str.isalpha, spelt)) and (len(spelt) > 1 or times > 1)


def _announces(paragraph: str) -> bool:
    """Whether a headline stands behind the label: several words, and no answer or question of an interview."""
    rest = paragraph.partition(":")[2].strip()
    return (
        len(words(rest)) >= _TELLING
        and not rest.isupper()
        and rest[0] not in _QUOTES
        and rest[-1] not in "?!"
        and is_headline(rest)
    )

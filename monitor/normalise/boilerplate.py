"""Paragraphs -> those that are the article, and those that only stand around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from monitor.normalise.agencies import is_agency
from monitor.normalise.credits import Byline, byline, is_caption, is_credit, is_name, names_only
from monitor.normalise.links import Lead, bare, caps_label, is_headline, lead, markers
from monitor.normalise.notices import is_notice, is_spoken

# A byline stands under the title or under the first paragraphs; further down a lone name credits a photo.
_BYLINE_AFTER = 2
_MANY = 500
# How far from its end a paragraph is searched for a closing credit.
_REACH = 300
# "(avec AFP)", "© AFP", "Lire la suite" at most follow each other.
_MAX_CLOSINGS = 5

_MEANING = re.compile(r"[^\W_]")
_ADDRESS_ONLY = re.compile(r"\W{0,9}(?:https?://|www\.)\S+", re.IGNORECASE)
_LAST_BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]{2,120})[)\]]\s?\.?$")
_CUT_OFF = re.compile(r"\s*\[(?:…|\.\.\.)\]$")
_COPYRIGHT = re.compile(r"\s*(?:©|\([cC]\)(?=\s?[^\W\d_a-z]))[^©.!?]{1,80}\.?$")
_MORE = re.compile(
    r"(?<=\S)\s*[\[(]?(?:Lire (?:la suite|plus|l['’]article)|En savoir plus"
    r"|Read (?:more|on|the (?:full|rest))|Continue reading|Continuer (?:à lire|la lecture)|Voir plus"
    r"|See more)\b(?:\s(?:sur|on|at)\s[^.!?,]{1,60})?"
    r"[\s.…»>→)\]]*$"
)
# Marks by the signs without which they need not be searched.
_LAST_MARKS = (
    *[(sign, _CUT_OFF) for sign in ("…]", "...]")],
    *[(sign, _COPYRIGHT) for sign in ("©", "(c)", "(C)")],
    *[(sign, _MORE) for sign in ("Lire ", "En savoir plus", "Read ", "Contin", "Voir plus", "See more")],
)
_BOUNDARY = re.compile(r"[.!?…»\"”)\]](\s+(?:[–—-]\s)?)(?=\S)")


@dataclass(frozen=True, slots=True)
class Sifted:
    """The paragraphs of an article, what was taken out, and the agency that its byline names."""

    kept: list[str]
    removed: list[str] = field(default_factory=list)
    agency: str | None = None


def sift(paragraphs: Sequence[str]) -> Sifted:
    """Take out links to other articles, captions, bylines, credits, notices, addresses and stray punctuation."""
    # A text of very many lines says the same again and again; to prepare for that takes 5 us.
    read, judge = (cache(lead), cache(_surrounds)) if len(paragraphs) > _MANY else (lead, _surrounds)
    leads = [read(paragraph) for paragraph in paragraphs]
    links = _links(paragraphs, leads)
    kept: list[int] = []
    signed: dict[int, str] = {}
    # From the end, because some lines are credits only when nothing of the text follows them.
    for index in range(len(paragraphs) - 1, -1, -1):
        last = not kept
        if index in links:
            continue
        verdict = judge(paragraphs[index], last and index > 0)
        if isinstance(verdict, Byline) or (signed.get(index + 1) and index and is_name(paragraphs[index])):
            signed[index] = (verdict.agency or "") if isinstance(verdict, Byline) else ""
        elif not verdict:
            kept.append(index)
    # Where nothing is left, a sentence that only sounded like the site's is the text.
    kept = kept[::-1] or [i for i, paragraph in enumerate(paragraphs) if i not in links and is_spoken(paragraph)]
    standing = set(kept)
    removed = [paragraph for index, paragraph in enumerate(paragraphs) if index not in standing]
    under_title = kept[_BYLINE_AFTER] if len(kept) > _BYLINE_AFTER else len(paragraphs)
    agencies = [signed[index] for index in sorted(signed) if signed[index] and index < under_title]
    text, closing = _close([paragraphs[index] for index in kept])
    return Sifted(text, removed + closing, next(iter(agencies), None))


def _surrounds(paragraph: str, last: bool) -> Byline | bool:
    """Whether a paragraph that leads nowhere stands around the text: stray signs, byline, notice, caption, credit."""
    return (
        _stray(paragraph)
        or byline(paragraph)
        or is_notice(paragraph, last=last)
        or is_caption(paragraph, last=last)
        or is_credit(paragraph, last=last)
    )


def _stray(paragraph: str) -> bool:
    """No letter and no figure, or an address alone."""
    first = paragraph[:1]
    if first.isalnum() and first not in "hHwW":
        return False
    return not _MEANING.search(paragraph) or bool(_ADDRESS_ONLY.fullmatch(paragraph))


def _links(paragraphs: Sequence[str], leads: Sequence[Lead]) -> set[int]:
    """The indexes of paragraphs that lead to other articles, with the titles listed under a heading that says so."""
    links = {index for index, kind in enumerate(leads) if kind in (Lead.LINK, Lead.HEADING)}
    links |= {index for index, kind in enumerate(leads) if index and kind is Lead.KIND}
    if not links and not any(":" in paragraph for paragraph in paragraphs):
        return links  # as in most texts: no heading, no label
    if links:
        links |= {index for index, kind in enumerate(leads) if index and kind is Lead.PIECE}
    labels = markers(paragraphs, links)
    links |= {index for index, p in enumerate(paragraphs) if index and labels and caps_label(p) in labels}
    titles_from = len(paragraphs)
    while titles_from and (titles_from - 1 in links or is_headline(paragraphs[titles_from - 1])):
        titles_from -= 1
    listed = False
    for index, paragraph in enumerate(paragraphs):
        if leads[index] is Lead.HEADING:
            listed = True
        elif listed and index not in links:
            # One title always follows the heading (but not where the article's own is expected), more in a list.
            first = leads[index - 1] is Lead.HEADING and index > 1
            in_list = first or index >= titles_from or bare(paragraph) != paragraph
            listed = in_list and is_headline(paragraph)
            if listed:
                links.add(index)
    return links


def _close(kept: list[str]) -> tuple[list[str], list[str]]:
    """Take the credits off the end of the last paragraph: "(avec AFP)", "© Agency", "Read more"."""
    removed = []
    for _ in range(_MAX_CLOSINGS):
        at = _closing(kept[-1]) if kept else None
        if at is None:
            break
        last = kept.pop()
        removed.append(last[at:].strip())
        if _MEANING.search(text := last[:at].rstrip()):
            kept.append(text)
    return kept, removed


def _closing(paragraph: str) -> int | None:
    """Where the closing credit of a paragraph begins."""
    reach = max(len(paragraph) - _REACH, 0)
    end = paragraph[reach:]
    for sign, mark in _LAST_MARKS:
        if sign in end and (found := mark.search(paragraph, reach)):
            return found.start()
    if paragraph.rstrip(". ")[-1:] in (")", "]") and (found := _LAST_BRACKETS.search(paragraph, reach)):
        inner = found[1].strip()
        if is_credit(inner) or (names_only(inner) and is_agency(re.split(r"[/,;&+]", inner)[0])):
            return found.start()
    boundaries = list(_BOUNDARY.finditer(paragraph, max(reach - 1, 0)))
    if boundaries:
        tail = paragraph[boundaries[-1].end() :]
        if byline(tail) or is_credit(tail) or lead(tail) is Lead.HEADING:
            return boundaries[-1].start(1)
    return None

"""What holds for any article from its bytes to the verdict: a copy is one however it is written and served."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from dedup.labelled import NOW, verdict
from hypothesis import given
from hypothesis import strategies as st

from monitor.dedup import sketch
from monitor.model import Article, Item, Markup, Verdict
from monitor.normalise import normalise


class Written(NamedTuple):
    """A headline and the paragraphs under it."""

    title: str
    paragraphs: tuple[str, ...]


# ---- What is written: sentences of the press, each with facts of its own ----

PLACES = "Brest Quimperlé Lons-le-Saunier Évreux Arles Metz Saint-Dié Béziers Leeds Dundee".split()
PEOPLE = ["Luc Morel", "Hélène Duchêne", "Noël L'Hostis", "Aïcha Benkirane", "Jean-François Œuvrard", "Ann O'Hara"]
DAYS = "lundi mardi mercredi jeudi vendredi samedi dimanche".split()
SENTENCES = (
    "Le maire de {place}, {name}, a reçu {day} {number} délégués du personnel à l'hôtel de ville.",
    "« Nous attendons encore l'avis de {place} », a déclaré {name} après {number} minutes de discussion.",
    "L'usine de {place} – qui emploie {number} personnes – fermera ses portes à la fin de l'année.",
    "Selon {name}, d'où vient l'étude, la facture s'élève à {number} millions d'euros pour {place}.",
    "La préfecture n'a pas confirmé le bilan de {number} blessés donné {day} par {name} à {place}.",
    "D'après les syndicats, {number} cars assureront jusqu'à {day} la liaison entre {place} et la côte.",
    "Qu'en sera-t-il des {number} élèves du collège de {place} ? {name} doit l'annoncer {day}.",
    "Interrogée {day}, {name} juge « peu crédible » l'hypothèse d'une crue à {place} avant {number} ans.",
    "The council of {place} voted by {number} to 4 to keep the library open, said {name}.",
    "“We were not told,” {name} said of the {number} jobs that are to go in {place} – half of the staff.",
)
FACTS = st.fixed_dictionaries(
    {"place": st.sampled_from(PLACES), "name": st.sampled_from(PEOPLE), "day": st.sampled_from(DAYS)}
)


@st.composite
def written(draw: st.DrawFn, least: int = 3, most: int = 9, numbers: range = range(11, 600)) -> Written:
    """Sentences, each with a number that no other has, in paragraphs of one to three, under a headline."""
    counted = draw(st.lists(st.sampled_from(numbers), min_size=least, max_size=most, unique=True))
    shapes = draw(st.permutations(SENTENCES))
    told = [shape.format(number=n, **draw(FACTS)) for shape, n in zip(shapes, counted, strict=False)]
    sizes = draw(st.lists(st.integers(1, 3), min_size=len(told), max_size=len(told)))
    paragraphs, at = [], 0
    for size in sizes:
        paragraphs.append(" ".join(told[at : at + size]))
        at += size
    place, name = draw(st.sampled_from(PLACES)), draw(st.sampled_from(PEOPLE))
    return Written(f"{place} : « l'été » de {name} n'est pas fini", tuple(filter(None, paragraphs)))


# ---- How it is served: none of this says anything ----

Dress = Callable[[str], str]


def replaced(*pairs: tuple[str, str]) -> Dress:
    """What puts other characters for some."""

    def dress(text: str) -> str:
        for one, other in pairs:
            text = text.replace(one, other)
        return text

    return dress


TYPOGRAPHY: dict[str, Dress] = {
    "as it is": lambda text: text,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "typewriter": replaced(("« ", '"'), (" »", '"'), ("“", '"'), ("”", '"'), ("–", "-"), ("œ", "oe"), ("Œ", "Oe")),
    "printer": replaced(("'", "’"), ("« ", "«\u00a0"), (" »", "\u202f»"), (" :", "\u00a0:"), (" ?", "\u202f?")),
    "other quotes": replaced(("« ", "“"), (" »", "”"), ("-", "\u2010"), ("–", "—")),
    "wide": replaced((" ", "  ")),
}
CHARSETS = ("utf-8", "utf-8-sig", "utf-16", "cp1252")


def encoded(text: str, charset: str) -> bytes:
    """Bytes in this charset, in UTF-8 where it lacks one of the letters."""
    try:
        return text.encode(charset)
    except UnicodeEncodeError:
        return text.encode()


def as_file(text: Written, gap: str, charset: str) -> Item:
    """A text file: the headline, then the paragraphs."""
    return Item("", "", encoded(f"{text.title}\n\n{gap.join(text.paragraphs)}", charset))


def as_entry(text: Written, gap: str, charset: str) -> Item:
    """An entry of a feed without markup; the feed has told the charset."""
    return Item("", "", gap.join(text.paragraphs), title=text.title)


def blocks(text: Written, tag: str, gap: str) -> str:
    """Markup: entities, a word in bold, a link, and white space where it does not show."""
    found = []
    for paragraph in text.paragraphs:
        first, _, rest = html.escape(paragraph).encode("ascii", "xmlcharrefreplace").decode().partition(" ")
        found.append(f"<{tag} class=a>{gap}<b>{first}</b> <a href='/x'>{rest.replace(' ', gap)}</a></{tag}>")
    return gap.join(found)


def as_markup(text: Written, gap: str, charset: str) -> Item:
    """An entry of a feed with markup."""
    return Item("", "", blocks(text, "p", gap), Markup.HTML, html.escape(text.title))


def as_page(text: Written, gap: str, charset: str) -> Item:
    """A page that was saved."""
    head = f"<head><meta charset='{charset.removesuffix('-sig')}'><title>{html.escape(text.title)}</title></head>"
    page = f"<html>{head}<body><nav><a href='/'>Accueil</a></nav><article>{blocks(text, 'div', gap)}</article></body>"
    # A page may not say of itself that it is UTF-8 and be something else: that is a fault, tested elsewhere.
    return Item("", "", page.encode(charset, "xmlcharrefreplace"), Markup.HTML)


@st.composite
def served(draw: st.DrawFn, text: Written, source: str) -> Article:
    """A text as the daemon reads it from one of the places that serve it."""
    dress = TYPOGRAPHY[draw(st.sampled_from(sorted(TYPOGRAPHY)))]
    title = dress(text.title.upper() if draw(st.booleans()) else text.title)
    shown = Written(title, tuple(map(dress, text.paragraphs)))
    form = draw(st.sampled_from([as_file, as_entry, as_markup, as_page]))
    gap = draw(st.sampled_from(["\n\n", "\n", "\r\n"]))
    item = form(shown, gap, draw(st.sampled_from(CHARSETS)))
    where = {"source": source, "guid": f"guid of {source}", "url": f"https://{source}.example/2026/01/une-affaire"}
    return normalise(replace(item, **where), ["fr", "en"], NOW)


# ---- What holds ----


@given(st.data())
def test_two_texts_with_the_same_content_are_duplicates_in_either_order(data: st.DataObject) -> None:
    text = data.draw(written())
    one, other = data.draw(served(text, "matin")), data.draw(served(text, "soir"))
    assert verdict(other, one).verdict is Verdict.DUPLICATE
    assert verdict(one, other).verdict is Verdict.DUPLICATE


@given(st.data())
def test_less_after_more_is_a_duplicate_and_more_after_less_an_update(data: st.DataObject) -> None:
    text, more = data.draw(written()), data.draw(written(1, 2, range(600, 999)))
    cut = data.draw(st.integers(0, len(text.paragraphs)))
    grown = Written(text.title, (*text.paragraphs[:cut], *more.paragraphs, *text.paragraphs[cut:]))
    less, longer = data.draw(served(text, "matin")), data.draw(served(grown, "soir"))
    assert verdict(less, longer).verdict is Verdict.DUPLICATE
    assert verdict(longer, less).verdict is Verdict.UPDATE


@given(st.data())
def test_whichever_of_several_copies_comes_first_opens_the_same_story(data: st.DataObject) -> None:
    text = data.draw(written())
    copies = [data.draw(served(text, source)) for source in ("matin", "midi", "soir")]
    for first in range(len(copies)):
        order = [*copies[first:], *copies[:first]]
        assert verdict(order[1], order[0]).verdict is verdict(order[2], order[0]).verdict is Verdict.DUPLICATE
    assert len({sketch(copy).story for copy in copies}) == 1


@given(st.data())
def test_what_was_served_is_read_the_same_when_it_is_read_again(data: st.DataObject) -> None:
    once = data.draw(served(data.draw(written()), "matin"))
    item = Item(once.source, once.guid, f"{once.lede}\n\n{once.body}", title=once.title, url=once.url)
    again = normalise(item, ["fr", "en"], NOW)
    assert (again.title, again.lede, again.body, again.boilerplate) == (once.title, once.lede, once.body, ())


@st.composite
def altered(draw: st.DrawFn, text: Written) -> Written:
    """The same text with one of its figures, names or places put for another."""
    at = draw(st.integers(0, len(text.paragraphs) - 1))
    paragraph = text.paragraphs[at]
    facts = re.findall(r"\b\d{2,3}\b", paragraph)
    facts += [name for name in (*PEOPLE, *PLACES) if name in paragraph]
    fact = draw(st.sampled_from(facts))
    other = str(int(fact) + 1) if fact.isdigit() else "Claire Aubin" if fact in PEOPLE else "Vannes"
    return Written(text.title, (*text.paragraphs[:at], paragraph.replace(fact, other), *text.paragraphs[at + 1 :]))


@given(st.data())
def test_one_figure_name_or_place_altered_is_no_duplicate_in_either_order(data: st.DataObject) -> None:
    text = data.draw(written())
    one, other = data.draw(served(text, "matin")), data.draw(served(data.draw(altered(text)), "soir"))
    assert verdict(other, one).verdict is not Verdict.DUPLICATE
    assert verdict(one, other).verdict is not Verdict.DUPLICATE

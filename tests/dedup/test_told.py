"""What of an article counts as said: not the place it was written in, not the lines that a page says of itself."""

import gc
import weakref
from dataclasses import replace

import pytest
from dedup.labelled import held
from hypothesis import given
from hypothesis import strategies as st

from monitor.dedup import news, place, read, sketch
from monitor.dedup.spoken import all_spoken
from monitor.dedup.told import told
from monitor.model import Article, Published, Verdict

FRENCH = Article(
    "A",
    "1",
    None,
    "Explosion dans une usine de Brévan",
    False,
    "Une explosion s'est produite mardi dans une usine chimique de Brévan.",
    "Le maire Jean Martel est sur place.\n\nUne enquête est ouverte.\n\nLes habitants restent chez eux.",
    None,
    Published(),
    "fr",
)
ENGLISH = replace(
    FRENCH,
    title="Blast at a plant in Harlow Dale",
    lede="A blast hit a chemical plant in Harlow Dale on Tuesday.",
    body="Mayor Jane Corbett is at the scene.\n\nThe county opened a file.\n\nResidents stay indoors.",
    language="en",
)

NEWS = [
    "Share price of plant owner falls after Facebook post.",
    "Share of Facebook in WhatsApp deal blocked by Brussels.",
    "Share on Facebook tells of 12 dead.",
    "Share this: Corbett resigns on Facebook",
    "Partager un mensonge sur Facebook devient un délit.",
    "Partager cet article sur Facebook a coûté son poste à Martel.",
    "Copyright : l'usine condamnée à 500 millions d'euros.",
    "Copyright reform passes the European Parliament with 348 votes.",
    "Copyright 2026 reform passes Parliament.",
    "Copyright 2026 Reform Passes Parliament",
    "Copyright Google",
    "No part of this plant was spared.",
    "No part of this report may be used, the court ruled on 12 May.",
    "Reporting by Corbett led to the arrest of the owner.",
    "Editing by hand killed 12 workers.",
    "Writing by candlelight, the owner admits the fire.",
    "(Reporting by the Oslo newsroom was banned)",
    "Abonnez-vous, dit Martel : 12 morts.",
    "Inscrivez-vous avant vendredi pour être évacué",
    "Vous aimez nos usines ?",
    "Rédigé par le maire, le rapport accuse l'usine.",
    "Notre dossier est refusé par la préfecture.",
    "Notre dossier sur Martel",
    "By our count 12 people are dead.",
    "By online vote, 12 councils shut schools.",
    "By online vote Harlow Dale wins the prize.",
    "Par notre faute, dit Martel.",
    "Par le service de déminage, 12 bombes ont été désamorcées.",
]
LINES = [
    "Share this article: Facebook X WhatsApp",
    "Share on Facebook",
    "Partager sur Facebook Partager sur X Envoyer par e-mail",
    "Copyright © 2026 The Northern Wire",
    "Copyright (c) Northern Wire.",
    "Copyright 2026 Reuters.",
    "Copyright The Associated Press.",
    "Copyright 2026 The Northern Wire.",
    "No part of this report may be used again without written consent.",
    "(Reporting by the Oslo newsroom; Editing by David Penn)",
    "(Reporting by Jane Corbett and John Ashe in Oslo)",
    "Abonnez-vous à notre lettre du matin",
    "Inscrivez-vous à nos alertes",
    "Vous aimez nos articles ?",
    "(Rédigé par le bureau de Stockholm, version française service économique)",
    "Notre dossier sur l'espace",
    "By our foreign desk",
    "By Online reporter | Published 14:02",
    "Par le service économie, avec Reuters",
    "Par notre correspondant",
]

PLACES = [
    "LYON - ",
    "BRUXELLES - ",
    "NEW YORK – ",
    "DES MOINES — ",
    "LE HAVRE - ",
    "INVERNESS - ",
    "GAZA - ",
    "TROIS-RIVIÈRES – ",
    "POINTE-À-PITRE - ",
    "KANSAS CITY, Mo. — ",
    "ST. PAUL, Minn. - ",
    "PARIS, 13 janvier - ",
    "OSLO, Jan. 13 - ",
    "(Bichkek) ",
    "(Aix-en-Provence) ",
]
TEXTS = [
    "AU MOINS DOUZE MORTS - ",
    "(Douze morts) ",
    "DOUZE MORTS - ",
    "TWELVE DEAD - ",
    "AT LEAST TWELVE DEAD — ",
    "PARIS, 12 morts - ",
    "ATTENTAT - ",
    "(Attentat) ",
    "(Attack) ",
    "DÉMISSION - ",
    "RESIGNATION - ",
    "AUCUN SURVIVANT - ",
    "NO SURVIVORS - ",
    "(Pas de survivants) ",
    "(Usine ravagée) ",
    "CONDAMNÉ - ",
    "KILLED - ",
    "LIMOGÉE - ",
    "ÉVACUATION - ",
    "CESSEZ-LE-FEU - ",
    "CEASEFIRE - ",
    "MACRON - ",
    "(Corbyn) ",
]


def added(article: Article, line: str) -> Article:
    return replace(article, source="B", guid="2", body=f"{article.body}\n\n{line}")


def opened(article: Article, words: str) -> Article:
    return replace(article, source="B", guid="2", lede=words + article.lede)


def verdict(article: Article, before: Article) -> Verdict:
    return place(article, sketch(article), [held(before)]).verdict


def said(article: Article) -> list[str]:
    return [text[start:end] for text, start, end in told(article).spans]


@pytest.mark.parametrize("before", [FRENCH, ENGLISH], ids=["fr", "en"])
@pytest.mark.parametrize("line", NEWS)
def test_a_sentence_that_begins_like_a_button_is_news(line: str, before: Article) -> None:
    assert len(said(added(before, line))) > len(said(before))
    assert verdict(added(before, line), before) is not Verdict.DUPLICATE


@pytest.mark.parametrize("line", LINES)
def test_a_line_that_a_page_says_of_itself_hides_no_copy(line: str) -> None:
    assert said(added(FRENCH, line)) == said(FRENCH)
    assert verdict(added(ENGLISH, line), ENGLISH) is Verdict.DUPLICATE


@pytest.mark.parametrize("before", [FRENCH, ENGLISH], ids=["fr", "en"])
@pytest.mark.parametrize("words", TEXTS)
def test_words_before_a_text_that_tell_something_are_text(words: str, before: Article) -> None:
    assert told(opened(before, words)).dateline == ()
    assert verdict(opened(before, words), before) is not Verdict.DUPLICATE


@pytest.mark.parametrize("before", [FRENCH, ENGLISH], ids=["fr", "en"])
@pytest.mark.parametrize("words", PLACES)
def test_where_a_text_was_written_is_not_what_it_says(words: str, before: Article) -> None:
    assert said(opened(before, words)) == said(before)
    assert verdict(opened(before, words), before) is Verdict.DUPLICATE


def test_capitals_that_the_text_has_in_small_letters_name_no_place() -> None:
    assert told(opened(FRENCH, "USINE CHIMIQUE - ")).dateline == ()


def test_a_place_that_is_no_town_of_note_is_named_in_the_text() -> None:
    assert told(opened(FRENCH, "BRÉVAN - ")).dateline == ("brevan",)


@pytest.mark.parametrize("text", ["MACRON - La loi sera retirée.", "By online vote Harlow Dale wins the prize."])
def test_a_name_before_a_text_is_seen(text: str) -> None:
    said = read(replace(FRENCH, title="", lede=text, body=""))
    assert said.names & {"macron", "harlow"}
    assert news(said, [read(ENGLISH if "MACRON" in text else FRENCH)]) != ()


def test_what_was_read_of_a_short_article_is_remembered() -> None:
    assert told(FRENCH) is told(replace(FRENCH, guid="2"))
    assert read(FRENCH) is read(replace(FRENCH, guid="2"))


def test_what_was_read_of_a_long_article_is_not_kept() -> None:
    long = replace(FRENCH, body="\n\n".join(f"Le maire a reçu {n} lettres." for n in range(1000)))
    found, heard = weakref.ref(read(long)), weakref.ref(told(long))
    gc.collect()
    assert (found(), heard()) == (None, None)


def test_a_place_is_followed_by_the_beginning_of_a_sentence() -> None:
    assert told(replace(FRENCH, lede="BREVAN - usine en panne.")).dateline == ()


@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=200))
def test_spans_hold_the_words_that_are_told(title: str, lede: str, body: str) -> None:
    found = told(replace(FRENCH, title=title, lede=lede, body=body))
    assert len(found.spans) == len(found.words)
    assert all(0 <= start <= end <= len(text) for text, start, end in found.spans)
    assert all(found.words)


SAID = st.lists(
    st.sampled_from(
        "le bilan 12 5 0 05 1.200 12,5 1,200,000 € $ £ % ° C km m - – − + … . , : 8h 30 1er 3e March janvier p.m am © "
        "ß œuvre ’ ' c'h pour cent deux mille cents millions heures h euros dollars pct un et vingt 😀 Š É « ” 6:40 "
        "sept $1.9m 10bn \u00a0 \u202f \u2009".split(" ")
    ),
    min_size=1,
    max_size=12,
)


@given(SAID, st.sampled_from(["", " "]))
def test_a_sentence_is_heard_alike_beside_a_word_in_any_other_script(parts: list[str], gap: str) -> None:
    text = gap.join(parts)
    assert all_spoken([text])[0] == all_spoken([text, "Ж"])[0]

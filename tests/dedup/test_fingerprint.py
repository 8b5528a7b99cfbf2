"""What copies have in common."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.dedup import sketch
from monitor.dedup.fingerprint import MOST
from monitor.model import Article, Published

ARTICLE = Article(
    "A",
    "1",
    None,
    "Grève à Lyon",
    False,
    "Le métro est à l'arrêt.",
    "Deux lignes rouvrent. Oui.",
    None,
    Published(),
    "fr",
)
SENTENCES = [
    "Le conseil municipal de Saint-Herbin a voté lundi soir la fermeture de la piscine des Tilleuls.",
    "Le bassin, ouvert en 1974, perd chaque jour plus de douze mètres cubes d'eau.",
    "Les travaux coûteraient environ deux millions d'euros, selon une étude remise en janvier.",
    "Une pétition a recueilli trois mille signatures dans la vallée.",
    "Le club de natation cherche des créneaux dans les communes voisines.",
]
LONG = replace(ARTICLE, title="", lede="", body=" ".join(SENTENCES))


def shared(one: Article, other: Article) -> int:
    return len(set(sketch(one).hashes) & set(sketch(other).hashes))


def test_copies_share_the_digest_whatever_their_layout() -> None:
    joined = replace(ARTICLE, lede="", body="LE METRO est à l’arrêt. 2 lignes\u00a0rouvrent.\n\nOui.")
    assert sketch(joined).digest == sketch(ARTICLE).digest


def test_another_word_is_another_digest() -> None:
    assert sketch(replace(ARTICLE, body="Trois lignes rouvrent. Oui.")).digest != sketch(ARTICLE).digest


def test_another_place_of_writing_is_another_digest() -> None:
    lyon, nice = (
        replace(ARTICLE, title="", lede=f"{place} - Le ciel sera couvert.", body="") for place in ("LYON", "NICE")
    )
    assert sketch(lyon).digest != sketch(nice).digest


def test_a_derived_title_counts_once_as_lede() -> None:
    derived = replace(ARTICLE, title="Le métro est à l'arrêt.", title_derived=True)
    assert sketch(derived) == sketch(replace(ARTICLE, title=""))


def test_sentences_of_three_words_find_no_copies() -> None:
    assert sketch(replace(ARTICLE, lede="Oui, deux lignes.", body="Non, aucune.")).hashes == ()


@pytest.mark.parametrize("kept", range(len(SENTENCES)))
def test_an_article_is_found_by_any_sentence_of_it(kept: int) -> None:
    assert shared(replace(LONG, body=SENTENCES[kept]), LONG)


def test_an_article_is_found_when_a_word_of_every_sentence_is_another() -> None:
    edited = LONG.body.replace("voté", "décidé").replace("perd", "laisse fuir").replace("environ", "près de")
    edited = edited.replace("recueilli", "réuni").replace("cherche", "demande")
    assert shared(replace(LONG, body=edited), LONG) >= 3


@given(st.lists(st.text(alphabet="abcdefgh ", min_size=10, max_size=60), max_size=80))
def test_hashes_are_few_and_fit_a_signed_column_of_64_bits(sentences: list[str]) -> None:
    hashes = sketch(replace(LONG, body="\n\n".join(sentences))).hashes
    assert len(hashes) == len(set(hashes)) <= MOST
    assert all(0 <= one < 2**63 for one in hashes)


def test_a_long_article_is_found_by_its_beginning() -> None:
    sentences = [f"La rue numéro {one} sera fermée aux voitures le jour du marché." for one in range(200)]
    whole, cut = (replace(LONG, body=" ".join(told)) for told in (sentences, sentences[:3]))
    assert len(sketch(whole).hashes) <= MOST
    assert shared(whole, cut)

"""What copies have in common."""

from dataclasses import replace
from hashlib import sha256

import pytest
from dedup.labelled import pairs
from hypothesis import given
from hypothesis import strategies as st

from monitor.dedup import sketch
from monitor.dedup.fingerprint import MOST
from monitor.model import KEPT, Article, Published

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


MANY = [f"La rue numéro {one} sera fermée aux voitures le jour du marché." for one in range(200)]


def shared(one: Article, held: Article) -> int:
    return len(set(sketch(one).hashes) & set(sketch(held).hashes[:KEPT]))


def told(sentences: list[str]) -> Article:
    return replace(LONG, body=" ".join(sentences))


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


def test_articles_without_words_have_the_digest_of_what_stands_there() -> None:
    pictures = [replace(LONG, body=body) for body in ("🎉", "🔥 !", "…", "Partager sur Facebook", "Partager sur X")]
    assert len({sketch(one).digest for one in pictures}) == len(pictures)
    assert sketch(pictures[3]).digest == sketch(replace(LONG, body="PARTAGER sur facebook")).digest
    assert sketch(replace(LONG, title="?", body="")).digest != sketch(replace(LONG, lede="?", body="")).digest


def test_the_digest_of_an_article_with_words_is_that_of_its_words() -> None:
    words = "le metro est a l arret 2 lignes rouvrent oui"
    whole = replace(ARTICLE, title="")
    assert sketch(whole).digest == sha256(words.encode()).hexdigest()


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
    assert len(sketch(told(MANY)).hashes) <= MOST
    assert shared(told(MANY[:3]), told(MANY))
    assert shared(told(MANY), told(MANY[:3]))


@pytest.mark.parametrize("size", [1, 4, 12, 30, 200])
def test_what_is_kept_finds_an_article_in_another_order_and_without_its_beginning(size: int) -> None:
    whole, turned = told(MANY[:size]), told(MANY[size // 2 : size] + MANY[: size // 2])
    assert shared(turned, whole)
    assert shared(whole, turned)
    assert shared(told(MANY[size // 3 : size]), whole)


def test_each_sentence_of_a_short_article_is_kept() -> None:
    assert all(shared(told([one]), LONG) for one in SENTENCES)
    assert shared(told(SENTENCES), LONG) == KEPT


def test_labelled_copies_and_later_versions_are_found_by_what_is_kept() -> None:
    found = [
        shared(*both) > 0 or sketch(one.first).digest == sketch(one.second).digest
        for one in pairs()
        if one.verdict != "new"
        for both in ((one.first, one.second), (one.second, one.first))
    ]
    assert sum(found) >= 0.99 * len(found)

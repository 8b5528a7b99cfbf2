"""What copies have in common."""

from dataclasses import replace

from monitor.dedup import sketch
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


def test_copies_share_the_digest_whatever_their_layout() -> None:
    joined = replace(ARTICLE, lede="", body="LE METRO est à l’arrêt. Deux lignes\u00a0rouvrent.\n\nOui.")
    assert sketch(joined).digest == sketch(ARTICLE).digest


def test_another_word_is_another_digest() -> None:
    assert sketch(replace(ARTICLE, body="Trois lignes rouvrent. Oui.")).digest != sketch(ARTICLE).digest


def test_a_derived_title_counts_once_as_lede() -> None:
    derived = replace(ARTICLE, title="Le métro est à l'arrêt.", title_derived=True)
    assert sketch(derived) == sketch(replace(ARTICLE, title=""))


def test_sentences_of_three_words_find_no_copies() -> None:
    assert len(sketch(ARTICLE).sentences) == 1


def test_hashes_fit_a_signed_column_of_64_bits() -> None:
    assert all(0 <= one < 2**63 for one in sketch(ARTICLE).sentences)

"""Normalising what came out changes nothing."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Article, Item, Markup
from monitor.normalise import normalise
from monitor.normalise.titles import is_title
from monitor.text import words

NOW = datetime(2026, 1, 5, tzinfo=UTC)
SENTENCES = (
    "Le ministre a parlé mardi à Genève.",
    "« Nous attendons une réponse », a-t-il dit.",
    "La réunion porte sur la sécurité.",
    "Depuis 2014, rien n'a changé en Ukraine.",
)
# What stands around texts, and what only looks like it.
AROUND = (
    *("Un titre", "La guerre en Ukraine", "date 2022-01", "(AFP)", "(Genève)", "GENÈVE, 21 jan (Reuters) -", "AFP"),
    *("Publié hier à 18h30", "21/01/2022", "vendredi 21 janvier 2022", "13.01.2022, TASS", "... 13.01.2022, TASS"),
    *("PHOTO JOHN DOE, AFP", "Photo : Reuters", "© AFP", "Par Jean Dupont", "Source : AFP", "Avec AFP", "(avec AFP)"),
    *("LIRE AUSSI : Un autre titre", "À LIRE AUSSI", "GUERRE EN UKRAINE: Le point", "VIDEO.", "Lire la suite", "[…]"),
    *("https://a.example/20220113/x", ":", "...", ".", "(", ")", '"', "\u00ad", "\u0301"),
)
PIECES = st.sampled_from([*SENTENCES, *AROUND, "\n", "\n\n", " "])
TEXTS = st.one_of(*(st.lists(PIECES, max_size=30).map(joint.join) for joint in ("", " ", "\n")), st.text())
TITLES = st.sampled_from(["", "Un titre", "La guerre en Ukraine"])


def read(content: str, markup: Markup, title: str) -> Article:
    return normalise(Item("s", "g", content, markup, title), ["fr", "en"], NOW)


def again(article: Article) -> Article:
    content = "\n\n".join(filter(None, [article.lede, article.body]))
    return read(content, Markup.TEXT, "" if article.title_derived else article.title)


@given(TEXTS, st.sampled_from([Markup.TEXT, Markup.HTML]), TITLES)
def test_normalising_twice_changes_nothing(text: str, markup: Markup, title: str) -> None:
    once = read(text, markup, title)
    twice = again(once)
    if once.title_derived and is_title(once.lede):
        # Only a dateline or the end of a teaser told that this line is text: without it, it is the title.
        assert (twice.title, twice.title_derived) == (once.lede, False)
        said = [set(words(" ".join((one.title, one.lede, one.body)))) for one in (once, twice)]
        assert said[0] == said[1]
    else:
        assert (twice.title, twice.title_derived) == (once.title, once.title_derived)
        assert (twice.lede, twice.body, twice.boilerplate) == (once.lede, once.body, ())


def test_a_line_that_was_hidden_by_another_is_found() -> None:
    content = "\n".join(["Un titre", SENTENCES[0], SENTENCES[1], "Source : AFP", *["Lire la suite"] * 7])
    once = read(content, Markup.TEXT, "")
    assert once.body == SENTENCES[1]
    assert again(once).boilerplate == ()

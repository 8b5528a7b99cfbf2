"""What holds for any text and any bytes."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from monitor.charset import decode
from monitor.model import Article, Item, Markup, Precision, Published
from monitor.normalise import normalise
from monitor.normalise.characters import tidy

NOW = datetime(2026, 1, 5, tzinfo=UTC)
SENTENCES = (
    "Le ministre a parlé mardi à Genève.",
    "« Nous attendons une réponse », a-t-il dit.",
    "La réunion porte sur la sécurité.",
    "Moscou dit non ! Et répète.",
    "Les alliés (dont Paris) restent prudents.",
    "Depuis 2014, rien n'a changé.",
)
# What texts of the press are made of, so that random texts run into the rules.
PIECES = st.sampled_from(
    [
        *SENTENCES,
        *["Un titre", "date 2022-01", "(AFP)", "(Genève)", "PHOTO JOHN DOE, AFP", "LIRE AUSSI", "Par Jean Dupont"],
        *[
            "Avec AFP",
            "13.01.2022, TASS",
            "https://a.example/20220113/x",
            "Read more",
            "VIDEO.",
            "AFP",
            ":",
            "©",
            "...",
        ],
        *[
            "\n",
            "\n\n",
            " ",
            ".",
            '"',
            "(",
            ")",
            "<p>",
            "</p>",
            "<br>",
            "<b",
            "&eacute;",
            "&shy;",
            "&#8232;",
            "\u00ad",
            "\u0301",
            "é",
            "Ж",
        ],
    ]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=30).map(" ".join), st.lists(PIECES, max_size=30).map("".join))
CONTENTS = st.one_of(TEXTS, st.binary(), TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass")))
DATES = st.builds(
    Published, st.datetimes(timezones=st.just(UTC)), st.sampled_from([Precision.SECOND, Precision.DAY, Precision.MONTH])
)
ITEMS = st.builds(
    Item,
    source=st.just("s"),
    guid=st.just("g"),
    content=CONTENTS,
    markup=st.sampled_from(Markup),
    title=TEXTS,
    published=st.one_of(st.just(Published()), DATES),
)


def read(content: str, markup: Markup = Markup.TEXT, title: str = "") -> Article:
    return normalise(Item("s", "g", content, markup, title), ["fr", "en"], NOW)


@given(ITEMS)
def test_any_item_becomes_an_article(item: Item) -> None:
    article = normalise(item, ["fr", "en"], NOW)
    fields = (article.title, article.lede, article.body)
    assert all(text == text.strip() for text in fields)
    assert not any("\n" in text for text in fields[:2])
    assert not any(char in "".join(fields) for char in "\x00\r\u00ad\u200b\ufeff\ud800")
    assert not article.title_derived or article.lede.startswith(article.title)
    assert article.lede or not article.body
    published = article.published
    assert published.start is None or published.start.year > 1969
    assert normalise(item, ["fr", "en"], NOW) == article


@given(TEXTS)
def test_the_fields_of_a_text_do_not_overlap_and_nothing_is_invented(text: str) -> None:
    article = read(text)
    parts = [part for _, field in article.searchable() for part in field.split("\n\n")]
    letters = ["".join(part.split()) for part in (*parts, *article.boilerplate)]
    assert sum(map(len, letters)) <= len("".join(tidy(text).split()))


@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=6), st.booleans())
def test_normalising_the_text_of_a_clean_article_changes_nothing(sentences: list[str], titled: bool) -> None:
    once = read("\n\n".join([*(["Un titre"] if titled else []), *sentences]))
    fields = [once.title] * (not once.title_derived) + [once.lede, once.body]
    again = read("\n\n".join(fields))
    assert (again.title, again.lede, again.body) == (once.title, once.lede, once.body)
    assert again.boilerplate == ()
    assert "\n\n".join(filter(None, [once.lede, once.body])) == "\n\n".join(sentences)


@given(st.binary())
def test_any_bytes_are_text(content: bytes) -> None:
    assert isinstance(decode(content), str)


@given(st.text())
def test_utf8_is_read_back(text: str) -> None:
    clean = text.replace("\x00", "").removeprefix("\ufeff")
    assert decode(clean.encode()) == clean


@given(TEXTS)
def test_tidying_is_idempotent(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)

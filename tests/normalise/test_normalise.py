"""An item comes out as an article: the steps together."""

import time
from datetime import UTC, datetime

import pytest

from monitor.model import Article, Item, Markup, Precision, Published
from monitor.normalise import normalise

NOW = datetime(2026, 1, 5, tzinfo=UTC)
LEDE = "Le ministre russe a reçu mardi son homologue américain à Genève, selon un communiqué du Kremlin."
TEXT = "La réunion a duré deux heures et porte sur la sécurité du continent, a précisé la diplomatie."


def read(content: str | bytes, markup: Markup = Markup.TEXT, **rest: object) -> Article:
    return normalise(Item("source", "guid", content, markup, **rest), ["fr", "en"], NOW)  # type: ignore[arg-type]


def fields(article: Article) -> tuple[str, bool, str, str]:
    return article.title, article.title_derived, article.lede, article.body


def test_the_first_line_is_the_title_the_next_the_lede_the_rest_the_body() -> None:
    assert fields(read(f"Un titre\n{LEDE}\n{TEXT}\nFin.")) == ("Un titre", False, LEDE, f"{TEXT}\n\nFin.")


def test_without_a_title_the_first_sentence_of_the_lede_is_one() -> None:
    assert fields(read(f"Non. {LEDE}\n\n{TEXT}")) == ("Non.", True, f"Non. {LEDE}", TEXT)


def test_a_dateline_opens_text_so_what_follows_is_no_title() -> None:
    assert fields(read("date 2022-01 (AFP) Que veut Moscou ?\n\nRien.")) == (
        "Que veut Moscou ?",
        True,
        "Que veut Moscou ?",
        "Rien.",
    )


def test_a_teaser_without_a_title_is_the_lede() -> None:
    article = read(f"date 2022-03 https://a.example/x\n\nMoscou attend une... 04.03.2022, TASS\n\n{TEXT}")
    assert fields(article) == ("Moscou attend une...", True, "Moscou attend une...", TEXT)
    assert (article.published.value, article.agency) == ("2022-03-04", "TASS")


def test_a_title_alone_is_an_article() -> None:
    assert fields(read("Un titre seul")) == ("Un titre seul", False, "", "")


@pytest.mark.parametrize("content", ["", " \n\n ", "date 2022-01 (AFP)", "Photo : Reuters\nAvec AFP\n.", b"\xff\xfe"])
def test_an_item_without_text_is_empty(content: str | bytes) -> None:
    article = read(content)
    assert article.empty
    assert (article.title_derived, article.language) == (False, None)


def test_a_paragraph_that_repeats_the_title_is_not_read_twice() -> None:
    assert fields(read(f"Un titre\n\nUN TITRE\n\n{LEDE}")) == ("Un titre", False, LEDE, "")
    assert fields(read("<p>Un titre</p>", Markup.HTML, title="Un titre")) == ("Un titre", False, "", "")


def test_the_items_own_facts_are_kept() -> None:
    article = read(LEDE, title="Un titre", url="https://a.example/", tags=("press",), language="fr")
    assert (article.source, article.guid, article.url) == ("source", "guid", "https://a.example/")
    assert (article.tags, article.declared) == (("press",), "fr")


def test_what_was_taken_out_is_kept_for_explanations() -> None:
    article = read(f"date 2022-01 (AFP) {LEDE}\n\nLIRE AUSSI: Rien\n\n{TEXT} (avec Reuters)")
    assert article.boilerplate == ("date 2022-01 (AFP)", "LIRE AUSSI: Rien", "(avec Reuters)")


def test_a_feeds_markup_becomes_paragraphs_and_its_title_text() -> None:
    article = read(
        f"<p><img src=x>{LEDE}</p><p>{TEXT} <a href=x>Lire la suite</a></p><p>The post T appeared first on B.</p>",
        Markup.HTML,
        title="Un &lt;b&gt; <i>titre</i> &amp;\n co",
    )
    assert fields(article) == ("Un <b> titre & co", False, LEDE, TEXT)


def test_a_plain_title_is_taken_as_it_is() -> None:
    assert read(LEDE, title=" AT&amp;T <b>\nseul ").title == "AT&amp;T <b> seul"


def test_a_feed_entry_of_a_title_alone_has_no_text() -> None:
    assert fields(read("", Markup.HTML, title="Un titre.")) == ("Un titre.", False, "", "")


def test_a_feed_entry_may_open_with_a_dateline() -> None:
    article = read(f"<p>GENÈVE, 21 janv. 2022 (Reuters) - {LEDE}</p>", Markup.HTML, title="T")
    assert (article.lede, article.agency, article.published.value) == (LEDE, "Reuters", "2022-01-21")


def test_an_html_file_brings_title_text_and_address() -> None:
    page = (
        '<html><head><meta charset="windows-1252"><link rel=canonical href=https://a.example/20220113/x></head>'
        f"<body><nav>Menu</nav><h1>Été à Genève</h1><p>Par Jean Dupont</p><p>{LEDE}</p><p>{TEXT}</p></body></html>"
    )
    article = read(page.encode("cp1252"), Markup.HTML)
    assert fields(article) == ("Été à Genève", False, LEDE, TEXT)
    assert (article.url, article.published.value) == ("https://a.example/20220113/x", "2022-01-13")


def test_the_date_of_the_feed_wins_when_it_is_possible() -> None:
    declared = Published(datetime(2022, 1, 5, 8, tzinfo=UTC), Precision.SECOND)
    assert read(f"date 2022-01 {LEDE}", published=declared).published == declared
    assert read(f"date 2022-01 {LEDE}", published=Published.day(2092, 1, 1)).published.value == "2022-01"


def test_every_date_is_kept_with_where_it_was_found_and_why_it_is_not_the_one() -> None:
    article = read(f"date 2022-01 GENÈVE, 21 jan (Reuters) - {LEDE}", url="https://a.example/20220122/x")
    assert article.published.value == "2022-01-21"
    assert [(one.where, one.written, one.published.value, one.rejected) for one in article.dates] == [
        ("dateline", "21 jan", "2022-01-21", None),
        ("head", "2022-01", "2022-01", "the date of the dateline is more reliable"),
        ("url", "20220122", "2022-01-22", "the date of the dateline is more reliable"),
        ("text", "mardi", "2022-01-18", "tells when something happened, not when it was written"),
    ]


def test_a_date_that_the_source_gives_and_that_cannot_be_true_is_kept() -> None:
    assert read("x", title="T", refused="1970-01-01").dates[0].rejected == "cannot be true"
    future = read("x", title="T", published=Published.day(2092, 1, 1)).dates
    assert [(one.written, one.rejected) for one in future] == [("2092-01-01", "lies in the future")]


@pytest.mark.parametrize(
    ("head", "value"),
    [
        ('<meta property="article:published_time" content="2022-01-21T18:30:00+01:00">', "2022-01-21T18:30:00+01:00"),
        ('<META NAME="DC.date" CONTENT="2022-01-21">', "2022-01-21"),
        ('<meta name=date content="Fri, 21 Jan 2022 18:30:05 GMT">', "2022-01-21T18:30:05+00:00"),
        (
            '<script type="application/ld+json">{"@id": "x", "datePublished":"2022-01-21T17:30:00Z"}</script>'
            "<meta name=date content=2022-01-22>",
            "2022-01-21T17:30:00+00:00",
        ),
        ('<meta property="article:published_time" content="0001-01-01T00:00:00Z"><meta name=date content=2022-01-21>',
         "2022-01-21"),
        ('<meta property="article:modified_time" content="2022-01-21">', None),
        ("", None),
    ],
)  # fmt: skip
def test_the_data_of_a_page_state_its_date(head: str, value: str | None) -> None:
    article = read(f"<html><head>{head}</head><body><h1>Un titre</h1><p>{LEDE}</p></body></html>", Markup.HTML)
    assert article.published.value == value
    assert [one.where for one in article.dates if not one.rejected] == ["page"] * bool(value)


def test_the_time_of_an_article_is_its_date_unless_its_page_says_more() -> None:
    page = f"<article><h1>Un titre</h1><time datetime=2022-01-21T18:30Z>vendredi</time><p>{LEDE}</p></article>"
    assert read(page, Markup.HTML).published.value == "2022-01-21T18:30:00+00:00"
    assert read(f"<p><time datetime=2022-01-20>x</time></p>{page}", Markup.HTML).dates[0].written == "2022-01-21T18:30Z"
    exact = f"<meta property=article:published_time content=2022-01-20T08:00Z>{page}"
    assert read(exact, Markup.HTML).published.value == "2022-01-20T08:00:00+00:00"


def test_a_heading_of_a_chronicle_is_text_and_dates_nothing() -> None:
    for article in (read(f"Un titre\n24 février 2022\n{LEDE}"), read(f"24 février 2022\n{LEDE}", title="Un titre")):
        assert (article.lede, article.published) == ("24 février 2022", Published())


@pytest.mark.parametrize(
    "content",
    [
        f"{LEDE} Le conflit dure depuis 2014, et le 26 janvier 2022 a tout changé.",
        f"Un titre\n{LEDE}\nPHOTO JOHN DOE, REUTERS Le ministre à Genève, le 26 janvier 2022.\n{TEXT}",
        f"{LEDE}\nFin 2021, tout a changé.",
    ],
)
def test_a_date_in_a_caption_or_about_the_past_is_none(content: str) -> None:
    assert read(content).published == Published()


def test_the_language_is_that_of_the_text_not_of_what_was_declared() -> None:
    assert read(f"{LEDE}\n\n{TEXT}", language="en").language == "fr"
    assert read("Otan", language="en").language is None


@pytest.mark.parametrize(
    "sentence",
    [
        "La marque Nord Stream 2© appartient désormais à Gazprom, dit Berlin.",
        "Le logiciel Windows© au Kremlin depuis trois ans.",
        "Le ministre a déclaré que le traité",
        "EXCLUSIF : Gazprom ferme le gazoduc",
        "ENTRETIEN: Gazprom répond à Berlin",
        "ANALYSE. Gazprom et la guerre",
    ],
)
def test_what_only_looks_like_a_credit_or_a_link_stays(sentence: str) -> None:
    text = f"Un titre de presse\nUn chapô qui dit l'essentiel.\nUn premier paragraphe.\n{sentence}\nLa fin du texte."
    article = normalise(Item("s", "g", text), ["fr"], NOW)
    assert sentence in article.body.split("\n\n")


def test_nested_times_are_looked_through_in_linear_time() -> None:
    start = time.process_time()
    read("<article>" + "<time datetime=x>" * 36_000, Markup.HTML)
    assert time.process_time() - start < 5  # 0.1 s; asked for as "article time" it took 12 s

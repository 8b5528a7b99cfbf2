"""What a message of each kind tells first, folds together, counts and leaves out."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from alert.kinds import Kinds, deliveries, delivery, passage
from hypothesis import given
from hypothesis import strategies as st

from monitor.alert import render
from monitor.alert.message.rendering import WIDTH, wrapped
from monitor.model import Document, Message

PARIS = ZoneInfo("Europe/Paris")
FR, EN = Kinds("fr"), Kinds("en")


def of(*alerts: Document, language: str = "en", **kind: Any) -> Message:
    return render(delivery(*alerts, **kind), language, PARIS)


def every_message() -> Iterator[Message]:
    for language in ("fr", "en"):
        for one in deliveries(language).values():
            yield render(one, language, PARIS)


# ---- One story ----


def test_a_first_alert_says_why_what_who_when_where_and_how_to_change_it() -> None:
    lines = of(FR.alert(), language="fr").text.splitlines()
    assert lines[:4] == [
        "[ÉLEVÉ] Exportations de blé - première alerte sur ce sujet",
        "La récolte retardée, les exportations de blé suspendues jusqu'en mai",
        "Courrier du Port, Agence Azur, 2\u00a0mars 2026 à 07:41\u00a0CET",
        "https://courier.example/2026/03/1?from=feed&utm=none",
    ]
    assert "  > Le ministère suspend les *exportations de blé* jusqu'au 15 mai, a" in lines
    assert "  - la règle «\u00a0Exportations de blé\u00a0» (wheat-exports, niveau élevé)" in lines
    assert '    news-monitor silences add --rule wheat-exports --for 1d --comment "..."' in lines


def test_a_follow_up_shows_what_is_new_and_not_again_what_is_known() -> None:
    text = of(EN.follow_up()).text
    assert (
        text.index("What is new:")
        < text.index("Also reported by:")
        < text.index("5 articles from 4 sources".replace("5 a", "5\u00a0a").replace("4 s", "4\u00a0s"))
    )
    assert "  + The halt is extended to 30 June." in text
    assert "  > " not in text
    assert "2\u00a0copies: Azur and Radio Littoral" in text


def test_an_article_that_two_rules_found_is_shown_once() -> None:
    message = render(deliveries("en")["two-rules"], "en", PARIS)
    assert message.text.count("https://courier.example/") == 1
    assert message.text.startswith("[HIGH] Wheat exports - first alert on this story\n[MEDIUM] Black Sea ports - ")
    assert "(wheat-exports, level high)" in message.text
    assert "(ports, level medium)" in message.text
    assert message.subject == "[HIGH] Late harvest: wheat exports halted until May - Wheat exports (+1)"


def test_a_correction_shows_both_sides_with_what_differs() -> None:
    message = of(EN.correction(withdrawn=False))
    assert "It said:\n  > The ministry halts wheat exports until *15 May*." in message.text
    assert "It says now:\n  > The ministry halts wheat exports until *30 June*." in message.text
    assert re.search(r"<del [^>]*>15 May</del>", message.html)
    assert re.search(r"<ins [^>]*>30 June</ins>", message.html)
    assert message.subject.startswith("[HIGH] Correction: Late harvest: ")
    assert message.text.startswith("[HIGH] [CORRECTION] Wheat exports - ")
    assert ">CORRECTION</span>" in message.html


def test_a_withdrawal_says_so_first() -> None:
    message = of(EN.correction(withdrawn=True))
    assert message.subject.startswith("[HIGH] Withdrawn: ")
    assert "the source withdrew what you were told" in " ".join(message.text.split())
    assert "It says now" not in message.text


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (
            {"kind": "sources", "sources": ["A", "B", "C"], "within": "1h"},
            "3 independent sources within 1 hour: A, B and C.",
        ),
        (
            {"kind": "first-mention", "actors": ["a", "b"], "within": "90d"},
            "a and b: mentioned together for the first time in 90 days.",
        ),
        (
            {"kind": "first-mention", "actors": ["a", "b"], "names": ["Ann Ash", "Bo"], "within": "90d"},
            "Ann Ash and Bo: mentioned together for the first time in 90 days.",
        ),
        (
            {"kind": "spike", "articles": 1, "usual": 0.5, "within": "1h", "against": "14d"},
            "1 article within 1 hour, against 0.5 usually (mean of 14 days).",
        ),
        (
            {"kind": "quiet", "since": "2026-03-01T06:10:00+00:00", "after": "36h"},
            "No article has matched since 1 March 2026, 07:10 CET, for more than 1 day 12 hours.",
        ),
        ({"kind": "tomorrow", "unknown": 1}, ""),
    ],
)
def test_a_condition_over_time_tells_its_facts_in_one_sentence(facts: dict[str, Any], sentence: str) -> None:
    text = " ".join(of(EN.alert(condition=facts)).text.replace("\u00a0", " ").split())
    assert sentence in text


def test_quotes_are_those_that_say_most_in_reading_order() -> None:
    said = [
        "|Alpha| alone.",
        "|Bravo| alone.",
        "|Alpha| and Bravo.",
        "Alpha and |Bravo|.",
        "|Charlie|, alpha and bravo.",
        "Charlie, |alpha| and bravo.",
    ]
    found = [passage(one) for one in said]
    text = of(EN.alert(evidence=found)).text
    quoted = [line for line in text.splitlines() if line.startswith("  > ")]
    assert quoted == ["  > *Alpha* alone.", "  > *Alpha* and *Bravo*.", "  > *Charlie*, *alpha* and bravo."]


def test_quotes_show_every_term_before_they_show_one_again() -> None:
    said = ["|Alpha| is back.", "|Alpha| once more.", "|Alpha| for good.", "Here is |Bravo|.", "There is |Charlie|."]
    text = of(EN.alert(evidence=[passage(one) for one in said])).text
    quoted = [line for line in text.splitlines() if line.startswith("  > ")]
    assert quoted == ["  > *Alpha* is back.", "  > Here is *Bravo*.", "  > There is *Charlie*."]


def test_matched_words_of_a_headline_are_marked_in_it_and_not_quoted_again() -> None:
    found = passage("Late harvest: |wheat exports| halted until May", "title")
    text = of(EN.alert(evidence=[found])).text
    assert "\nLate harvest: *wheat exports* halted until May\n" in text
    assert "  > " not in text


def test_a_headline_that_is_a_quoted_sentence_stands_once() -> None:
    said = passage("The ministry halts |wheat exports| at once.")
    text = of(EN.alert(article__title=said["quote"], evidence=[said])).text
    assert "\nThe ministry halts *wheat exports* at once.\n" in text
    assert "  > " not in text
    long = passage("The ministry halts |wheat exports| " + "and so on " * 40)
    text = of(EN.alert(article__title=long["quote"][:200], evidence=[long])).text
    assert len(text.partition("\nHarbour")[0].partition("\n")[2]) <= 120
    assert "  > The ministry halts *wheat exports* and so on" in text


def test_a_passage_without_end_is_cut() -> None:
    diff = [["same", "a" * 1_500], ["removed", "b" * 1_500], ["added", "c" * 90_000], ["same", "d"]]
    change = {"in": "body", "before": "x", "after": "y", "diff": diff}
    changed = EN.alert(reason="correction", correction={"kind": "changed", "passages": [change]}, evidence=[])
    for alert in (EN.alert(evidence=[passage("|word|" + " more" * 20_000)]), changed):
        message = of(alert)
        assert len(message.html) < 20_000
        assert "…" in message.text


def test_a_test_says_that_messages_arrive() -> None:
    message = render(deliveries("fr")["test"], "fr", PARIS)
    assert "Les messages arrivent bien à ce destinataire." in message.text
    assert message.subject == "Veille - Essai de desk"


# ---- Lines, pages, hostile text ----


def test_lines_are_short_but_addresses_and_commands_stay_whole() -> None:
    for message in every_message():
        for line in message.text.splitlines():
            assert len(line) <= WIDTH or " " not in line.strip() or line.startswith("    "), line


def test_a_command_at_the_end_of_a_sentence_is_not_broken() -> None:
    text = render(deliveries("fr")["receiver-disabled"], "fr", PARIS).text
    assert "news-monitor receivers enable hook\n" in text


@given(st.lists(st.text(alphabet="ab \u00a0>-+*.1", max_size=200), max_size=8).map("\n".join))
def test_wrapping_changes_white_space_only(text: str) -> None:
    def letters(one: str) -> str:
        return re.sub(r"[\s>]", "", one)

    assert letters(wrapped(text)) == letters(text)


class Page(HTMLParser):
    """The tags of a page and their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


ALLOWED = set(
    "html head meta title style body div table tr td p span b h1 h2 h3 h4 h5 a blockquote mark del ins ul ol li bdi hr "
    "code br".split()
)


def test_a_page_loads_nothing_and_names_its_language_and_parts() -> None:
    for message in every_message():
        page = Page(message.html)
        assert {tag for tag, _ in page.tags} <= ALLOWED
        assert not re.search(r"url\(|@import|src=|<link", message.html)
        assert next(attrs.get("lang") for tag, attrs in page.tags if tag == "html") in ("fr", "en")
        headings = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
        assert headings.count(1) == 1
        assert headings[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(headings)), headings
        assert {"color-scheme", "viewport"} <= {attrs.get("name") for tag, attrs in page.tags if tag == "meta"}
        links = [attrs["href"] or "" for tag, attrs in page.tags if tag == "a"]
        assert all(link.startswith(("https://", "http://", "#")) for link in links)


hostile = st.text(max_size=60) | st.sampled_from(
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=y>',
        "\r\nBcc: x",
        "\u202egnp.exe",
        "\x1b[31m",
        "=?utf-8?q?=0A?=",
        "x" * 10_000,
    ]
)
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@given(hostile, hostile, hostile)
def test_hostile_text_stays_text(title: str, quote: str, source: str) -> None:
    body = f"{quote} <script>alert(1)</script>|term|<b onclick=x>"
    alert = EN.alert(
        article__title=title,
        story__title=title,
        rule__title=title,
        article__source=source,
        evidence=[passage(body.replace("|", "", body.count("|") - 2))],
        new=[quote],
        also=[{"source": source, "title": title, "url": f"javascript:{title}", "relation": "update"}],
    )
    message = of(alert)
    page = Page(message.html)
    assert {tag for tag, _ in page.tags} <= ALLOWED
    assert not [attrs for _, attrs in page.tags if any(name.startswith("on") for name in attrs)]
    for text in (message.subject, message.text, message.html):
        assert not UNSEEN.search(text)
    assert "\n" not in message.subject
    assert "javascript:" not in html.unescape(message.html).replace(title, "").replace(quote, "").replace(source, "")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "java\nscript:x",
        "data:text/html,x",
        "file:///etc/passwd",
        "https:///x",
        "http://[",
        "https://a b.example/",
        "https://e.example/\u202e",
        "https://e.example/" + "x" * 2_000,
        "",
    ],
)
def test_a_link_that_is_no_web_address_is_no_link(url: str) -> None:
    message = of(EN.alert(article__url=url))
    assert "<a " not in message.html
    assert "Late harvest" in message.text

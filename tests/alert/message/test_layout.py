"""Subjects, headings, contents: how a delivery becomes a page of one story or of many."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from alert.kinds import Kinds, deliveries, delivery, passage
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.alert import render
from monitor.alert.message.layout import SUBJECT
from monitor.alert.message.rendering import MAX_HTML
from monitor.model import DeliveryKind, Document, Message

PARIS = ZoneInfo("Europe/Paris")
EN = Kinds("en")


def of(*alerts: Document, **kind: Any) -> Message:
    return render(delivery(*alerts, **kind), "en", PARIS)


def test_messages_of_a_story_have_one_subject_so_that_mail_programs_keep_its_thread() -> None:
    first, *later = [
        of(one).subject for one in (EN.alert(), EN.follow_up(), EN.follow_up("update"), EN.alert(reason="repeat"))
    ]
    assert first == "[HIGH] Late harvest: wheat exports halted until May - Wheat exports"
    assert later == [f"Re: {first}"] * 3


@pytest.mark.parametrize(
    ("level", "begin"), [("info", "Late"), ("medium", "Late"), ("high", "[HIGH] Late"), ("critical", "[CRITICAL] Late")]
)
def test_the_level_stands_in_a_subject_when_it_is_urgent(level: str, begin: str) -> None:
    assert of(EN.alert(rule__level=level)).subject.startswith(begin)


def test_a_long_subject_is_cut_where_screens_end() -> None:
    subject = of(EN.alert(story__title="word " * 100, rule__title="rule " * 100)).subject
    assert SUBJECT - 10 < len(subject) <= SUBJECT
    assert re.fullmatch(r"\[HIGH\] (word )+word… - (rule )+rule…", subject)
    assert len(of(EN.alert(story__title="x" * 1_000)).subject) == SUBJECT


def test_a_digest_quotes_the_sentence_that_says_most() -> None:
    said = ["|Alpha| alone.", "|Alpha| with Bravo.", "Alpha with |Bravo|."]
    found = [passage("|Alpha| again", "title"), *map(passage, said)]
    text = of(EN.alert(evidence=found, article__title="Alpha again"), kind=DeliveryKind.DIGEST).text
    quoted = [line for line in text.splitlines() if line.startswith("  > ")]
    assert quoted == ["  > *Alpha* with *Bravo*."]
    whole = of(EN.alert(evidence=found, article__title="Alpha with Bravo."), kind=DeliveryKind.DIGEST).text
    assert "\n*Alpha* with *Bravo*.\n" in whole
    assert "\n  > *Alpha* alone.\n" in whole


def test_one_alert_stands_for_a_message_of_several_the_first_of_those_that_matter_most() -> None:
    ports = {"rule__id": "ports", "rule__title": "Ports"}
    mail = of(
        EN.alert(rule__level="low"),
        EN.alert(rule__level="critical", key="ports/s0/1", **ports),
        EN.alert(rule__level="critical", key="wheat-exports/s0/2"),
    )
    assert "This alert: ports/s0/1" in mail.text
    assert "silences add --rule ports --for" in mail.text
    assert mail.subject == "[CRITICAL] Late harvest: wheat exports halted until May - Ports (+1)"
    assert mail.text.index("(ports, level critical)") < mail.text.index("(wheat-exports, level critical)")


@pytest.mark.parametrize(
    ("reasons", "heading"),
    [
        (["first", "new-facts"], "Late harvest: wheat exports halted until May"),
        (["correction"], "Correction: Late harvest: wheat exports halted until May"),
        (["first", "correction", "late"], "Correction: Late harvest: wheat exports halted until May"),
        (["late", "late"], "Late: Late harvest: wheat exports halted until May"),
        (["spike", "first"], "Late harvest: wheat exports halted until May"),
    ],
)
def test_what_is_no_plain_news_is_called_so_wherever_its_story_is_named(reasons: list[str], heading: str) -> None:
    alerts = [EN.alert(reason=one, article__id=n) for n, one in enumerate(reasons)]
    mail = of(*alerts, kind=DeliveryKind.DIGEST)
    assert f" - {heading}".startswith(mail.subject[mail.subject.index(" - ") :].removesuffix("…"))
    lines = [line.strip().partition(" (")[0] for line in mail.text.splitlines()]
    assert lines.count(f"1. {heading}") == 2
    assert mail.html.count(f"<bdi>{heading}</bdi>") == mail.html.count(f">1. {heading}</h3>") == 1
    kinds = [one.upper() for one in reasons if one not in ("first", "new-facts")]
    assert re.findall(r"^\[HIGH\] \[(\w+)\]", mail.text, re.M) == kinds


def test_a_digest_of_nothing_but_corrections_counts_no_alerts() -> None:
    subject = of(EN.correction(withdrawn=True), kind=DeliveryKind.DIGEST).subject.replace("\u00a0", " ")
    assert subject.startswith("[HIGH] Digest: 1 correction on 1 story - Withdrawn: Late harvest")


def test_the_subject_of_a_heartbeat_says_how_the_monitor_does() -> None:
    subject = render(deliveries("fr")["heartbeat"], "fr", PARIS).subject
    assert subject.startswith(
        "Veille - En marche : 42 sources en bon état, 1 source en panne, 1 204 articles depuis hier"
    )
    assert len(subject) <= SUBJECT


def test_a_digest_is_folded_by_story_and_ordered_by_level_with_contents() -> None:
    message = render(deliveries("en")["digest"], "en", PARIS)
    contents, _, stories = message.text.partition("====")
    lines = [line for line in contents.splitlines() if line.startswith(("Level", "  "))]
    assert lines == [
        "Level: critical",
        "  1. Grain terminal closed after a breakdown",
        "Level: high",
        "  2. Late harvest: wheat exports halted until May (2\u00a0alerts)",
        "Level: medium",
        "  3. courier.example: sources failing",
        "  4. Correction: Island bread at 1.30 euros",
        "Level: low",
        "  5. Dockers call a strike",
        "  6. Late: Agriculture minister meets the millers",
        "  7. Offshore fishing: no more articles",
    ]
    assert [int(one) for one in re.findall(r"^(\d)\. ", stories, re.M)] == [1, 2, 3, 4, 5, 6, 7]
    assert all(f"\n{line.strip()}\n" in stories for line in lines if "(" not in line and line[0] == " ")
    assert (
        "Also: 1,312 articles with nothing new, 3 silenced alerts and 1 alert hidden by a more important one."
        in " ".join(contents.replace("\u00a0", " ").split())
    )
    targets = set(re.findall(r'href="#([^"]+)"', message.html))
    assert targets == set(re.findall(r' id="([^"]+)"', message.html)) == {f"story-{n}" for n in range(1, 8)}


@pytest.mark.parametrize(
    ("kind", "begin"),
    [
        ("digest", "[CRITICAL] Digest: 8 alerts on 5 stories, including 1 correction - Grain terminal"),
        ("summary", "[CRITICAL] After your quiet hours: 6 alerts on 4 stories - "),
        ("spill", "[CRITICAL] In one message: 4 alerts on 3 stories - "),
    ],
)
def test_what_was_gathered_says_so_in_its_subject(kind: str, begin: str) -> None:
    assert render(deliveries("en")[kind], "en", PARIS).subject.startswith(begin)


# ---- Nothing is left out, or it is said ----


def articles(stories: Sequence[int]) -> list[Document]:
    """Alerts with an address of their own each: so many articles in each story, the stories by turns."""
    turns = [(turn, story) for story, number in enumerate(stories) for turn in range(number)]
    return [
        EN.alert(
            number % 5,
            story__id=f"s{story}",
            story__title=f"Story {story}",
            article__id=number,
            article__title=f"Part {turn} of {story}",
            article__url=f"https://courier.example/2026/03/{story}/{turn}?from=feed",
            reason="new-facts" if turn else "first",
            new=[f"News {turn}."] if turn else [],
        )
        for number, (turn, story) in enumerate(sorted(turns))
    ]


def linked(message: Message) -> tuple[set[str], set[str]]:
    """The addresses of articles in both parts of a mail."""
    address = re.compile(r"https://courier\.example/[^\s\"]+")
    return set(address.findall(message.text)), set(address.findall(html.unescape(message.html)))


def left_out(message: Message) -> int:
    """How many alerts both parts say that they leave out; the end says where these are."""
    counts = set()
    for part in (message.text, html.unescape(re.sub("<[^>]*>", "", message.html))):
        found = re.search(r"and ([0-9,]+)\u00a0more alerts?: news-monitor alerts list", part)
        counts.add(int(found[1].replace(",", "")) if found else 0)
    assert len(counts) == 1
    return counts.pop()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=12), st.sampled_from(DeliveryKind), st.booleans())
def test_every_article_is_linked_and_named_in_both_parts(numbers: list[int], kind: DeliveryKind, one: bool) -> None:
    alerts = articles([min(sum(numbers), 200)] if one else numbers)[:200]
    message = of(*alerts, kind=kind)
    assert linked(message) == ({each["article"]["url"] for each in alerts},) * 2
    words = " ".join(message.text.split())
    assert all(f"{each['article']['title']}" in words for each in alerts)
    assert left_out(message) == 0
    assert len(message.html.encode()) <= MAX_HTML


@pytest.mark.parametrize("stories", [[1] * 61, [1] * 500, [1] * 5000, [3] * 300, [900], [40] * 30])
def test_a_flood_fits_in_one_mail_and_counts_what_it_does_not_show(stories: list[int]) -> None:
    alerts = articles(stories)
    message = of(*alerts, kind=DeliveryKind.SPILL)
    assert len(message.html.encode()) <= MAX_HTML
    text, page = linked(message)
    assert text == page
    assert len(text) + left_out(message) == len(alerts)
    assert len(text) >= min(len(alerts), 200)
    numbers = [int(one) for one in re.findall(r"^ *(\d+)\. ", message.text, re.M)]
    assert set(numbers) == set(range(1, max(numbers) + 1))
    told = re.search(r"no room for ([0-9,]+)\u00a0of\s+them", message.text)
    assert (int(told[1].replace(",", "")) if told else 0) == left_out(message)


def test_a_story_shows_how_it_began_its_corrections_and_its_newest_articles() -> None:
    story = articles([30])
    story[9] = {**EN.correction(withdrawn=False), **{key: story[9][key] for key in ("article", "story")}}
    story.append(EN.alert(1))
    text = of(*story, kind=DeliveryKind.DIGEST).text
    assert re.findall(r"^Part (\d+) of 0$", text, re.M) == ["0", "9", "26", "27", "28", "29"]
    assert [int(one) for one in re.findall(r"^  - Part (\d+) of 0 \(", text, re.M)] == [*range(1, 9), *range(10, 26)]
    assert "  > The ministry halts *wheat exports* until 15 May" in text


def test_what_is_no_plain_news_says_so_where_it_has_a_headline_only() -> None:
    story = articles([30])
    story[9] = dict(story[9], reason="late")
    text = of(*story, EN.alert(1), kind=DeliveryKind.DIGEST).text
    assert "  - Late: Part 9 of 0 (" in text


def test_a_story_that_is_alone_is_shown_whole() -> None:
    message = of(*articles([25]), kind=DeliveryKind.DIGEST)
    assert re.findall(r"^Part (\d+) of 0$", message.text, re.M) == [str(n) for n in range(25)]
    assert "Also on this story" not in message.text


def test_a_correction_and_what_else_is_told_of_that_version_have_each_sentence_once() -> None:
    changed = EN.correction(withdrawn=False)
    now = changed["correction"]["passages"][0]["after"]
    told = {"evidence": [passage(now.replace("wheat exports", "|wheat exports|"))], "new": [now, "Another one."]}
    both = [{**changed, **told}, EN.alert(reason="update", rule__id="ports", rule__level="low", **told)]
    for alerts in (both, both[::-1], both[:1]):
        for kind in (DeliveryKind.GROUP, DeliveryKind.DIGEST):
            message = of(*alerts, kind=kind)
            assert message.text.count("The ministry halts wheat exports until *30 June*.") == 1
            assert message.text.replace("*", "").count(now) == 1
            assert message.text.count("Another one.") == 1
            assert html.unescape(re.sub("<[^>]*>", "", message.html)).count(now) == 1


def test_alerts_of_the_monitor_are_no_story() -> None:
    failing = deliveries("en")["source-failing"].alerts[0]
    assert of(failing, failing).subject == "2 alerts - courier.example: sources failing"

"""Subjects, headings, contents: how a delivery becomes a page of one story or of many."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from alert.kinds import Kinds, deliveries, delivery, passage

from monitor.alert import render
from monitor.alert.layout import SUBJECT
from monitor.alert.message import MAX_HTML
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


@pytest.mark.parametrize("stories", [61, 500, 5000])
def test_a_flood_fits_in_one_mail_and_counts_what_it_does_not_show(stories: int) -> None:
    alerts = [EN.alert(n % 4, story__id=f"s{n}", story__title=f"Story {n}", article__id=n) for n in range(stories)]
    message = of(*alerts, kind=DeliveryKind.SPILL)
    assert len(message.html.encode()) <= MAX_HTML
    shown = re.findall(r"^ *(\d+)\. ", message.text, re.M)
    last = max(map(int, shown))
    counted = re.search(r"and ([0-9,]+)\u00a0more stor", message.text)
    assert last + (int(counted[1].replace(",", "")) if counted else 0) == stories
    assert {int(one) for one in shown} == set(range(1, last + 1))


def test_a_story_without_end_shows_its_newest_articles() -> None:
    alerts = [EN.alert(article__id=n, article__title=f"Part {n}", new=["news"] * 100) for n in range(500)]
    text = of(*alerts).text
    assert "Part 499" in text
    assert "Part 0\n" not in text
    assert "and 480\u00a0earlier articles" in text


def test_alerts_of_the_monitor_are_no_story() -> None:
    failing = deliveries("en")["source-failing"].alerts[0]
    assert of(failing, failing).subject == "2 alerts - courier.example: sources failing"

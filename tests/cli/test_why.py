"""`why`: one article's whole way, and the reason of every step, for people and as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from cli.conftest import Program
from flow.installation import RULES, SECRET, Installation, Receiver, article
from flow.newspaper import Newspaper, Story, newspaper, rss
from store.conftest import Make

from monitor.cli.times import clock
from monitor.cli.why import SUPPRESSED
from monitor.model import DateFound, LanguageScore, Published, Standing, Suppression
from monitor.store import Store

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
CONSOLE = "receivers: [{name: terminal, type: console}]\nroute: {receiver: terminal}\n"
HOOK = "receivers: [{{name: hook, type: webhook, url: '{url}', secret: {secret}}}]\nroute: {{receiver: hook}}\n"
FACT = "Le préfet Hamid Kaci a reçu 14 délégués."


@pytest.fixture
def make() -> Make:
    return Make(NOW)


@pytest.fixture
def paper(installation: Installation) -> Iterator[Newspaper]:
    """A newspaper whose feed is the source of the installation."""
    with newspaper() as one:
        feed = f"{{type: feed, name: journal, url: '{one.url('/rss')}', language: fr}}"
        installation.configure(CONSOLE, sources=f"sources: [{feed}]\n")
        yield one


def opened(installation: Installation) -> closing[Store]:
    return closing(Store.open(f"sqlite:///{installation.folder / 'var' / 'news-monitor.db'}"))


def take(installation: Installation, name: str, text: str) -> None:
    installation.write(name, text)
    installation.json("once")


def told(installation: Installation, asked: object) -> list[str]:
    return installation.run("why", str(asked)).splitlines()


def under(lines: list[str], head: str) -> list[str]:
    """The lines that stand indented under the one that begins so."""
    place = next(place for place, line in enumerate(lines) if line.startswith(head))
    rest = [line for line in lines[place + 1 :] if not line.startswith(" ")]
    return [line.strip() for line in lines[place + 1 : lines.index(rest[0], place) if rest else None]]


def serve(paper: Newspaper, number: int, link: str, published: datetime | None = None) -> None:
    title, *rest = article(number).splitlines()
    paper.served["/rss"] = rss([Story(title, "\n".join(rest), link, f"id-{number}", published)])


# ---- What is told of an article ----


def test_a_new_article_is_followed_from_the_file_to_the_answer(installation: Installation) -> None:
    take(installation, "a.txt", article(1))
    (row,) = installation.json("articles", "list")
    trace = installation.json("why", str(row["id"]))
    assert {name: trace[name] for name in row} == row
    assert (trace["fetched"]["kind"], trace["fetched"]["item"], trace["fetched"]["old"]) == ("files", "a.txt", False)
    assert trace["placement"]["because"] == "nothing held says the same"
    assert (trace["joined"]["opened"], trace["joined"]["others"]) == (row["story"], [])
    shown = installation.json("articles", "show", str(row["id"]))
    for rule in trace["rules"]:
        for one in rule["evidence"]:
            assert shown[one["in"]][one["start"] : one["end"]] == one["text"]
    assert [rule["rule"] for rule in trace["rules"]] == ["morel", "strike"]
    assert sorted(alert["rule"] for alert in trace["alerts"]) == ["morel", "strike"]
    for alert in trace["alerts"]:
        (delivery,) = alert["deliveries"]
        assert (delivery["state"], delivery["attempt"], delivery["answer"]) == ("sent", 1, "written")
        assert delivery["tried_at"] == delivery["sent_at"]


def test_people_read_a_line_for_each_step_in_its_order(installation: Installation) -> None:
    take(installation, "a.txt", article(1))
    lines = told(installation, 1)
    heads = [line.split(":")[0].split(" ")[0] for line in lines if not line.startswith(" ")]
    steps = "article source published language agency stripped new story rule rule alert alert"
    assert heads == steps.split()
    assert lines[0] == "article 1: Dossier 1: Metz attend une réponse"
    assert 'source: inbox (files), item "a.txt", first seen 20' in lines[1]
    assert "rule strike: body: grève" in lines
    sent, attempt = under(lines, "alert strike/")
    assert sent == "terminal: sent with 1 other after 1 attempt"
    assert re.fullmatch(r"1\. 20[\d :-]+ CES?T, [0-9.]+ s sent: written", attempt)


def test_a_duplicate_names_what_it_repeats_and_why_nobody_was_told(installation: Installation) -> None:
    take(installation, "a.txt", article(1))
    take(installation, "b.txt", article(1).upper())
    lines = told(installation, 2)
    assert "duplicate: says the same as article 1" in lines
    assert under(lines, "duplicate: ") == ["article 1, inbox: Dossier 1: Metz attend une réponse"]
    (story,) = {row["story"] for row in installation.json("articles", "list")}
    because, *_ = under(lines, f"story {story}: 2 articles (1 duplicate) of 1 source")
    assert because == "the story of the article it repeats"
    suppressed = "alert of strike: suppressed, duplicate: the rule has told of this story, and a duplicate never tells"
    assert f"{suppressed} of it again; see alert strike/{story}/1" in lines
    trace = installation.json("why", "2")
    assert trace["duplicate_of"] == trace["placement"]["of"]["article"] == 1
    assert {alert["told_by"] for alert in trace["alerts"]} == {f"strike/{story}/1", f"morel/{story}/1"}


def test_an_update_shows_what_it_brings_and_the_alert_of_it(installation: Installation) -> None:
    take(installation, "a.txt", article(1))
    take(installation, "a.txt", article(1) + FACT + "\n")
    lines = told(installation, 2)
    assert under(lines, "update: is a later version of article 1") == [
        "article 1, inbox: Dossier 1: Metz attend une réponse",
        f"brings: {FACT}",
    ]
    assert any(line.startswith("alert strike/") and "/2: update, " in line for line in lines)
    assert any(line.endswith("Dossier 1: Metz attend une réponse (update of 1)") for line in told(installation, 1))


@pytest.mark.parametrize(
    ("novelty", "added", "because"),
    [
        ("new-facts", "Les habitants attendent avec patience la décision.", "and the article brings nothing new to it"),
        ("first", FACT, "and tells of each one once (novelty: first)"),
    ],
)
def test_what_is_nothing_new_to_a_rule_says_which_alert_was_enough(
    installation: Installation, novelty: str, added: str, because: str
) -> None:
    installation.configure(CONSOLE, rules=RULES.replace("tags: [social],", f"tags: [social], novelty: {novelty},"))
    take(installation, "a.txt", article(1))
    take(installation, "a.txt", f"{article(1)}{added}\n")
    trace = installation.json("why", "2")
    (strike,) = [alert for alert in trace["alerts"] if alert["rule"] == "strike"]
    assert (trace["status"], strike["suppressed"]) == ("update", "nothing-new")
    assert strike["because"] == f"the rule has told of this story, {because}"
    assert strike["told_by"] == f"strike/{trace['story']}/1"


def test_the_alert_that_was_enough_is_the_last_one_of_the_rule_before(installation: Installation, make: Make) -> None:
    with opened(installation) as store, store.intake() as intake:
        make.keep(intake, 1)
        for nth in (1, 2):
            intake.raised(make.alert(1, nth=nth), 1, [], NOW)
        intake.raised(make.alert(1, rule="other", key="other/story-1/1"), 1, [], NOW)
        make.keep(intake, 2)
        intake.raised(make.suppressed(1), 2, [], NOW)
        intake.raised(replace(make.suppressed(1), suppressed=Suppression.AGE), 2, [], NOW)
        intake.raised(make.alert(1, nth=3), 1, [], NOW)
        intake.merge("story-1", ["story-2"])
    duplicate, old = installation.json("why", "2")["alerts"]
    assert (duplicate["suppressed"], duplicate["told_by"]) == ("duplicate", "rule/story-1/2")
    assert (old["suppressed"], old["told_by"]) == ("age", None)


def test_an_article_too_old_says_so_and_names_no_other_alert(installation: Installation) -> None:
    installation.configure(CONSOLE, sources="sources: [{type: files, name: inbox, path: inbox, alert_max_age: 2d}]\n")
    take(installation, "old.txt", " date 2022-01 (AFP) " + article(1).replace("\n", " "))
    trace = installation.json("why", "1")
    assert trace["fetched"]["old"]
    assert {(alert["suppressed"], alert["key"], alert["told_by"]) for alert in trace["alerts"]} == {("age", None, None)}
    lines = told(installation, 1)
    assert "published: 2022-01 (month)" in lines
    assert 'head "2022-01", taken' in under(lines, "published: ")
    assert "  date 2022-01 (AFP)" in lines
    assert f"alert of strike: suppressed, age: {SUPPRESSED[Suppression.AGE]}" in lines


def test_every_reason_to_tell_nobody_has_its_words() -> None:
    assert set(SUPPRESSED) == set(Suppression)


def test_dates_that_were_found_are_told_with_why_they_were_not_taken(
    installation: Installation, paper: Newspaper
) -> None:
    serve(paper, 1, "https://journal.example/2022/01/13/dossier", datetime(1970, 1, 1, tzinfo=UTC))
    installation.json("once")
    dates = installation.json("why", "1")["normalised"]["dates"]
    feed = next(date for date in dates if date["where"] == "feed")
    assert feed["rejected"] == "cannot be true"
    assert "1970" in feed["written"]
    lines = under(told(installation, 1), "published: 2022-01-13 (day)")
    assert any(line.startswith('feed "') and line.endswith(", rejected: cannot be true") for line in lines)
    assert any(line.startswith('url "2022/01/13"') and line.endswith(" = 2022-01-13, taken") for line in lines)


# ---- Deliveries ----


def test_a_server_that_refuses_is_quoted(installation: Installation, receiver: Receiver) -> None:
    installation.configure(HOOK.format(url=receiver.url, secret=SECRET))
    receiver.answers = [503]
    take(installation, "a.txt", article(1))
    waiting, attempt = under(told(installation, 1), "alert strike/")
    assert waiting.startswith("hook: pending with 1 other after 1 attempt, next 20")
    assert re.fullmatch(r"1\. 20[\d :-]+ CES?T, [0-9.]+ s failed: 503.*", attempt)


def test_a_receiver_that_is_gone_holds_its_alerts_and_says_why(installation: Installation, receiver: Receiver) -> None:
    installation.configure(HOOK.format(url=receiver.url, secret=SECRET))
    receiver.answers = [410]
    take(installation, "a.txt", article(1))
    trace = installation.json("why", "1")
    deliveries = [one for alert in trace["alerts"] for one in alert["deliveries"]]
    assert {one["state"] for one in deliveries} == {"pending"}
    assert all("410" in one["receiver_disabled"] for one in deliveries)
    lines = told(installation, 1)
    assert sum(line.startswith("  hook: pending with 1 other after 1 attempt, ") for line in lines) == 2
    assert sum("the receiver is disabled: 410" in line for line in lines) == len(deliveries)


def test_attempts_are_counted_until_the_last(installation: Installation, make: Make) -> None:
    with opened(installation) as store:
        make.outbox(store, 1, "desk")
        with store.intake() as intake:
            intake.raised(make.alert(1, nth=2), 1, [], NOW)
        for again in (NOW, None):
            (claimed,) = store.claim("worker", NOW, timedelta(minutes=1), 1, ["desk"])
            store.failed(claimed, "worker", NOW, "550 no such user", again)
    lines = told(installation, 1)
    at = clock(NOW, ZoneInfo("Europe/Paris"))
    assert under(lines, "alert rule/story-1/1: first, ") == [
        "desk: dead after 2 attempts",
        f"1. {at} failed: 550 no such user",
        f"2. {at} failed: 550 no such user",
    ]
    assert under(lines, "alert rule/story-1/2: first, ") == ["routed to nobody"]


# ---- Neighbours and stories ----


def test_neighbours_are_shown_with_their_titles_also_when_gone(installation: Installation, make: Make) -> None:
    near = [{"article": 1, "because": "lacks 38 euros"}, {"article": 77, "because": "lacks brest"}]
    evidence = {"because": "no story shares enough", "similarity": 0.0, "shared": [], "merged": [], "neighbours": near}
    with opened(installation) as store, store.intake() as intake:
        make.keep(intake, 1, title="Un titre")
        standing = Standing(evidence=evidence)
        article, sketch, placement = make.article(2), make.sketch(2), make.placement(2)
        intake.keep(article, "v", None, sketch, placement, NOW, old=False, standing=standing)
    assert under(told(installation, 2), "new: ") == [
        "near article 1, wire: Un titre: lacks 38 euros",
        "near article 77, which is held no more: lacks brest",
        "brings: A new fact.",
    ]
    assert installation.json("why", "2")["placement"]["neighbours"] == [
        {"article": 1, "source": "wire", "title": "Un titre", "because": "lacks 38 euros"},
        {"article": 77, "source": None, "title": None, "because": "lacks brest"},
    ]


def test_what_was_stored_without_evidence_is_told_without(installation: Installation, make: Make) -> None:
    with opened(installation) as store, store.intake() as intake:
        make.keep(intake, 1)
    trace = installation.json("why", "1")
    assert (trace["placement"]["neighbours"], trace["joined"]["because"], trace["joined"]["shared"]) == ([], None, [])
    lines = told(installation, 1)
    assert lines[-4:] == [
        "  brings: A new fact.",
        "story story-1, opened by this article: 1 article of 1 source",
        "rules: none matched",
        "alerts: none",
    ]


def test_an_article_of_a_story_that_was_merged_says_which_it_opened(installation: Installation, make: Make) -> None:
    with opened(installation) as store, store.intake() as intake:
        make.keep(intake, 1)
        make.keep(intake, 2)
        intake.merge("story-1", ["story-2"])
    lines = told(installation, 2)
    assert under(lines, "story story-1: 2 articles of 1 source") == [
        "this article opened story story-2, which was merged into it",
        "with article 1, wire: Title 1 (new)",
    ]
    assert "story story-1, opened by this article: 2 articles of 1 source" in told(installation, 1)


def test_language_and_address_are_told_as_they_were_found(installation: Installation, make: Make) -> None:
    scores = (LanguageScore("fast", "fr", 0.61), LanguageScore("second", "ca", 0.55))
    facts: dict[str, Any] = {
        "language": None, "confidence": 0.5, "scores": scores, "declared": "fr", "title_derived": True,
        "agency": "Belga", "page": "https://example.org/a", "boilerplate": ("Lire aussi\nautre chose", "x" * 500),
        "dates": (DateFound("text", "hier", Published(), "is vague"),), "published": Published(),
    }  # fmt: skip
    with opened(installation) as store, store.intake() as intake:
        make.keep(intake, 1, **facts)
    lines = told(installation, 1)
    assert under(lines, "address: https://example.org/1") == ["known as https://example.org/a"]
    assert under(lines, "published: unknown") == ['text "hier", rejected: is vague']
    assert under(lines, "language: unknown, 0.50 sure, declared fr") == ["fast: fr 0.61", "second: ca 0.55"]
    assert "agency: Belga" in lines
    assert "title: derived from the first sentence" in lines
    first, long = under(lines, "stripped: 2 lines")
    assert first == "Lire aussi autre chose"
    assert len(long) < 200
    assert installation.json("why", "1")["normalised"]["stripped"] == list(facts["boilerplate"])


# ---- Which article is meant ----


def test_an_address_is_found_however_it_was_shared(installation: Installation, paper: Newspaper) -> None:
    serve(paper, 1, "https://journal.example/economie/dossier")
    installation.json("once")
    for asked in (
        "https://journal.example/economie/dossier",
        "http://www.journal.example/economie/dossier/?utm_source=mail&fbclid=a1",
        "https://m.journal.example/economie/dossier#comments",
        " https://journal.example/economie/dossier ",
    ):
        assert told(installation, asked)[0].startswith("article 1: ")
        assert installation.json("articles", "show", asked)["id"] == 1


def test_an_address_with_tracking_is_found_by_the_page(installation: Installation, make: Make) -> None:
    url = "https://example.org/a?utm_source=rss"
    with opened(installation) as store, store.intake() as intake:
        make.keep(intake, 1, url=url, page="https://example.org/a")
        make.keep(intake, 2, url="https://example.org/b?utm_source=rss")
        make.keep(intake, 3, page="https://example.org/3")
    assert installation.json("why", url)["id"] == 1
    assert installation.json("why", "https://example.org/a")["id"] == 1
    assert under(told(installation, 1), f"address: {url}") == ["known as https://example.org/a"]
    assert installation.json("why", "https://example.org/b?utm_source=rss")["id"] == 2, "held before pages were known"
    assert under(told(installation, 3), "address: https://example.org/3") == []


@pytest.mark.parametrize("asked", ["77", "9" * 40, "https://journal.example/x", "", "x\x00y", "http://["])
@pytest.mark.parametrize("verb", [["why"], ["articles", "show"]])
def test_an_article_that_is_not_there_is_one_sentence(
    installation: Installation, news_monitor: Program, verb: list[str], asked: str
) -> None:
    done = news_monitor(*verb, asked, "--config", installation.folder / "monitor.yaml")
    assert (done.code, done.out, done.err) == (1, "", f"no article has the id or URL {asked!r}\n")


def test_what_feeds_wrote_does_not_steer_the_terminal(installation: Installation, make: Make) -> None:
    with opened(installation) as store, store.intake() as intake:
        hostile = replace(make.article(1), title="a\x1b[31m\nb", boilerplate=("\x1b]0;x\x07c",), guid="\x9b2J")
        intake.keep(hostile, "v", None, make.sketch(1), make.placement(1), NOW, old=False)
    shown = installation.run("why", "1")
    assert "\x1b" not in shown
    assert "\x9b" not in shown
    assert shown.splitlines()[0] == "article 1: a b"

"""What a feed held before, however it serves it again, is no news."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flow.installation import Installation, article
from flow.newspaper import Newspaper, Story, newspaper, rss

OLD, FRESH = 500, 3
SOME = 60  # old ones are enough for what is tried after all of them got other guids
NOW = datetime.now(UTC)


def story(number: int, published: datetime | None) -> Story:
    title, *rest = article(number).splitlines()
    return Story(title, "\n".join(rest), f"http://journal.example/{number}", f"id-{number}", published)


def held() -> list[Story]:
    """Half of the old ones dated, half without a date; and some of today."""
    dates = [NOW - timedelta(days=5) if number % 2 else None for number in range(OLD)]
    dates += [NOW - timedelta(hours=1)] * FRESH
    return [story(number, date) for number, date in enumerate(dates)]


AGAIN: dict[str, Callable[[Story], Story]] = {
    "other guids": lambda one: replace(one, guid=f"https://journal.example/?p={one.guid}"),
    "no guids": lambda one: replace(one, guid=None),
    "one guid for all": lambda one: replace(one, guid="journal"),
    "https links": lambda one: replace(one, guid=None, link=one.link.replace("http:", "https:")),
    "other paths": lambda one: replace(one, guid=None, link=one.link.replace("/", "/articles/")),
    "rebuilt today": lambda one: replace(one, guid=f"new-{one.guid}", published=NOW),
    "dates lost": lambda one: replace(one, guid=f"bare-{one.guid}", published=None),
    "dates of 1970": lambda one: replace(one, guid=f"zero-{one.guid}", published=datetime(1970, 1, 1, tzinfo=UTC)),
}


def watch(installation: Installation, paper: Newspaper) -> None:
    installation.configure(
        "receivers: [{name: terminal, type: console}]\nroute: {receiver: terminal}\n",
        sources=f"sources: [{{type: feed, name: journal, url: '{paper.url('/rss')}'}}]\n",
    )


def test_fault_24_what_a_feed_serves_again_alerts_nobody(installation: Installation) -> None:
    with newspaper() as paper:
        watch(installation, paper)
        stories = held()
        paper.served["/rss"] = rss(stories)
        first = installation.json("once")
        assert (first["new"], first["errors"]) == (OLD + FRESH, [])
        assert first["alerts"] == 2 * FRESH, "two rules, and only what is of today"
        for number, served in enumerate(AGAIN.values()):
            again = stories[-SOME - FRESH :] if number else stories
            paper.served["/rss"] = rss([served(one) for one in again])
            done = installation.json("once")
            assert (done["items"], done["alerts"], done["new"], done["errors"]) == (len(again), 0, 0, [])
        told = installation.json("alerts", "list", "--all", "--limit", "100000")
        assert {one["suppressed"] for one in told} == {None, "age", "duplicate"}
        assert sum(one["suppressed"] is None for one in told) == 2 * FRESH


def test_fault_24_old_agency_copy_that_one_of_two_papers_serves_again_alerts_nobody(installation: Installation) -> None:
    with newspaper() as paper:
        installation.configure(
            "receivers: [{name: terminal, type: console}]\nroute: {receiver: terminal}\n",
            sources=f"sources: [{{type: feed, name: a, url: '{paper.url('/a')}'}},"
            f" {{type: feed, name: b, url: '{paper.url('/b')}'}}]\n",
        )
        copy = [story(number, NOW - timedelta(days=10)) for number in range(20)]
        paper.served["/a"] = rss(copy)
        paper.served["/b"] = rss([replace(one, link=one.link.replace("journal", "gazette")) for one in copy])
        assert installation.json("once")["alerts"] == 0
        served = [AGAIN["rebuilt today"](replace(one, link=f"http://gazette.example/new/{one.guid}")) for one in copy]
        paper.served["/b"] = rss(served)
        again = installation.json("once")
        assert (again["alerts"], again["new"], again["duplicates"]) == (0, 0, 20)


def test_fault_24_news_of_a_later_visit_alerts_whatever_its_date_is_worth(installation: Installation) -> None:
    with newspaper() as paper:
        watch(installation, paper)
        paper.served["/rss"] = rss([story(1, None)])
        assert installation.json("once")["alerts"] == 0
        years = (datetime(1970, 1, 1, tzinfo=UTC), NOW + timedelta(days=400))
        paper.served["/rss"] = rss([story(2, None), *(story(3 + nth, when) for nth, when in enumerate(years))])
        assert installation.json("once")["alerts"] == 6
        listed = installation.json("articles", "list")
        assert {one["published"]["precision"] for one in listed} == {"unknown"}
        refused = [installation.json("articles", "show", str(one["id"]))["refused"] for one in listed]
        assert sorted(map(bool, refused)) == [False, False, True, True], "the date as written is kept"

"""The full text of what a feed links to: which pages are believed, and what of them is text."""

from __future__ import annotations

import asyncio
import html
import subprocess
import sys
import time
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from aiohttp import web
from ingest.pages import STAY, TEASER, TEXT, TITLE, article, item, told

from monitor.ingest import FeedSource, Fetcher, FileSource, Workers, page, with_full_text
from monitor.ingest.extract import Outcome, complete
from monitor.model import Item, Markup, Precision, Published


def test_the_text_of_the_page_takes_the_place_of_the_teaser(read_pages: Any) -> None:
    [found] = read_pages(article())
    assert told(found) == TEXT


def test_everything_else_stays_as_the_feed_says(workers: Workers, serve: Any, local: Any) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=article(), content_type="text/html")

    async def journey() -> tuple[Item, Item]:
        async with serve(answer) as url, Fetcher(local()) as fetcher:
            source = FeedSource.model_validate({"type": "feed", "name": "Quai", "url": url, "full_text": True})
            dated = Published.day(2024, 3, 1)
            before = item(f"{url}/a", published=dated, language="fr", tags=("mer",), refused="1970", author="S. A.")
            [after], _ = await with_full_text(source, [before], fetcher, workers)
            return before, after

    before, after = asyncio.run(journey())
    assert after.content != before.content
    for name in set(Item.__dataclass_fields__) - {"content"}:
        assert getattr(after, name) == getattr(before, name), name
    assert before.published.precision is Precision.DAY


def test_no_page_is_asked_for_unless_the_source_wants_that(read_pages: Any, workers: Workers) -> None:
    async def answer(_: web.Request) -> web.Response:
        raise AssertionError("asked")

    assert told(read_pages(answer, full_text=False)[0]) == [TEASER]
    folder = FileSource.model_validate({"type": "files", "name": "Desk", "path": "/tmp"})
    whole = [item("http://127.0.0.1:1/")]
    assert asyncio.run(with_full_text(folder, whole, None, workers)) == (whole, ())  # type: ignore[arg-type]  # unasked


def test_the_order_of_the_items_stays_and_each_has_its_own_page(read_pages: Any) -> None:
    async def answer(request: web.Request) -> web.Response:
        number = request.path.strip("/")
        await asyncio.sleep(0.05 if number in "02" else 0)
        return web.Response(text=article([f"Page {number}.", *TEXT]), content_type="text/html")

    found = read_pages(answer, *(f"/{n}" for n in range(7)))
    assert [told(one)[0] for one in found] == [f"Page {n}." for n in range(7)]


@pytest.mark.parametrize(
    ("encoding", "content_type", "head"),
    [
        ("utf-8", "text/html; charset=utf-8", ""),
        ("utf-8", "text/html", ""),
        ("latin-1", "text/html; charset=ISO-8859-1", ""),
        ("latin-1", "text/html", '<meta charset="iso-8859-1">'),
        ("cp1252", "text/html", '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">'),
        ("cp1252", "text/html", ""),
        ("latin-1", "text/html; charset=utf-8", '<meta charset="utf-8">'),
        ("utf-8", "text/html; charset=iso-8859-1", '<meta charset="iso-8859-1">'),
        ("utf-16", "application/xhtml+xml", ""),
        ("iso8859-15", "text/html; charset=nonsense", ""),
    ],
)
def test_a_page_is_read_in_its_charset(read_pages: Any, encoding: str, content_type: str, head: str) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=article(head=head).encode(encoding), headers={"Content-Type": content_type})

    assert told(read_pages(answer)[0]) == TEXT


def test_what_the_server_says_of_the_charset_goes_before_a_guess() -> None:
    said = ["Рибний ринок у порту знову відкрився після двох років ремонту.", "Її директор обіцяє ще й новий причал."]
    teaser = Item("Порт", "1", said[0], Markup.HTML, title="Рибний ринок", url="http://x.example/1")
    for charset in ("koi8-u", "windows-1251"):
        done, outcome = complete(
            teaser, article(said, head="", title="Рибний ринок").encode(charset, "ignore"), charset
        )
        assert (outcome, told(done)) == (Outcome.READ, said)


@pytest.mark.parametrize("answer", STAY.values(), ids=STAY.keys())
def test_the_text_of_the_feed_stays_when_the_page_gives_no_more(read_pages: Any, answer: str | bytes) -> None:
    assert read_pages(answer)[0].content == f"<p>{TEASER}</p>"


def test_what_a_paywall_leaves_open_is_read_without_its_offer(read_pages: Any) -> None:
    assert (
        told(
            read_pages(
                article([*TEXT[:2], "Il vous reste 60 % de cet article à lire.", "Déjà abonnée ? Connectez-vous"])
            )[0]
        )
        == TEXT[:2]
    )


def test_lists_and_quotations_are_paragraphs_without_their_signs(read_pages: Any) -> None:
    points = ["Une chambre froide de 400 mètres carrés au nord", "Un quai de déchargement couvert pour les camions"]
    told_by = article().replace(f"<p>{html.escape(TEXT[2])}</p>", f"<ul><li>{points[0]}</li><li>{points[1]}</li></ul>")
    told_by = told_by.replace(f"<p>{html.escape(TEXT[3])}</p>", f"<blockquote><p>{TEXT[3]}</p></blockquote>")
    assert told(read_pages(told_by)[0]) == [*TEXT[:2], *points, *TEXT[3:]]


def test_a_paragraph_that_speaks_of_subscribers_or_cookies_is_text(read_pages: Any) -> None:
    spoken = [
        *TEXT,
        "Le parking est réservé aux abonnés du marché et aux livreurs, selon un panneau posé par la commune.",
        "Un mareyeur a protesté : « la suite est réservée aux abonnés », lui a répondu la machine du parking.",
    ]
    assert told(read_pages(article(spoken))[0]) == spoken


def test_a_teaser_that_is_no_part_of_the_page_stays_in_front_of_it(workers: Workers, serve: Any, local: Any) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=article(), content_type="text/html")

    async def journey() -> Item:
        async with serve(answer) as url, Fetcher(local()) as fetcher:
            source = FeedSource.model_validate({"type": "feed", "name": "Quai", "url": url, "full_text": True})
            own = "<p>Reportage : les mareyeurs &amp; la commune sous le carrelage, par <i>Yann Kerdraon</i></p><!--"
            [found], _ = await with_full_text(source, [item(f"{url}/a", own)], fetcher, workers)
            return found

    first, *rest = told(asyncio.run(journey()))
    assert first.startswith("Reportage : les mareyeurs & la commune sous le carrelage, par Yann Kerdraon")
    assert rest == TEXT


def test_another_heading_than_the_feeds_is_not_lost(read_pages: Any) -> None:
    heading = "Abgrall, Tanguy et Le Bihan célèbrent"
    page_of = article().replace(f"<h1>{TITLE}</h1>", f"<h1>{heading}</h1>")
    assert told(read_pages(page_of)[0]) == [heading, *TEXT]


@pytest.mark.parametrize("front", ["/", "//", "/#top"])
def test_a_redirect_to_the_front_page_leads_to_no_article(read_pages: Any, front: str) -> None:
    async def answer(request: web.Request) -> web.Response:
        if request.path == "/mer/halle.html":
            raise web.HTTPFound(f"http://{request.host}{front}" if front != "//" else f"http://{request.host}")
        return web.Response(text=article(), content_type="text/html")

    assert told(read_pages(answer)[0]) == [TEASER]


def test_a_redirect_to_another_address_of_the_article_is_followed(read_pages: Any) -> None:
    async def answer(request: web.Request) -> web.Response:
        if request.path == "/mer/halle.html":
            raise web.HTTPMovedPermanently("/?p=1412")
        return web.Response(text=article(), content_type="text/html")

    assert told(read_pages(answer)[0]) == TEXT


@pytest.mark.parametrize(
    "kind", ["application/pdf", "text/plain", "application/json", "image/jpeg", "application/xml", "video/mp4"]
)
def test_only_html_is_read(read_pages: Any, kind: str) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=article().encode(), content_type=kind)

    assert told(read_pages(answer)[0]) == [TEASER]


def test_a_page_is_cut_off_at_its_own_limit(read_pages: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "MAX_PAGE", len(article().encode()) - 1)
    assert told(read_pages(article())[0]) == [TEASER]


def test_items_without_an_address_are_left_alone(workers: Workers, local: Any) -> None:
    async def journey() -> tuple[list[Item], tuple[str, ...]]:
        async with Fetcher(local()) as fetcher:
            source = FeedSource.model_validate({"type": "feed", "name": "Quai", "url": "http://x", "full_text": True})
            return await with_full_text(source, [item(None)], fetcher, workers)

    assert asyncio.run(journey()) == ([item(None)], ())


def test_the_limits_of_the_host_hold_for_pages(read_pages: Any) -> None:
    begun: list[float] = []

    async def answer(_: web.Request) -> web.Response:
        begun.append(time.monotonic())
        return web.Response(text=article(), content_type="text/html")

    read_pages(answer, "/1", "/2", "/3", "/4", per_host={"concurrency": 2, "interval": timedelta(seconds=0.3)})
    assert len(begun) == 4
    assert all(later - earlier > 0.2 for earlier, later in pairwise(begun))


def test_a_page_of_three_megabytes_is_read(read_pages: Any) -> None:
    state = "<script>window.state = {" + '"bateau": [1, 2], ' * 150_000 + "}</script>"
    menu = "".join(f'<li class="menu"><a href="/{n}"><span>Rubrique {n}</span></a></li>' for n in range(5_000))
    whole = article(head=f'<meta charset="utf-8">{state}').replace("<ul><li>", f"<ul>{menu}<li>", 1)
    assert 3e6 < len(whole) < page.MAX_PAGE
    assert told(read_pages(whole)[0]) == TEXT


def test_the_text_of_a_page_is_escaped(read_pages: Any) -> None:
    odd = [*TEXT, "Le code <script>alert(1)</script> & la balise <b> ont été affichés tels quels sur l'écran du quai."]
    [found] = read_pages(article(odd))
    assert told(found) == odd
    assert "<script>" not in found.content


def test_who_reads_no_pages_does_not_load_the_extractor() -> None:
    code = "import sys, monitor.ingest; sys.exit('trafilatura' in sys.modules or 'lxml.html' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], check=False, cwd=page.__file__.split("/monitor/")[0]).returncode
        == 0
    )

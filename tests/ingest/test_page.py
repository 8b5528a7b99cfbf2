"""The full text of what a feed links to: which pages are believed, and what a page that fails costs (nothing)."""

from __future__ import annotations

import asyncio
import html
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from monitor.ingest import FeedSource, Fetcher, FileSource, Workers, page, with_full_text
from monitor.ingest.extract import Outcome, complete
from monitor.model import Item, Markup, Precision, Published

TITLE = "La halle aux poissons rouvre à Port-Louvain"
TEASER = "La halle aux poissons a rouvert lundi à l'aube, après deux ans de travaux menés par la…"
TEXT = [
    "La halle aux poissons a rouvert lundi à l'aube, après deux ans de travaux menés par la commune de Port-Louvain.",
    "Les premiers mareyeurs étaient là dès quatre heures. « On n'y croyait plus », confie Solène Abgrall, qui tient "
    "l'étal du fond depuis 1998.",
    "Un chantier deux fois plus cher",
    "Le budget prévu de 3,2 millions d'euros a doublé, à cause d'une nappe d'eau découverte sous le carrelage. La "
    "région a payé la moitié de la différence, le reste pèse sur les finances de la commune.",
    "La prochaine étape est connue : le quai nord sera rénové au printemps, si le conseil municipal vote les crédits.",
]
AROUND = """<div class="cookie-banner"><p>Nous utilisons des cookies pour mesurer l'audience du site.</p></div>
<header><nav><ul><li><a href="/">Accueil</a></li><li><a href="/mer">Mer</a></li><li><a href="/sport">Sport</a></li></ul>
</nav></header>"""
BELOW = """<div class="related"><h3>À lire aussi</h3><ul><li><a href="/a">Le phare a été repeint en rouge vif</a></li>
<li><a href="/b">La piscine ferme pour l'hiver</a></li></ul></div>
<section id="comments"><h3>Commentaires</h3><div class="comment"><p>Bernard42 : enfin du poisson frais chez nous !</p>
</div></section><aside><p>Horaires des marées</p></aside><footer><p>Mentions légales et plan du site.</p></footer>"""
Handler = Callable[[web.Request], Any]


def article(paragraphs: list[str] = TEXT, head: str = '<meta charset="utf-8">', title: str = TITLE) -> str:
    told = "".join(f"<p>{html.escape(one)}</p>" for one in paragraphs)
    return (
        f'<!doctype html><html lang="fr"><head>{head}<title>{title} - Le Courrier du Quai</title></head><body>{AROUND}'
        f"<main><article><h1>{title}</h1>{told}</article></main>{BELOW}</body></html>"
    )


def item(url: str | None, content: str = f"<p>{TEASER}</p>", **keys: Any) -> Item:
    return Item("Quai", url or "none", content, Markup.HTML, title=TITLE, url=url, **keys)


def told(found: Item) -> list[str]:
    """The paragraphs of an item that was completed."""
    assert isinstance(found.content, str)
    return [
        html.unescape(one.removeprefix("<p>")) for one in found.content.strip().removesuffix("</p>").split("</p>\n")
    ]


@pytest.fixture
def read(workers: Workers, serve: Any, local: Any) -> Callable[..., Any]:
    """`read(answers, items)`: the items after their pages were asked for; paths are answered by `answers`."""

    def reading(answer: Handler | str | bytes, *paths: str, full_text: bool = True, **settings: Any) -> list[Item]:
        async def constant(_: web.Request) -> web.Response:
            body = answer.encode() if isinstance(answer, str) else answer
            return web.Response(body=body, content_type="text/html")  # type: ignore[arg-type]  # no handler here

        async def journey() -> list[Item]:
            handler = constant if isinstance(answer, str | bytes) else answer
            async with serve(handler) as url, Fetcher(local(**settings)) as fetcher:
                keys = {"type": "feed", "name": "Quai", "url": f"{url}/feed", "full_text": full_text}
                items = [item(f"{url}{path}") for path in paths or ("/mer/halle.html",)]
                return await with_full_text(FeedSource.model_validate(keys), items, fetcher, workers)

        return asyncio.run(journey())

    return reading


def test_the_text_of_the_page_takes_the_place_of_the_teaser(read: Any) -> None:
    [found] = read(article())
    assert told(found) == TEXT


def test_everything_else_stays_as_the_feed_says(workers: Workers, serve: Any, local: Any) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=article(), content_type="text/html")

    async def journey() -> tuple[Item, Item]:
        async with serve(answer) as url, Fetcher(local()) as fetcher:
            source = FeedSource.model_validate({"type": "feed", "name": "Quai", "url": url, "full_text": True})
            dated = Published.day(2024, 3, 1)
            before = item(f"{url}/a", published=dated, language="fr", tags=("mer",), refused="1970", author="S. A.")
            [after] = await with_full_text(source, [before], fetcher, workers)
            return before, after

    before, after = asyncio.run(journey())
    assert after.content != before.content
    for name in set(Item.__dataclass_fields__) - {"content"}:
        assert getattr(after, name) == getattr(before, name), name
    assert before.published.precision is Precision.DAY


def test_no_page_is_asked_for_unless_the_source_wants_that(read: Any, workers: Workers) -> None:
    async def answer(_: web.Request) -> web.Response:
        raise AssertionError("asked")

    assert told(read(answer, full_text=False)[0]) == [TEASER]
    folder = FileSource.model_validate({"type": "files", "name": "Desk", "path": "/tmp"})
    assert asyncio.run(with_full_text(folder, [item("http://127.0.0.1:1/")], None, workers)) == [  # type: ignore[arg-type]
        item("http://127.0.0.1:1/")
    ]


def test_the_order_of_the_items_stays_and_each_has_its_own_page(read: Any) -> None:
    async def answer(request: web.Request) -> web.Response:
        number = request.path.strip("/")
        await asyncio.sleep(0.05 if number in "02" else 0)
        return web.Response(text=article([f"Page {number}.", *TEXT]), content_type="text/html")

    found = read(answer, *(f"/{n}" for n in range(7)))
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
def test_a_page_is_read_in_its_charset(read: Any, encoding: str, content_type: str, head: str) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=article(head=head).encode(encoding), headers={"Content-Type": content_type})

    assert told(read(answer)[0]) == TEXT


def test_what_the_server_says_of_the_charset_goes_before_a_guess() -> None:
    said = ["Рибний ринок у порту знову відкрився після двох років ремонту.", "Її директор обіцяє ще й новий причал."]
    teaser = Item("Порт", "1", said[0], Markup.HTML, title="Рибний ринок", url="http://x.example/1")
    for charset in ("koi8-u", "windows-1251"):
        done, outcome = complete(
            teaser, article(said, head="", title="Рибний ринок").encode(charset, "ignore"), charset
        )
        assert (outcome, told(done)) == (Outcome.READ, said)


STAY: dict[str, str | bytes] = {
    "a paywall that shows the teaser": article(
        [TEASER, "Cet article est réservé aux abonnés.", "Il vous reste 82 % de cet article à lire.",
         "Déjà abonné ? Connectez-vous", "Abonnez-vous pour lire la suite de cet article."]),
    "an English paywall": article(
        [TEASER, "This article is for subscribers only.", "Already a subscriber? Sign in",
         "Subscribe now to continue reading this article and all others, from one euro a month."]),
    "a page to log in": article(
        ["Connectez-vous à votre espace personnel pour retrouver vos articles et vos lettres d'information.",
         "Saisissez votre adresse électronique et votre mot de passe, puis validez le formulaire ci-dessous.",
         "Mot de passe oublié ? Un lien de réinitialisation vous sera envoyé dans les minutes qui suivent."],
        title="Connexion"),
    "a wall of cookies": article(
        ["Nous utilisons des cookies pour vous proposer des contenus adaptés et mesurer la fréquentation du site.",
         "Vous pouvez accepter, refuser ou personnaliser ces traceurs à tout moment depuis le bas de chaque écran."],
        title="Votre vie privée"),
    "another article": article(
        ["Le club de rugby de Saint-Armel a gagné son troisième match de la saison, dimanche après-midi, à domicile.",
         "Les visiteurs menaient pourtant de douze points à la pause, avant de céder dans le dernier quart d'heure."],
        title="Rugby : Saint-Armel renverse Kermarc"),
    "an empty page": b"   ",
    "a page without text": "<html><body><script>app()</script><div id=root></div></body></html>",
    "no markup": b"\x00\x01\x02\xff",
    "less than the teaser": article(["Halle aux poissons : Port-Louvain rouvre."]),
}  # fmt: skip


@pytest.mark.parametrize("answer", STAY.values(), ids=STAY.keys())
def test_the_text_of_the_feed_stays_when_the_page_gives_no_more(read: Any, answer: str | bytes) -> None:
    assert read(answer)[0].content == f"<p>{TEASER}</p>"


def test_what_a_paywall_leaves_open_is_read_without_its_offer(read: Any) -> None:
    assert (
        told(
            read(article([*TEXT[:2], "Il vous reste 60 % de cet article à lire.", "Déjà abonnée ? Connectez-vous"]))[0]
        )
        == TEXT[:2]
    )


def test_lists_and_quotations_are_paragraphs_without_their_signs(read: Any) -> None:
    points = ["Une chambre froide de 400 mètres carrés au nord", "Un quai de déchargement couvert pour les camions"]
    told_by = article().replace(f"<p>{html.escape(TEXT[2])}</p>", f"<ul><li>{points[0]}</li><li>{points[1]}</li></ul>")
    told_by = told_by.replace(f"<p>{html.escape(TEXT[3])}</p>", f"<blockquote><p>{TEXT[3]}</p></blockquote>")
    assert told(read(told_by)[0]) == [*TEXT[:2], *points, *TEXT[3:]]


def test_a_paragraph_that_speaks_of_subscribers_or_cookies_is_text(read: Any) -> None:
    spoken = [
        *TEXT,
        "Le parking est réservé aux abonnés du marché et aux livreurs, selon un panneau posé par la commune.",
        "Un mareyeur a protesté : « la suite est réservée aux abonnés », lui a répondu la machine du parking.",
    ]
    assert told(read(article(spoken))[0]) == spoken


def test_a_teaser_that_is_no_part_of_the_page_stays_in_front_of_it(workers: Workers, serve: Any, local: Any) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=article(), content_type="text/html")

    async def journey() -> Item:
        async with serve(answer) as url, Fetcher(local()) as fetcher:
            source = FeedSource.model_validate({"type": "feed", "name": "Quai", "url": url, "full_text": True})
            own = "<p>Reportage : les mareyeurs &amp; la commune sous le carrelage, par <i>Yann Kerdraon</i></p><!--"
            [found] = await with_full_text(source, [item(f"{url}/a", own)], fetcher, workers)
            return found

    first, *rest = told(asyncio.run(journey()))
    assert first.startswith("Reportage : les mareyeurs & la commune sous le carrelage, par Yann Kerdraon")
    assert rest == TEXT


def test_another_heading_than_the_feeds_is_not_lost(read: Any) -> None:
    heading = "Abgrall, Tanguy et Le Bihan célèbrent"
    page_of = article().replace(f"<h1>{TITLE}</h1>", f"<h1>{heading}</h1>")
    assert told(read(page_of)[0]) == [heading, *TEXT]


@pytest.mark.parametrize("front", ["/", "//", "/#top"])
def test_a_redirect_to_the_front_page_leads_to_no_article(read: Any, front: str) -> None:
    async def answer(request: web.Request) -> web.Response:
        if request.path == "/mer/halle.html":
            raise web.HTTPFound(f"http://{request.host}{front}" if front != "//" else f"http://{request.host}")
        return web.Response(text=article(), content_type="text/html")

    assert told(read(answer)[0]) == [TEASER]


def test_a_redirect_to_another_address_of_the_article_is_followed(read: Any) -> None:
    async def answer(request: web.Request) -> web.Response:
        if request.path == "/mer/halle.html":
            raise web.HTTPMovedPermanently("/?p=1412")
        return web.Response(text=article(), content_type="text/html")

    assert told(read(answer)[0]) == TEXT


@pytest.mark.parametrize(
    "kind", ["application/pdf", "text/plain", "application/json", "image/jpeg", "application/xml", "video/mp4"]
)
def test_only_html_is_read(read: Any, kind: str) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=article().encode(), content_type=kind)

    assert told(read(answer)[0]) == [TEASER]


def test_a_page_is_cut_off_at_its_own_limit(read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "MAX_PAGE", len(article().encode()) - 1)
    assert told(read(article())[0]) == [TEASER]


def test_failures_cost_their_items_alone_and_are_counted_in_one_event(read: Any) -> None:
    async def answer(request: web.Request) -> web.Response:
        match request.path:
            case "/gone":
                raise web.HTTPGone
            case "/rugby":
                return web.Response(text=str(STAY["another article"]), content_type="text/html")
            case "/wall":
                return web.Response(text=str(STAY["a paywall that shows the teaser"]), content_type="text/html")
        return web.Response(text=article(), content_type="text/html")

    with capture_logs() as events:
        found = read(answer, "/a", "/gone", "/rugby", "/b", "/wall")
    assert [told(one) == TEXT for one in found] == [True, False, False, True, False]
    assert [event for event in events if event["event"] == "pages_read"] == [
        {"event": "pages_read", "log_level": "info", "stage": "ingest", "source": "Quai", "asked": 5}
        | {"read": 2, "failed": 1, "other": 1, "short": 1}
    ]


def test_a_host_that_fails_three_times_in_a_row_is_asked_no_more(read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "AT_ONCE", 1)
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        if request.path in ("/1", "/2", "/7", "/8", "/9"):
            raise web.HTTPForbidden
        if request.path in ("/4", "/5", "/6"):
            return web.Response(text="<html><body><video></video></body></html>", content_type="text/html")
        return web.Response(text=article(), content_type="text/html")

    read(answer, *(f"/{n}" for n in range(1, 13)))
    assert asked == [f"/{n}" for n in range(1, 10)]


def test_a_host_without_answer_costs_no_more_than_the_patience(read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "PATIENCE", 0.5)

    async def answer(request: web.Request) -> web.Response:
        if request.path != "/quick":
            await asyncio.sleep(30)
        return web.Response(text=article(), content_type="text/html")

    begun = time.monotonic()
    found = read(answer, "/slow", "/quick", "/slower")
    assert time.monotonic() - begun < 5
    assert [told(one) == TEXT for one in found] == [False, True, False]


def test_items_without_an_address_are_left_alone(workers: Workers, local: Any) -> None:
    async def journey() -> list[Item]:
        async with Fetcher(local()) as fetcher:
            source = FeedSource.model_validate({"type": "feed", "name": "Quai", "url": "http://x", "full_text": True})
            return await with_full_text(source, [item(None)], fetcher, workers)

    assert asyncio.run(journey()) == [item(None)]


def test_the_limits_of_the_host_hold_for_pages(read: Any) -> None:
    begun: list[float] = []

    async def answer(_: web.Request) -> web.Response:
        begun.append(time.monotonic())
        return web.Response(text=article(), content_type="text/html")

    read(answer, "/1", "/2", "/3", "/4", per_host={"concurrency": 2, "interval": timedelta(seconds=0.3)})
    assert len(begun) == 4
    assert all(later - earlier > 0.2 for earlier, later in pairwise(begun))


def test_an_address_that_is_refused_for_feeds_is_refused_for_pages(read: Any) -> None:
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(text=article(), content_type="text/html")

    assert told(read(answer, allow_networks=[])[0]) == [TEASER]
    assert asked == []


HOSTILE = {
    "deep": "<div>" * 100_000 + "texte",
    "attributes": "<html><body><p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">x</p>",
    "signs": "<html><body>" + "<" * 300_000,
    "comments": "<html><body>" + "<!--" * 100_000,
    "json": '<html><head><script type="application/ld+json">' + '{"@graph":' * 20_000 + "</script><body><p>x",
}


@pytest.mark.parametrize("answer", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_page_costs_its_own_text_only(read: Any, answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "DEADLINE", 2.0)

    async def mixed(request: web.Request) -> web.Response:
        return web.Response(text=answer if request.path == "/evil" else article(), content_type="text/html")

    begun = time.monotonic()
    evil, good = read(mixed, "/evil", "/good")
    assert time.monotonic() - begun < 10
    assert told(evil) == [TEASER]
    assert told(good) == TEXT


def test_a_page_of_three_megabytes_is_read(read: Any) -> None:
    state = "<script>window.state = {" + '"bateau": [1, 2], ' * 150_000 + "}</script>"
    menu = "".join(f'<li class="menu"><a href="/{n}"><span>Rubrique {n}</span></a></li>' for n in range(5_000))
    whole = article(head=f'<meta charset="utf-8">{state}').replace("<ul><li>", f"<ul>{menu}<li>", 1)
    assert 3e6 < len(whole) < page.MAX_PAGE
    assert told(read(whole)[0]) == TEXT


def test_the_text_of_a_page_is_escaped(read: Any) -> None:
    odd = [*TEXT, "Le code <script>alert(1)</script> & la balise <b> ont été affichés tels quels sur l'écran du quai."]
    [found] = read(article(odd))
    assert told(found) == odd
    assert "<script>" not in found.content


def test_who_reads_no_pages_does_not_load_the_extractor() -> None:
    code = "import sys, monitor.ingest; sys.exit('trafilatura' in sys.modules or 'lxml.html' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], check=False, cwd=page.__file__.split("/monitor/")[0]).returncode
        == 0
    )

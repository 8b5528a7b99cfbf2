"""Messages in a browser: nothing in them runs or asks for anything, they fit a phone, and everybody can read them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from alert.kinds import Kinds, deliveries, delivery, passage
from alert.message import chromium

from monitor.alert import render
from monitor.model import DeliveryKind, Document

PARIS = ZoneInfo("Europe/Paris")
AA = 4.5  # WCAG 2.2, 1.4.3: the contrast of text
pytestmark = pytest.mark.skipif(chromium.PROGRAM is None, reason="no Chromium here: apt install chromium")

RUN = "document.documentElement.dataset.ran='yes';alert(1)"


def payloads(address: str) -> list[str]:
    return [
        f"<script>{RUN}</script>",
        f"</title><script>{RUN}</script>",
        f'</style></blockquote></td></tr></table><img src={address}/img onerror="{RUN}">',
        f'"><svg onload="{RUN}"><image href="{address}/svg"/></svg>',
        f"<iframe src={address}/frame></iframe><link rel=stylesheet href={address}/css>",
        f'<style>body{{background:url({address}/style)}}</style><math><mi xlink:href="{address}/math">',
        f'<form action={address}/form><input autofocus onfocus="{RUN}">',
        f"<meta http-equiv=refresh content=0;url={address}/refresh><base href={address}/base>",
        "{{ 7 * 7 }}{% for i in range(9) %}{{ i }}{% endfor %}",
        "\u202e<b>\u2066\x1b[31m\x00&lt;script&gt;",
        "sansespace" * 1_000,
        "\U0001f33e" * 300,
    ]


def hostile(address: str) -> tuple[Document, ...]:
    """Alerts in which every text is somebody else's attempt."""
    kinds, made = Kinds("fr"), []
    links = [
        f"javascript:{RUN}",
        f"java\nscript:{RUN}",
        f"data:text/html,<script>{RUN}</script>",
        f'{address}/a"onclick="{RUN}',
        "x" * 9_000,
    ]
    for number, text in enumerate(payloads(address)):
        link = links[number % len(links)]
        change = {
            "in": "body",
            "before": text,
            "after": text,
            "diff": [["same", text], ["removed", text], ["added", text]],
        }
        changes: dict[str, Any] = {
            "rule__title": text,
            "story__title": text,
            "story__id": str(number),
            "article__title": text,
            "article__source": text,
            "article__agency": text,
            "article__url": link,
            "article__language": text,
            "evidence": [passage(f"{text}|{text}|{text}"), passage(f"{text}|{text}|", "title")],
            "new": [text],
            "also": [{"source": text, "title": text, "url": link, "relation": one} for one in ("duplicate", "update")],
            "correction": {"kind": "changed", "passages": [change]},
            "about": text,
        }
        made.append(kinds.alert(**changes))
    return tuple(made)


def test_nothing_hostile_runs_asks_or_breaks_the_page(tmp_path: Path) -> None:
    with chromium.site() as served:
        alerts = hostile(served.address)
        sent = [*map(delivery, alerts), delivery(*alerts, kind=DeliveryKind.DIGEST)]
        pages = [render(one, "fr", PARIS).html for one in sent]
        # The policy in the page would stop scripts as well; they must not even be there.
        bare = [re.sub(r"<meta http-equiv[^>]*>", "", page) for page in pages]
        assert all(len(one) < len(page) for one, page in zip(bare, pages, strict=True))
        for look in chromium.looked_at(served, bare, 375, tmp_path):
            assert look["ran"] == ""
            assert look["wide"] <= look["inner"] == 375
        assert served.asked == []


def test_the_same_attempts_do_run_where_nothing_stops_them(tmp_path: Path) -> None:
    with chromium.site() as served:
        # Without their dialog, which nobody would ever close here.
        page = f"<!DOCTYPE html><body>{''.join(payloads(served.address)[:4])}".replace("alert(1)", "")
        assert chromium.looked_at(served, [page], 375, tmp_path)[0]["ran"] == "yes"
        assert "/img" in served.asked


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_kind_can_be_read_by_day_and_by_night_on_a_phone(dark: bool, tmp_path: Path) -> None:
    pages = [render(one, language, PARIS).html for language in ("fr", "en") for one in deliveries(language).values()]
    with chromium.site() as served:
        for look in chromium.looked_at(served, pages, 375, tmp_path, dark=dark):
            assert look["wide"] <= look["inner"] == 375
            assert look["count"] >= 5
            assert look["worst"]["ratio"] >= AA, look["worst"]
            assert look["paper"] < 0.05 if dark else look["paper"] > 0.9
        assert served.asked == []

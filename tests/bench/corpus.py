"""A number -> a feed of thirty items as the press writes them, the same each time; no two items share a sentence.

The measures are those of a corpus of 200 feeds: 30 items and 94 KB a feed, half of the feeds with whole articles, half
with teasers. The words mean nothing; they only look like French to whoever counts letters.
"""

from __future__ import annotations

import functools
import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

ITEMS = 30
NAMES = 9000  # so many different numbers are there beside the counted ones
_SENTENCES = 400
_NOUNS = (
    "accord ministre gouvernement région syndicat usine projet marché conseil rapport frontière budget réforme grève "
    "entreprise hôpital école justice enquête tribunal président commission parlement ville quartier réseau énergie "
    "recherche laboratoire musée récolte rivière tempête incendie secours police manifestation campagne élection vote "
    "négociation délégation sommet industrie emploi salaire retraite logement chantier train autoroute aéroport port"
).split()
_VERBS = (
    "annonce prépare refuse examine confirme dénonce soutient reporte présente retarde demande obtient ouvre ferme "
    "prolonge suspend critique publie signe rejette défend améliore réduit augmente finance surveille accompagne"
).split()
_ENDS = (
    "depuis plusieurs semaines|selon une source proche du dossier|malgré les réserves de ses partenaires|dans le nord "
    "du pays|avant la fin de l'année|sans attendre la décision des juges|après de longues discussions|en raison du "
    "mauvais temps|pour la deuxième fois en un an|devant de nombreux habitants réunis sur la place|à la surprise de "
    "l'opposition|comme le prévoyait la loi"
).split("|")


@functools.cache
def _patterns() -> tuple[str, ...]:
    """Sentences with three places for numbers, which make each of them its own."""
    draw = random.Random(1)
    made = []
    for _ in range(_SENTENCES):
        one, two, three = draw.sample(_NOUNS, 3)
        made.append(
            f"Le {one} numéro {{a}} {draw.choice(_VERBS)} le {two} et {draw.choice(_VERBS)} un {three} de {{b}} euros "
            f"{draw.choice(_ENDS)}, avec {{c}} voix pour la {draw.choice(_NOUNS)}."
        )
    return tuple(made)


def feed(number: int, items: int = ITEMS, first: int = 0) -> bytes:
    """RSS 2.0 with the items `first` to `first + items` of a feed, newest on top."""
    long = number % 2 == 0
    inner = "".join(_item(number, nth, long) for nth in range(first + items - 1, first - 1, -1))
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f"<channel><title>Gazette {number}</title><link>https://gazette-{number}.example/</link>"
        f"<description>Toute l'actualité</description><language>fr</language>\n{inner}</channel></rss>\n"
    ).encode()


def _item(number: int, nth: int, long: bool) -> str:
    draw = random.Random(number * 1000 + nth)
    text = [_sentence(draw, number, nth, place) for place in range(33 if long else 4)]
    date = format_datetime(datetime(2024, 1, 5, 12, tzinfo=UTC) + timedelta(minutes=37 * nth + number % 37))
    link = f"https://gazette-{number}.example/2024/{nth}/article.html"
    paragraphs = "".join(f"<p>{' '.join(text[start : start + 4])}</p>" for start in range(0, len(text), 4))
    content = f"<content:encoded><![CDATA[{paragraphs}]]></content:encoded>" if long else ""
    return (
        f"<item><title>{text[0][:70].rsplit(' ', 1)[0]}</title><link>{link}</link>"
        f'<guid isPermaLink="true">{link}</guid><pubDate>{date}</pubDate><dc:creator>Rédaction</dc:creator>'
        f"<category>Actualité</category><description>&lt;p&gt;{' '.join(text[:2])}&lt;/p&gt;</description>{content}"
        "</item>\n"
    )


def _sentence(draw: random.Random, number: int, nth: int, place: int) -> str:
    own = (number * 100 + nth) * 50 + place
    return draw.choice(_patterns()).format(a=own, b=draw.randrange(NAMES), c=draw.randrange(NAMES))

"""Articles -> pages of a newspaper's site, what stands there in their place, and the items that link to them."""

from __future__ import annotations

import html
from typing import Any

from monitor.model import Item, Markup

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

"""Ordinary French sentences that name nobody, put together from words of our own."""

from __future__ import annotations

import random
from collections.abc import Iterator

# Many of these are one letter away from a name: routine, marron, bidon, orbite, tsar, miller.
_OPENERS = """
Routine Marron Bidon Bidons Marrons Marin Marine Macaron Matin Martinet Merle Mercure Merveille Barnum Bouton
Poutre Poutres Pousse Patin Putain Tronc Trompe Trompette Truite Trumeau Orbite Urbain Turban Ruban Forban Ordre Borne
Bornes Bornage Corne Colle Castor Cousin Crayon Clinique Canton Carton Clin Harpie Hardis Michelin Mission Balai
Royale Royaume Loyal Duel Dune Sauce Rutabaga Route Routes Gros Grosse Grossir Maison Saison Bayou Joyau Boyau Tuyau
Lapin Rapide Lapis Radis Radeau Sable Sabre Samedi Lundi Mardi Mai Mais Mars Chaise Charge Charges Chicane Marge Conte
Contes Conter Compte Comte Tonte Honte Lampe Lavabo Lavoir Laverie Havre Larve Levure Lavande Blanche Blancs Blindage
Bride Brise Bison Maçon Micro Macro Marotte Mardi Soldes Scolaire Sondes Sommet Pavot Pays Pence Pensée Pense Panse
Fabrique Fable Fiole Filature Villa Villette Villes Hall Haltes Hollande Hausse Halle Kilos Kiosque Tour Tours Tisane
Pain Pin Pins Bain Banc Bancs Annales Antan Mélange Millet Mille Miller Brigade Crème Cric Cassis Cassez Tasses
Salle Salves Salive Salines Sapin Sanglier Sandales Cendres Tendres Gendre Genre Starter Rader Rade Raid Raids Rasoir
Raison Maïs Brunir Burin Burins Brume Brun Dodo Dindon Dont Don Dos Petit Petits Pelote Pelouse Irak Iran Ivoire
""".split()
_NOUNS = """
routine marron bidon jardin marché fenêtre bateau orage récolte boulanger piscine chemin lampe cuisine montagne école
rivière valise hiver printemps facture horloge village moteur colline assiette tapis ordinateur concert plage cheval
fromage tempête livre tunnel budget quartier loyer vélo tramway hôpital chantier bibliothèque musée terrain
""".split()
_ADJECTIVES = """
petit grand vieux marron neuf étroit calme rouge fragile bidon solide rapide léger ancien moderne sombre propre utile
""".split()
_VERBS = """
attend traverse répare ferme ouvre décrit déplace nettoie remplace surveille retrouve dessine mesure partage finance
""".split()
_PLACES = "en Irak; à la campagne; dans la cour; sous le pont; au marché; près du port; en ville; chez le voisin".split(
    "; "
)
_SHAPES = (
    "{opener} : le {noun} {verb} la {other}.",
    "{opener} et {noun}, une histoire de {other}.",
    "Le {noun} {adjective} {verb} le {other} {place}.",
    "« {opener} », dit le {noun} {adjective} {place}.",
    "C'est la routine {place} : un {noun} {verb} un {other}.",
    "Un bidon, un marron, et le {noun} {verb} encore {place}.",
    "{opener}. {opener2} {adjective}. Le {noun} {verb} le {other}.",
    "M. le {noun} {verb} ; A. {opener} aussi, {place}.",
    "{upper} : UN {upper2} {place}",
    "L'Irak, le {noun} et la {opener} du {other}.",
)


def sentences(number: int, seed: int = 7) -> Iterator[str]:
    """So many sentences, the same for the same seed."""
    draw = random.Random(seed)
    for _ in range(number):
        yield draw.choice(_SHAPES).format(
            opener=draw.choice(_OPENERS), opener2=draw.choice(_OPENERS), upper=draw.choice(_OPENERS).upper(),
            upper2=draw.choice(_NOUNS).upper(), noun=draw.choice(_NOUNS), other=draw.choice(_NOUNS),
            adjective=draw.choice(_ADJECTIVES), verb=draw.choice(_VERBS), place=draw.choice(_PLACES),
        )  # fmt: skip

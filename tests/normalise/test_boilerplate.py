"""Paragraphs that stand around an article are taken out, and nothing that is news."""

import pytest

from monitor.normalise.boilerplate import sift
from monitor.normalise.credits import is_caption
from monitor.normalise.links import Lead, lead

LEDE = "Le ministre russe a reçu mardi son homologue américain à Genève, selon un communiqué du Kremlin."
MIDDLE = "La réunion a duré deux heures et porte sur la sécurité du continent, a précisé la diplomatie."
END = "Les deux hommes se reverront la semaine prochaine."

AROUND = """\
TU PEUX VOIR: Les habitants de Kharkiv se préparent au pire
LIRE AUSSI Ukraine : Biden promet des sanctions
LIRE AUSSI : Ukraine : Biden promet des sanctions
LIRE AUSSI - Ukraine : Biden promet des sanctions
LIRE AUSSI. Ukraine : Biden promet des sanctions
Lire aussi Ukraine : Biden promet des sanctions
Lire aussi : Ukraine : Biden promet des sanctions.
Lire aussi | Ukraine : Biden promet des sanctions
>> Lire aussi : Ukraine, ce que l'on sait
→ À lire aussi : Ukraine, ce que l'on sait
À lire aussi : Ukraine, ce que l'on sait
A LIRE AUSSI > Ukraine, ce que l'on sait
À LIRE : Ukraine, ce que l'on sait
À lire : Ukraine, ce que l'on sait
À lire également : « La paix est possible »
À voir aussi - Macron appelle au calme
À VOIR AUSSI - Macron appelle au calme
Voir aussi : Macron appelle au calme
Voir aussi Macron appelle au calme
Voir également la vidéo
Read more: Russia sends troops
READ MORE: Russia sends troops
Read more about the talks
Read also: Russia sends troops
See also: Russia sends troops
SEE ALSO: Russia sends troops
Watch: Blinken leaves Geneva
Related: What Nato wants
Related articles
ALSO READ | What Nato wants
VIDEO. Poutine accueille Macron à Moscou
VIDÉO - Poutine accueille Macron à Moscou
VIDÉO : Poutine accueille Macron à Moscou
EN IMAGES. Kiev sous la neige
EN DIRECT - Ukraine : suivez les événements
PHOTOS. Kiev sous la neige
DOSSIER : La crise ukrainienne
TE PUEDE INTERESAR: Biden y Putin hablan por teléfono
PUEDES VER: Biden y Putin hablan por teléfono
MIRA TAMBIÉN: Biden y Putin hablan
Lea también: Biden y Putin hablan por teléfono
VOUS POUVEZ LIRE: Biden et Johnson se parlent
REGARDE AUSSI: Biden et Johnson se parlent
VOIR PLUS: Biden et Johnson se parlent
NE MANQUEZ PAS: Biden et Johnson se parlent
SUR LE MÊME SUJET: Biden et Johnson se parlent
Sur le même sujet
Pour aller plus loin : trois questions sur l'Otan
LISEZ ENCORE: Biden et Johnson se parlent
IL PEUT VOUS INTÉRESSER: Biden et Johnson se parlent
CELA PEUT VOUS INTÉRESSER : Biden et Johnson se parlent
Lesen Sie auch: Was Moskau will
Siehe auch: Was Moskau will
Leggi anche: Che cosa vuole Mosca
Читайте также: Переговоры в Женеве
PHOTO JOHN DOE, REUTERS Le ministre à son arrivée, le 3 février 2022.
PHOTO JOHN DOE, ASSOCIATED PRESS
PHOTO AP Le ministre à son arrivée.
PHOTO ARCHIVES REUTERS Le ministre à son arrivée.
PHOTO ALEXANDER NEMENOV, AFP Un char dans la neige près de Rostov.
PHOTO EVGENIA NOVOZHENINA, VIA REUTERS La place Rouge.
PHOTO FOURNIE PAR LE KREMLIN Le président à sa table.
PHOTO VIA ASSOCIATED PRESS Des soldats à l'entraînement.
Photo John Doe, Reuters Le ministre à son arrivée.
Photo : Le ministre à son arrivée à Genève
Photo : Reuters
Photo: John Doe/Reuters
Photo AFP
Photo John Doe / AFP
Photo by John Doe/Getty Images
Photos : AFP
Crédit photo : AFP
Crédit photo AFP
Crédits photo : John Doe
Crédit : John Doe / AFP
Crédits : AFP
Photo d'archives
Photo d’illustration. Un soldat à Donetsk
Légende : le ministre à son arrivée à Genève.
© AFP/John Doe
© John Doe, Reuters
© 2022 AFP
©AFP
(Photo by John Doe / AFP)
(Photo by John Doe/Pool/AFP via Getty Images)
Le ministre à son arrivée à Genève. (Photo by John Doe / AFP)
Le ministre à son arrivée à Genève (Photo : John Doe)
Le ministre à son arrivée à Genève. © AFP/John Doe
Le ministre à son arrivée à Genève, le 21 janvier 2022. © John Doe, AFP
Le ministre à son arrivée à Genève REUTERS/John Doe
Le ministre à son arrivée, le 21 janvier 2022. John Doe/AFP
REUTERS/John Doe
AFP/John Doe
AP Photo/John Doe
Par Jean Dupont
Par Jean Dupont et Marie Curie
Par Jean DUPONT, à Moscou
Par Jean Dupont (avec AFP)
Par Jean Dupont avec AFP et Reuters
Par Le Quotidien avec AFP
Le Quotidien avec AFP
Par AFP
Par l'AFP
By John Doe
By John Doe and Jane Roe
By John Doe, Reuters
Par notre correspondant à Moscou, Jean Dupont
De notre correspondant à Moscou
De notre correspondante à Moscou, Marie Curie
De notre envoyé spécial à Genève
Notre envoyée spéciale à Kiev
Propos recueillis par Jean Dupont
Agence France-Presse
AGENCE FRANCE-PRESSE
Associated Press
Reuters
AFP
dpa
TASS
Xinhua
Agence Xinhua
EFE
La Presse Canadienne
Jean Dupont, Agence France-Presse
Avec des informations de Reuters et d'EFE
Avec des informations de la BBC
Avec les informations de l'agence TASS
Avec AFP
Avec l'AFP
Avec AFP et Reuters
(avec AFP)
(Avec Reuters)
(AFP)
Avec agences
Avec les agences
With reporting by Reuters
With AFP
With information from EFE and AP
Source : AFP
Source: Reuters
Sources : Reuters, TASS
Source : ministère russe des Affaires étrangères
(Reportage John Doe, version française Jean Dupont)
Tous droits réservés
© Agence France-Presse. Tous droits réservés.
.
. . .
***
—
https://example.org/lire/12345
Lire la suite
Lire la suite…
Read more
The post Talks in Geneva appeared first on The Daily.
L'article Réunion à Genève est apparu en premier sur Le Quotidien.
""".splitlines()

NEWS = """\
La Russie a répété ses exigences : VOIR l'Otan reculer.
URGENT : la Russie retire ses troupes de la frontière.
MOSCOU : le Kremlin a confirmé la rencontre mardi soir.
L'OTAN, elle, refuse.
Photo à l'appui, le ministre a accusé Kiev de mentir.
PHOTO À L'APPUI, le ministre a accusé Kiev de mentir.
Photos et vidéos circulent depuis lundi sur les réseaux sociaux.
Photos de Reuters et de l'AFP ont circulé lundi à Moscou.
La photo a été prise par Reuters à Genève.
« Voir aussi loin est un luxe », a dit le ministre.
« Lire aussi les petites lignes » : le conseil de Blinken
Voir aussi dans ce geste une menace serait une erreur, a dit Moscou.
Lire aussi entre les lignes est indispensable, estime un diplomate.
À lire la presse russe, la guerre est imminente.
Par la voix de son porte-parole, Moscou dénonce une provocation.
Par Moscou, le message est passé
Par deux fois, Washington a refusé.
Par ailleurs, Poutine a appelé Biden.
Par Zeus, a soupiré le diplomate, quelle réunion !
Avec l'Otan, Moscou refuse tout compromis.
Avec Reuters, le ministre s'est montré plus direct que d'habitude.
Avec des informations de première main, la CIA a convaincu ses alliés.
Source de tensions, le gazoduc est à l'arrêt.
Source diplomatique : la réunion a été franche.
L'AFP a interrogé trois diplomates.
Reuters a révélé la lettre mardi.
Reuters accuse Moscou
Agence France-Presse a été expulsée de Moscou, selon le Kremlin.
Reconnaissance des préoccupations russes
LA RÉPONSE DE MOSCOU
UKRAINE : LA MENACE
Moscou dénonce
Lavrov : « Nous attendons »
ANTONY BLINKEN : « Nous répondrons »
Le ministre (photo) a refusé de répondre.
Les soldats (ici en photo) restent sur place.
Notre correspondant à Moscou raconte la nuit des négociations.
Notre correspondant à Moscou raconte
Vidéo à l'appui, Kiev dément.
La vidéo : un document rare, selon les experts.
En direct de Genève, le ministre a parlé.
EN DIRECT de Genève, le ministre a parlé.
Related questions were left aside, he said.
Read more closely, the letter is a refusal.
See also the point about missiles, he told reporters.
More on this later, Blinken said.
Watch what they do, not what they say, Blinken said.
By Monday, Moscow had pulled back.
By George, he said, we have a deal.
With Reuters, he was blunt.
La Russie (URSS) était alors puissante.
Vladimir Poutine
Sergueï Lavrov et Antony Blinken
Moscou et Kiev
Sputnik V
Un sondage Ipsos/Reuters le confirme.
Crédit : la banque centrale russe relève ses taux.
Sur le même sujet, Moscou reste ferme.
En savoir plus sur ses intentions, voilà ce que veut Washington.
Plus d'informations seront données jeudi, selon le Kremlin.
Suivez l'argent, disait-il.
Cliquez ici, disait le courriel piégé envoyé aux ministères ukrainiens.
Publié mardi, le rapport accuse Moscou.
Rédigé par Moscou, le traité interdit tout élargissement.
Rédigé à Moscou par des juristes, le traité interdit tout élargissement.
Texte : le mot a été pesé par les deux délégations, a dit Lavrov.
L'agence TASS, citant Interfax, a confirmé.
Trois options : (a) négocier, (b) attendre, (c) frapper.
2014
Ukraine, Géorgie, Moldavie
Direct, le ministre a refusé.
Analyse faite, Moscou renonce.
Dossier clos, selon le Kremlin.
DOSSIER CLOS, selon le Kremlin.
Opinion publique et sanctions
Carte blanche à Moscou
Mise à jour
Crédits : la Russie manque d'argent
La reproduction interdite de ces lettres a été signalée.
Texte : ce que veut Moscou
PHOTOS CHOC, MOSCOU DÉMENT
VOIR MOSCOU ET MOURIR
GUERRE FROIDE : LE RETOUR
Le sommet en images, selon la presse russe, fut un triomphe.
""".splitlines()


@pytest.mark.parametrize("line", AROUND)
def test_what_stands_around_an_article_is_taken_out_wherever_it_stands(line: str) -> None:
    between, after = sift([LEDE, line, MIDDLE, END]), sift([LEDE, MIDDLE, END, line])
    assert (between.kept, between.removed) == ([LEDE, MIDDLE, END], [line])
    assert (after.kept, after.removed) == ([LEDE, MIDDLE, END], [line])


@pytest.mark.parametrize("line", AROUND)
def test_alone_it_leaves_nothing_unless_it_may_be_the_news(line: str) -> None:
    assert sift([line]).kept == [line] * (lead(line) is Lead.KIND and not is_caption(line))


def test_an_article_of_nothing_else_is_empty() -> None:
    assert sift(AROUND).kept == []


@pytest.mark.parametrize("line", NEWS)
def test_news_is_never_taken_out(line: str) -> None:
    for paragraphs in ([line, LEDE, MIDDLE], [LEDE, line, MIDDLE], [LEDE, MIDDLE, line]):
        assert sift(paragraphs).kept == paragraphs


CLOSINGS = """\
(avec AFP)
(Reuters)
(AFP/Belga)
Avec AFP
AFP
© AFP
— Reuters
[…]
[...] Lire la suite
Read more »
Jean Dupont, AFP
Lire la suite sur lequotidien
(avec AFP) © AFP
(Avec Reuters et l'agence TASS)
""".splitlines()


@pytest.mark.parametrize("closing", CLOSINGS)
def test_a_credit_at_the_end_of_the_last_paragraph_is_taken_off(closing: str) -> None:
    sifted = sift([LEDE, f"{END} {closing}"])
    assert sifted.kept == [LEDE, END]
    assert "".join(sifted.removed[::-1]).replace(" ", "") == closing.replace(" ", "")
    assert sifted.agency is None


def test_the_same_credit_in_the_middle_is_left() -> None:
    assert sift([f"{LEDE} (avec AFP)", END]).kept == [f"{LEDE} (avec AFP)", END]


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        ("Agence France-Presse", "Agence France-Presse"),
        ("Reuters", "Reuters"),
        ("(EFE)", "EFE"),
        ("dpa", "dpa"),
        ("AFP, à Moscou", "AFP"),
        ("Par AFP", "AFP"),
        ("By John Doe, Reuters", "Reuters"),
        ("Jean Dupont, Agence France-Presse", "Agence France-Presse"),
        ("La Presse Canadienne", "La Presse Canadienne"),
        ("Par Jean Dupont", None),
        ("Par Jean Dupont avec AFP", None),
        ("Le Quotidien avec AFP", None),
        ("Avec AFP", None),
        ("De notre correspondant à Moscou", None),
        ("Photo : Reuters", None),
        ("REUTERS/John Doe", None),
    ],
)
def test_the_agency_is_that_of_the_byline(line: str, agency: str | None) -> None:
    assert sift([LEDE, line, MIDDLE, END]).agency == agency


def test_a_name_further_down_credits_a_photo_not_the_text() -> None:
    assert sift([LEDE, MIDDLE, END, "Reuters", LEDE]).agency is None


def test_the_name_above_an_agency_is_a_byline_too() -> None:
    assert sift([LEDE, "Jeanne Martin-Roy", "La Presse Canadienne", MIDDLE]).kept == [LEDE, MIDDLE]
    assert sift([LEDE, "Vladimir Poutine", MIDDLE]).kept == [LEDE, "Vladimir Poutine", MIDDLE]


def test_titles_listed_under_a_call_go_with_it() -> None:
    assert sift([LEDE, "À lire aussi", "Un autre titre", "Un intertitre", MIDDLE]).kept == [
        LEDE,
        "Un intertitre",
        MIDDLE,
    ]
    assert sift([LEDE, "À lire aussi :", "- Un titre", "- Un autre", MIDDLE]).kept == [LEDE, MIDDLE]
    assert sift([LEDE, MIDDLE, "Sur le même sujet", "Un titre", "Un autre"]).kept == [LEDE, MIDDLE]
    assert sift(["À lire aussi", "Un titre", LEDE]).kept == ["Un titre", LEDE]


def test_a_kind_of_piece_may_begin_the_title_but_nothing_further_down() -> None:
    line = "VIDEO. Le ministre claque la porte"
    assert sift([line, LEDE]).kept == [line, LEDE]
    assert sift([LEDE, line, END]).kept == [LEDE, END]
    assert sift([line, "Photo : Reuters"]).kept == [line]


@pytest.mark.parametrize("label", ["ESTO TE GUSTARÁ", "PUISQUE VOUS ÊTES LÀ", "KLIKNIJ TUTAJ"])
def test_an_unknown_label_in_capitals_announces_a_link_beside_another(label: str) -> None:
    line = f"{label}: Un pays du nord rejoint ses alliés"
    assert sift([LEDE, line, "Lire aussi : Un titre", MIDDLE]).kept == [LEDE, MIDDLE]
    assert sift([LEDE, line, MIDDLE]).kept == [LEDE, line, MIDDLE]


@pytest.mark.parametrize(
    "line",
    [
        "MINISTRE RUSSE : ce que l'on sait de la réunion",  # its words are those of the text
        "ANTOINE DURAND : « Nous tiendrons bon »",  # somebody speaks
        "PUISQUE VOUS ÊTES LÀ: un pays du nord a rejoint ses alliés lundi.",  # a sentence
        "POINT FINAL : LA FIN DE LA PARTIE",  # a headline in capitals
    ],
)
def test_other_labels_in_capitals_are_headings(line: str) -> None:
    assert sift([LEDE, line, MIDDLE]).kept == [LEDE, line, MIDDLE]
    assert sift([LEDE, line, "Lire aussi : Un titre", MIDDLE]).kept == [LEDE, line, MIDDLE]


def test_a_label_of_one_word_announces_links_when_it_comes_again() -> None:
    one, two = "TENTEZ: Un pays du nord rejoint ses alliés", "TENTEZ: Un autre hésite encore"
    assert sift([LEDE, one, MIDDLE]).kept == [LEDE, one, MIDDLE]
    assert sift([LEDE, one, MIDDLE, two, END]).kept == [LEDE, MIDDLE, END]

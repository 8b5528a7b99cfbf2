"""Habits of French and English desks and sites that came later: what goes, what stays."""

import pytest

from monitor.normalise.boilerplate import sift
from monitor.normalise.credits import is_caption
from monitor.normalise.links import Lead, lead
from monitor.normalise.notices import is_spoken

LEDE = "Le ministre russe a reçu mardi son homologue américain à Genève, selon un communiqué du Kremlin."
MIDDLE = "La réunion a duré deux heures et porte sur la sécurité du continent, a précisé la diplomatie."
END = "Les deux hommes se reverront la semaine prochaine."

AROUND = """\
(Reporting by Jane Doe; Editing by John Roe)
(Reporting by Jane Doe in Moscow and John Roe in Geneva; Writing by Ann Lee; Editing by Carl Day)
Reporting by Jane Doe; editing by John Roe
(Reportage de Jean Dupont, édité par Marie Curie)
(AFP / 21 janvier 2022 10h05)
(©AFP / 21 janvier 2022 10h05)
Rédaction avec AFP
La rédaction avec AFP
La rédaction, avec AFP
Le Quotidien (avec AFP)
Avec notre correspondant à Moscou, Jean Dupont
Par Jean Dupont, envoyé spécial à Genève
Par Jean Dupont (Genève, envoyé spécial)
Par Jean Dupont - Publié le 21 janvier 2022 à 10h05
Mis à jour le 21 janvier 2022 à 10h05
Jean Dupont avec AFP
J. D. avec AFP
J.D. (avec AFP)
AFP, Reuters
By JOHN DOE
By JOHN DOE and JANE ROE, Associated Press
By JOHN DOE Associated Press
JOHN DOE, Associated Press
By John Doe, Staff Writer
By BBC News
By John Doe BBC News, Moscow
From our correspondent in Geneva
Image source, Getty Images
Image caption, The two men in Geneva last week
Media caption, The two men shake hands
Getty Images
Image: John Doe / AP
FILE PHOTO: Russian soldiers near the border. REUTERS/John Doe
FILE PHOTO: Russian soldiers near the border
FILE - Russian soldiers march in Moscow, Jan. 1, 2022. (AP Photo/John Doe, File)
Photograph: John Doe/AFP/Getty Images
Le ministre, le 3 février 2022, à Genève. (JOHN DOE / AFP)
Le ministre à Genève. | JOHN DOE / AFP
Le ministre à Genève, le 21 janvier 2022. JOHN DOE / AFP
Le ministre à Genève, le 21 janvier 2022. JOHN DOE / POOL / AFP
Le ministre à Genève (Crédit : John Doe)
Le ministre à Genève. Photo : John Doe
Le ministre à Genève. PHOTO JOHN DOE
POOL/AFP via Getty Images
EPA-EFE/JOHN DOE
© DR
(DR)
Capture d'écran
Capture d'écran Twitter
Capture d’écran / Twitter
© 2022 Le Quotidien. Tous droits réservés.
Copyright 2022 The Associated Press. All rights reserved. This material may not be published.
Copyright © 2022 AFP. All rights reserved.
© Thomson Reuters 2022
Lire notre décryptage
Lire notre décryptage : ce que veut Moscou
Lire l'analyse : Ce que veut Moscou
Lire l'entretien : « Nous attendons »
Lire notre reportage : A Genève, la paix attendra
Lire le récit : A Genève, la paix attendra
Lire aussi l’analyse : A Genève, la paix attendra
Article réservé à nos abonnés Lire aussi A Genève, la paix attendra
À RELIRE : A Genève, la paix attendra
Notre dossier : la crise ukrainienne
Voir la vidéo
Voir les photos
Voir notre infographie : la carte des bases
Retrouvez ici notre direct
Suivez notre direct : la situation en Ukraine
Plus d'informations à venir
Plus d'informations à suivre.
Plus de détails à venir.
(À suivre)
More to come.
More details soon...
This is a developing story.
This breaking news story is being updated and more details will be published shortly.
This story is being updated
Traduit de l'anglais par Jean Dupont
Traduit et édité par Jean Dupont
Get more on this story
Related: What Nato wants | What Moscow wants
Read our explainer: What Nato wants
Read the full story here
Read the full story
Watch the full interview here
LIVE UPDATES: War in Ukraine
LIRE PLUS - Ukraine : la paix attendra
CLIQUEZ ICI pour lire la suite
DÉCOUVREZ AUSSI : Ukraine, la paix attendra
VOUS AIMEREZ AUSSI
LIRE ÉGALEMENT | La paix attendra
Lire aussi >> La paix attendra
>>> À lire aussi : La paix attendra
» LIRE AUSSI - La paix attendra
[À LIRE AUSSI] La paix attendra
[Lire aussi : La paix attendra]
(Lire aussi : La paix attendra)
ALSO READ: Peace will wait
Also on the site: Peace will wait
What to read next
Most read
Most popular
Les plus lus
Les articles les plus lus
À la une
Top stories
You might also like
Sponsored
Recommandé pour vous
Nos derniers articles
""".splitlines()

NEWS = """\
Lire la presse russe ne suffit plus
Lire l'entretien du ministre est instructif, note un diplomate.
Lire le récit des soldats est une épreuve.
Voir la vidéo ne change rien, dit-il.
Voir les photos du massacre a convaincu Berlin.
Suivre le direct de la Douma est devenu un sport national.
Suivez les chars, et vous trouverez le gaz.
Read the statement closely, Blinken said.
Read the letter as a refusal.
Watch the interview process change under sanctions.
Most popular leaders avoid war.
Most read the letter as a refusal.
Top stories from the front were censored in Moscow.
More to come from Moscow, Blinken warned.
More details will be given on Monday, she said.
This is a developing country, the minister recalled.
This story is about a lost war.
À suivre les négociateurs, la paix est loin.
Plus d'informations à ce sujet seront données jeudi.
Publié en 2019, le rapport n'a rien changé.
Published in 2019, the report changed nothing.
Updated rules take effect on Monday.
Traduit devant la justice, il nie.
Traduit en russe par ses services, le texte est menaçant.
Image source of pride, the gas pipeline is closed.
Capture d'écran à l'appui, Kiev accuse.
Il a montré au juge une photo. Photo : preuve à l'appui, selon lui.
La rédaction du texte avec Moscou a duré dix heures.
Le service de presse a travaillé avec Reuters.
DR Congo
Recommended doses were doubled.
À la une de la presse russe, le silence.
Les plus lus des romanciers russes sont en exil.
Our standards of living fell, he said.
Menu du sommet : du gaz et des chars.
""".splitlines()


@pytest.mark.parametrize("line", AROUND)
def test_what_stands_around_an_article_is_taken_out(line: str) -> None:
    assert sift([LEDE, line, MIDDLE, END]).kept == [LEDE, MIDDLE, END]
    assert sift([LEDE, MIDDLE, END, line]).kept == [LEDE, MIDDLE, END]
    # Alone, what may be the news itself stays.
    unsure = is_spoken(line) or (lead(line) in (Lead.KIND, Lead.PIECE) and not is_caption(line))
    assert sift([line]).kept == [line] * unsure


@pytest.mark.parametrize("line", NEWS)
def test_news_is_never_taken_out(line: str) -> None:
    for paragraphs in ([line, LEDE, MIDDLE], [LEDE, line, MIDDLE], [LEDE, MIDDLE, line]):
        assert sift(paragraphs).kept == paragraphs


@pytest.mark.parametrize(
    "lines",
    [
        ["B: Je ne sais pas encore ce que nous ferons", "L: Moi non plus, et cela ne change rien"],
        ["AFP: Que ferez-vous demain à Genève ?", "AFP: Et après-demain à Bruxelles ?"],
        ["BLINKEN: Nous répondrons par écrit !", "BLINKEN: Nous répondrons avant la fin du mois !"],
        ["ROMULUS: Oui", "ROMULUS: Peut-être"],
        ["LOI N°309: une peine plus lourde pour les récidivistes"],
        ["CHEF DE MISSION: Jeanne Martin"],
    ],
)
def test_speakers_and_lists_are_no_links(lines: list[str]) -> None:
    assert sift([LEDE, lines[0], MIDDLE, *lines[1:], END]).kept == [LEDE, lines[0], MIDDLE, *lines[1:], END]


def test_a_call_for_one_piece_takes_no_heading_with_it() -> None:
    assert sift([LEDE, "Voir la vidéo", "Un intertitre", MIDDLE]).kept == [LEDE, "Un intertitre", MIDDLE]
    assert sift([LEDE, "Lire notre entretien :", "Un titre", MIDDLE]).kept == [LEDE, MIDDLE]


@pytest.mark.parametrize("line", ["Écouter le podcast : la crise ukrainienne", "Watch live: Blinken speaks"])
def test_a_call_to_look_with_news_behind_it_goes_only_beside_other_links(line: str) -> None:
    assert sift([LEDE, line, END]).kept == [LEDE, line, END]
    assert sift([LEDE, line, "Lire aussi : Un titre", END]).kept == [LEDE, END]

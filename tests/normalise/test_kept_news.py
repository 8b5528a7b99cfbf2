"""News that begins like a call, a notice, a link, a label or a caption stays, wherever it stands."""

from datetime import UTC, datetime

import pytest

from monitor.model import Item, Markup
from monitor.normalise import normalise
from monitor.normalise.boilerplate import sift
from monitor.normalise.html import Page
from monitor.normalise.layout import lay_out

NOW = datetime(2026, 1, 5, tzinfo=UTC)

LEDE = "Le ministre russe a reçu mardi son homologue américain à Genève, selon un communiqué du Kremlin."
END = "Les deux hommes se reverront la semaine prochaine."

NEWS = """\
Support for the bill, which would force Apple to open its app store to rivals' subscriptions, is growing in Congress.
Download speeds in rural France have doubled since 2019, our coverage map shows.
Follow-up talks on the gas pipeline and its subscribers are planned for March.
Register of oligarchs' property to go online, open to subscribers only, from March.
Pour recevoir l'aide, les abonnés au gaz doivent déposer un dossier avant le 31 mars.
Pour suivre les élections, trois chaînes ont commandé un podcast aux rédactions locales.
Profitez de la neige : les abonnements en station grimpent de 20 %.
Activez la double authentification et changez de mot de passe, conseille l'agence de cybersécurité.
Get ready for higher subscription prices: Netflix raises its fees in France by 10 percent.
Abonnez-vous à notre chaîne, supplient les vidéastes interdits d'antenne.
Download our app, the smugglers' advertisement challenged migrants in Calais.
Votre navigateur ne vous protège pas : la CNIL inflige 150 millions d'euros d'amende à Google.
JavaScript is the most used programming language, GitHub's annual survey shows.
Tags : la SNCF dépense 15 millions d'euros par an pour nettoyer ses trains.
Topics: trade, climate and the war in Ukraine dominated the G7 summit in Bavaria.
La suite après les élections : Olaf Scholz demandera un vote de confiance.
The story continues below the surface: divers found six more bodies in the wreck.
This story is not for members of the jury: the judge banned all reports until Monday.
By entering Ukraine, Putin shows the world what you accept when you look away.
Ce site utilise des traceurs radioactifs pour soigner 3 000 patients par an.
This article was originally written into the treaty by Poland.
Vous avez accepté l'héritage de votre oncle ? Les règles changent pour les comptes bancaires.
Déjà client : 3 millions de Français touchés par la fuite de données
Une question de vie ou de mort ? Les médecins de Marioupol manquent de tout.
Ce texte a été publié mardi au Journal officiel.
Watch the video: police open fire three times on an unarmed man
Regardez les images : on voit le policier tirer trois fois sur un homme désarmé
Live updates: three dead, twelve wounded in Oslo shooting
MARINE LE PEN : Je baisserai la TVA sur l'énergie
Photos : la police accuse un journaliste d'avoir retouché les images du massacre.
Image: the company's reputation has suffered, analysts said, and its shares fell 12 percent.
Photo: a stolen Picasso was found in Athens on Monday, the police said.
""".splitlines()


@pytest.mark.parametrize("line", NEWS)
def test_news_stays_wherever_it_stands(line: str) -> None:
    assert sift([line]).kept == [line]
    for paragraphs in ([line, LEDE, END], [LEDE, line, END], [LEDE, END, line]):
        assert sift(paragraphs).kept == paragraphs


@pytest.mark.parametrize("line", NEWS)
def test_news_that_is_the_whole_text_or_the_lede_stays(line: str) -> None:
    alone = lay_out(Page("", [line]))
    assert " ".join([alone.title, *alone.paragraphs]).strip() == line
    assert lay_out(Page("Un titre du jour", [line])).paragraphs == [line]
    assert lay_out(Page("Un titre du jour", [line, LEDE])).paragraphs == [line, LEDE]
    article = normalise(Item("s", "g", f"<p>{line}</p>", Markup.HTML), ["fr", "en"], NOW)
    assert article.title or article.lede


@pytest.mark.parametrize(
    "lines",
    [
        ["GROUPE A : Qatar, Pays-Bas, Sénégal, Équateur", "GROUPE B : Angleterre, Iran, États-Unis, Galles"],
        ["GARDE À VUE : trois hommes interpellés à Lyon", "COUR D'ASSISES : vingt ans pour le meurtrier présumé"],
        ["TENTEZ: « Un pays du nord rejoint ses alliés »", "TENTEZ: « Un autre pays hésite encore »"],
    ],
)
def test_labels_of_a_list_in_the_text_are_no_links(lines: list[str]) -> None:
    for paragraphs in ([LEDE, *lines, END], [LEDE, lines[0], END, lines[1]], [LEDE, "Lire aussi : Un titre", *lines]):
        assert sift(paragraphs).kept == [p for p in paragraphs if not p.startswith("Lire")]


def test_what_is_seen_is_a_link_beside_other_links() -> None:
    line = "Watch the video: police open fire three times on an unarmed man"
    assert sift([LEDE, "Read also: A title", line]).kept == [LEDE]
    assert sift([line, "Read also: A title", LEDE]).kept == [line, LEDE]


def test_a_notice_that_is_all_there_is_stays() -> None:
    line = "Abonnez-vous à notre newsletter pour recevoir les nouvelles du matin."
    assert sift([line]).kept == [line]
    assert sift([line]).removed == []
    assert sift([line, LEDE]).kept == [LEDE]
    assert sift(["Abonnez-vous", "Publicité"]).kept == []

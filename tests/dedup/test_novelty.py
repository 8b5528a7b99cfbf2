"""What an article brings that its story did not have."""

from dataclasses import replace

import pytest

from monitor.dedup import brought, news, read
from monitor.dedup.novelty import Known
from monitor.model import Article, Published

ARTICLE = Article("A", "1", None, "", False, "", "", None, Published(), "fr")
STORY = (
    "Un ferry s'est échoué lundi près de Bastia avec 64 passagers, a annoncé la préfecture. "
    "« C'était un choc très doux », a raconté Marie Luciani, qui était à bord. "
    "Personne n'a été blessé. La compagnie a refusé de commenter. Trois chiens étaient à bord."
)


def facts(text: str, before: str = STORY) -> list[str]:
    said, held = (read(replace(ARTICLE, body=one)) for one in (text, before))
    return [fact for one in brought(said, [held]) for fact in one.facts]


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("Le commandant, Paul Orsini, a été entendu.", "paul orsini"),
        ("Le navire sera remorqué à Toulon.", "toulon"),
        ("Le navire transportait aussi 12 voitures.", "12"),
        ("Le navire avait quitté le port depuis trois heures.", "3h"),
        ("Il sera remorqué jeudi.", "day 4"),
        ("Il sera remorqué le 13 mars.", "13.3"),
        ("« Nous avons eu très peur dans la nuit », dit une passagère.", "nous avons eu tres peur dans la nuit"),
        ("Le moteur n'était pas révisé.", "pas"),
        ("L'armateur dément toute négligence.", "dement"),
    ],
)
def test_a_new_fact_of_any_kind_is_brought(text: str, fact: str) -> None:
    assert facts(text) == [fact]


@pytest.mark.parametrize(
    "text",
    [
        "Soixante-quatre personnes se trouvaient sur le navire qui a touché le fond lundi.",
        "Mme Luciani parle d'« un choc très doux ».",
        "On ne compte aucun blessé parmi les passagers.",
        "L'armateur a refusé de répondre.",
        "BASTIA : UN NAVIRE ÉCHOUÉ",
        "Le chef de l'État suit la situation, selon la préfecture de Bastia.",
        "Prudente, la préfecture attend.",
    ],
)
def test_other_words_for_what_is_known_bring_nothing(text: str) -> None:
    assert facts(text) == []


def test_another_spelling_of_a_name_is_no_news() -> None:
    assert facts("Le ministre Zelensky parle.", "M. Zelenskiy est venu à Paris.") == []


def test_what_is_brought_is_told_in_the_words_of_the_article() -> None:
    said = read(replace(ARTICLE, title="Ferry", body="Rien de plus.\n\nLe navire, tout neuf, ira à Toulon."))
    assert news(said, [read(replace(ARTICLE, body=STORY))]) == ("Le navire, tout neuf, ira à Toulon.",)


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("Ferry échoué : un départ pour Toulon", False),
        ("Ferry échoué : un départ pour Toulon jeudi", True),
        ("Ferry échoué : 12 voitures à bord", True),
    ],
)
def test_a_headline_that_brings_nothing_over_the_text_under_it_is_not_told_twice(title: str, told: bool) -> None:
    line = "Le navire sera remorqué à Toulon."
    said = read(replace(ARTICLE, title=title, body=line))
    assert news(said, [read(replace(ARTICLE, body=STORY))]) == ((title, line) if told else (line,))
    alone = read(replace(ARTICLE, title=title))
    assert news(alone, [read(replace(ARTICLE, body=STORY))]) == (title,)


def test_a_fact_of_any_article_of_the_story_is_known() -> None:
    story = [read(replace(ARTICLE, body=one)) for one in (STORY, "Le ferry ira à Toulon.")]
    assert news(read(replace(ARTICLE, body="À Toulon, le ferry sera réparé.")), story) == ()


def test_everything_is_new_to_an_empty_story() -> None:
    assert news(read(replace(ARTICLE, body="Le ferry ira à Toulon.")), []) == ("Le ferry ira à Toulon.",)


@pytest.mark.parametrize(
    ("before", "text", "fact"),
    [
        ("Le village est à 12 km de Rennes.", "Le préfet annonce 12 morts.", "12"),
        ("Le feu a pris, 40 pompiers sont venus avec 8 camions.", "Le préfet annonce 8 morts.", "8"),
        ("Le feu a pris, 40 pompiers sont venus avec 8 camions.", "Le bilan est de 8 tués et 40 blessés.", "8"),
        ("L'explosion a fait 12 blessés.", "L'explosion a tué 12 personnes.", "12"),
        ("L'explosion a fait 2 morts, 12 blessés.", "L'explosion a fait 12 morts.", "12"),
        ("L'usine a 18 ans.", "Il y a 18 camions sur place.", "18"),
        ("L'explosion a eu lieu le 13 mars.", "L'explosion a fait 13 morts.", "13"),
        ("Quelque 150 pompiers sont sur place.", "Le séisme a fait 150 morts.", "150"),
        ("A blast hurt 3 people. Twelve fire engines were sent.", "The blast killed 12.", "12"),
        ("The plant is 12 miles from Redon.", "The blast killed 12 people.", "12"),
        ("Rescuers searched 8 houses.", "They found 8 dogs there.", "8"),
        ("There were 5 dead 12 hurt.", "There are 12 dead.", "12"),
        ("The fire hurt 12 people.", "Police arrested 12 people.", "12"),
    ],
)
def test_a_number_of_something_else_is_new(before: str, text: str, fact: str) -> None:
    assert fact in facts(text, before)


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("Le village est à 12 km de Rennes.", "Douze kilomètres séparent le village de Rennes."),
        ("L'explosion a fait 12 morts.", "Douze personnes ont été tuées."),
        ("Il y a 12 morts et 3 blessés.", "Trois passagers ont été blessés, 12 tués."),
        ("Le feu a pris, 8 camions sont sur place.", "On y voit les 8 camions."),
        ("Elle est maire depuis 2008.", "Elle tient la ville depuis 2008."),
        ("La nuit du 13 mars fut froide.", "La nuit du 13 au matin fut froide."),
        ("Il a vendu 214 vélos.", "Il a placé 214 bicyclettes."),
        ("The blast killed 12 people.", "Twelve died."),
        ("Twelve fire engines were sent.", "The 12 engines are there."),
        ("Tom Harkness, 26, won.", "Harkness is 26 years old."),
        ("Some 18,000 homes lost power.", "Power is cut in 18,000 households."),
    ],
)
def test_the_same_number_of_the_same_is_known(before: str, text: str) -> None:
    assert facts(text, before) == []


@pytest.mark.parametrize(
    ("before", "text", "fact"),
    [
        ("Le maire Jean Martin est là. On pleure Sophie Durand.", "Jean Durand a été arrêté.", "jean durand"),
        ("Le maire Jean Martin est là. On pleure Sophie Durand.", "Hier, Jean Durand a été arrêté.", "jean durand"),
        ("Jean Martin et Sophie Durand sont là.", "Le suspect, Jean Durand, est arrêté.", "jean durand"),
        ("On pleure Sophie Durand.", "Luc Durand a été arrêté.", "luc durand"),
        ("Un petit village de pierre est touché.", "On accuse Pierre Petit.", "pierre petit"),
        ("Un petit village de pierre est touché.", "Pierre Petit est accusé.", "pierre petit"),
        ("The mayor, John Reed, wept for Ann Hill.", "Police charged John Hill.", "john hill"),
        ("The mayor, John Reed, wept for Ann Hill.", "John Hill is charged.", "john hill"),
        ("The green hill burned. A rose grew there.", "They charged Rose Hill.", "rose hill"),
    ],
)
def test_another_bearer_of_known_words_is_new(before: str, text: str, fact: str) -> None:
    assert facts(text, before)[0] == fact


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("On pleure Sophie Durand.", "Mme Durand était là."),
        ("On pleure Sophie Durand.", "Durand, Sophie, était là."),
        ("Sophie Durand est morte.", "On pleure Sophie Durand."),
        ("SOPHIE DURAND EST MORTE", "On pleure Sophie Durand."),
        ("Le ferry Morgane brûle.", "Ferry Morgane : on sait tout."),
        ("La crue du Vidourle monte.", "Crue du Vidourle : on sait tout."),
        ("Le ferry va de Roscoff à Plymouth.", "Le ferry Roscoff-Plymouth est à quai."),
        ("On attend Volodymyr Zelensky.", "On a vu Volodymyr Zelenskiy."),
        ("They mourn Ann Hill.", "Mrs Hill was there."),
        ("They mourn Mayor Ann Hill.", "Ann Hill is gone."),
    ],
)
def test_a_known_bearer_in_another_form_is_not(before: str, text: str) -> None:
    assert facts(text, before) == []


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("Le directeur de l'usine n'a pas souhaité commenter.", "Le directeur de l'usine n'a pas survécu."),
        ("Le directeur ne parle pas.", "Le directeur ne viendra pas."),
        ("Le directeur a refusé de commenter.", "Le directeur a refusé de démissionner."),
        ("Personne n'a été blessé dans l'usine.", "Personne n'a survécu dans l'usine."),
        ("The head of the plant did not wish to comment.", "The head of the plant did not survive."),
        ("The head of the plant didn't reply.", "The head of the plant never resigned."),
        ("The head refused to comment.", "The head refused to resign."),
        ("Nobody was hurt at the plant.", "Nobody survived at the plant."),
    ],
)
def test_another_denial_of_the_same_subject_is_new(before: str, text: str) -> None:
    assert len(facts(text, before)) == 1


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("Le directeur n'a pas survécu.", "Il n'a hélas pas survécu à l'accident."),
        ("La crue n'a fait aucune victime.", "L'eau n'a causé la mort d'aucun habitant."),
        ("Le directeur ne parle pas.", "Il n'a pas parlé."),
        ("The head did not survive.", "He has never survived that."),
        ("Nobody was hurt.", "There were no injuries."),
        ("The head did not wish to comment.", "The head has not responded."),
    ],
)
def test_the_same_denial_in_other_words_is_known(before: str, text: str) -> None:
    assert facts(text, before) == []


def test_what_is_known_grows_as_if_it_had_been_told_at_once() -> None:
    parts = [one + "." for one in STORY.split(". ")]
    held = [read(replace(ARTICLE, body=one)) for one in parts]
    said = read(replace(ARTICLE, body="Paul Luciani n'a pas vu les 3 morts. « Un choc doux », dit Marie Luciani."))
    known = Known()
    for at, one in enumerate(held):
        assert brought(said, known) == brought(said, held[:at])
        known.add(one)
    assert brought(said, known) == brought(said, held)


def test_an_article_brings_nothing_to_a_story_that_has_it() -> None:
    said = read(replace(ARTICLE, body=STORY))
    known = Known([said])
    known.add(said)
    assert news(said, known) == ()


@pytest.mark.parametrize(
    ("before", "text", "fact"),
    [
        ("Le maire est à Lens.", "Le maire a démissionné.", "demissionne"),
        ("Two sailors are held in Natanz.", "The sailors were freed.", "freed"),
        ("Envoys met for talks.", "The envoys signed a pact.", "signed"),
        ("Le suspect a avoué.", "Le suspect a été remis en liberté.", "remis en liberte"),
        ("The minister denied fraud.", "The minister denied murder.", "murder"),
    ],
)
def test_an_event_of_another_kind_is_new(before: str, text: str, fact: str) -> None:
    assert fact in facts(text, before)


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("Le maire a démissionné.", "La démission du maire est confirmée."),
        ("He was killed at noon.", "His death came at noon."),
        ("Police arrested a cook.", "A cook is in custody."),
        ("Russian troops left.", "RUSSIA WAITS"),
        ("American envoys came.", "The US sent envoys."),
    ],
)
def test_the_same_event_or_country_in_another_word_is_known(before: str, text: str) -> None:
    assert facts(text, before) == []


def test_a_country_in_a_headline_in_capitals_is_new() -> None:
    assert facts("HUNGARY WAITS", "Russian troops left.") == ["hungary"]


def test_an_acronym_is_not_told_by_the_word_it_is() -> None:
    assert facts("The head of WHO waits.", "The head, who came to us, waits.") == ["who"]


@pytest.mark.parametrize("time", ["09h14 - ", "9:14 ", "[09:14] ", "14.30 Uhr: ", "2.30pm - ", "10h17\n"])
def test_the_time_of_a_line_in_a_live_ticker_is_no_fact(time: str) -> None:
    assert facts(f"{time}Les avions arrivent.\n\n{time}Le bilan est de 30 euros.", "Les avions arrivent.") == [
        "30 euro"
    ]


def test_a_time_in_a_sentence_is_a_fact() -> None:
    assert facts("Il part à 10h17.", "Il part.") == ["10h17"]


def test_years_of_age_are_not_years_in_prison() -> None:
    assert "30 an prison" in facts("Le tribunal le punit de 30 ans de prison.", "Un homme de 30 ans se promenait.")


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("Deux rames se sont heurtées mardi place Flore.", "Deux trams ont eu un choc mardi place Flore."),
        (
            "Le préfet de Corlay a permis en mars huit machines.",
            "Les huit engins permis en mars par le préfet de Corlay.",
        ),
        ("The prisoner, Kyle Dempster, 34, was in Derby.", "Kyle Dempster is 34 years old."),
        ("Neuf blessés à Vire, deux rames abîmées place Flore.", "Neuf blessés par deux trams abîmés place Flore."),
        ("La ligne 2 est en travaux.", "Un suspect a été arrêté sur la ligne 2. Un suspect a été arrêté."),
        ("Il pleut depuis deux jours.", "Il pleut depuis deux journées."),
        ("The firm wants more money from April.", "The firm wants more money in April."),
    ],
)
def test_the_same_number_or_month_in_other_words_is_not_new(before: str, text: str) -> None:
    assert not {"2", "8", "34 an", "2 jour", "month 4"}.intersection(facts(text, before))


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("The Scottish government was asked.", "A minister in Scotland was asked."),
        ("Jane Doe spoke. The operator, Aerlink, waits.", "It was Jane Doe of Aerlink."),
    ],
)
def test_a_name_in_another_form_is_not_new(before: str, text: str) -> None:
    assert facts(text, before) == []


def test_a_name_of_parts_of_others_is_new() -> None:
    assert facts("It was Jane Ashe.", "It was Jane Doe. It was David Ashe.") == ["jane ashe"]


@pytest.mark.parametrize(
    ("before", "text", "fact"),
    [
        ("The Scottish sailors wait.", "The sailors wait in Edinburgh.", "edinburgh"),
        ("Les marins français attendent.", "Les marins attendent à Paris.", "paris"),
        ("Russian sailors wait.", "The sailors ask the Kremlin.", "kremlin"),
    ],
)
def test_a_town_is_not_told_by_its_country(before: str, text: str, fact: str) -> None:
    assert facts(text, before) == [fact]

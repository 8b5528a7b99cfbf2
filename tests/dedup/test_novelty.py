"""What an article brings that its story did not have."""

from dataclasses import replace

import pytest

from monitor.dedup import brought, news, read
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


def test_a_fact_of_any_article_of_the_story_is_known() -> None:
    story = [read(replace(ARTICLE, body=one)) for one in (STORY, "Le ferry ira à Toulon.")]
    assert news(read(replace(ARTICLE, body="À Toulon, le ferry sera réparé.")), story) == ()


def test_everything_is_new_to_an_empty_story() -> None:
    assert news(read(replace(ARTICLE, body="Le ferry ira à Toulon.")), []) == ("Le ferry ira à Toulon.",)

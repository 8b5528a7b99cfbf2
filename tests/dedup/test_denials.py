"""What words of denial deny, and what tells the same without them."""

import pytest
from dedup.labelled import article

from monitor.dedup import brought, read


def denials(text: str, before: str) -> list[str]:
    """What a text brings over another."""
    said, held = (read(article({"text": one, "title": "Une nouvelle"}, "a")) for one in (text, before))
    return [fact for one in brought(said, [held]) for fact in one.facts]


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("Two boxes were left unsealed.", "Two boxes had not been sealed."),
        ("The cause is unknown.", "The cause is not known."),
        ("La maternité a fermé.", "La maternité n'accueille plus personne."),
        ("Les transports sont supprimés.", "Les cars ne circulent pas."),
        ("Les transports sont supprimés.", "Il n'y a pas de ramassage."),
        ("The sprinter was suspended.", "The sprinter may not compete."),
        ("Ils n'ont plus d'électricité.", "Ils sont privés de courant."),
        ("Il conteste les faits.", "Il rejette ces accusations."),
        ("The inmate failed to return from leave.", "The inmate did not come back."),
        ("Il a une plaie légère.", "Il a une plaie sans gravité."),
        ("Le voyage du trésorier était personnel.", "Le voyage du trésorier était privé."),
        ("The judge decided.", "The judge ruled."),
    ],
)
def test_what_a_denial_says_may_be_told_without_it(before: str, text: str) -> None:
    assert denials(text, before) == []


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("Two boxes were left unsealed.", "Two boxes had not been counted."),
        ("La maternité accueille des enfants.", "La maternité n'accueille plus personne."),
        ("La maternité a fermé.", "Le docteur n'est pas mort."),
        ("The sprinter was tested.", "The sprinter may not compete."),
        ("Ils n'ont plus d'électricité.", "Ils sont privés de salaire."),
        ("Le maire présente le budget.", "Le maire rejette ces accusations."),
        ("The judge decided.", "The judge ruled out bail."),
    ],
)
def test_a_denial_of_something_else_is_news(before: str, text: str) -> None:
    assert denials(text, before) != []

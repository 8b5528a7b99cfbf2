"""The kinds of events that the words of a sentence tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.dedup.events import Event, events
from monitor.dedup.spoken import spoken


def claimed(text: str) -> set[str]:
    return {kind for one in events(spoken(text)).claims for kind in one.kinds}


def is_told(text: str, before: str) -> bool:
    return all(one.is_told(events(spoken(before)).told) for one in events(spoken(text)).claims)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Il est mort.", "He died."),
        ("Son décès a ému la ville.", "L'accident a coûté la vie à une femme : elle a été tuée."),
        ("Elle a démissionné.", "The mayor stepped down."),
        ("Un suspect a été interpellé.", "A suspect was arrested."),
        ("Le texte a été adopté.", "The bill was approved."),
        ("Les otages sont libérés.", "The prisoners were freed."),
        ("Il a été reconnu coupable.", "He was convicted."),
        ("La société a déposé le bilan.", "The firm went bankrupt."),
    ],
)
def test_verbs_nouns_and_languages_tell_the_same_event(one: str, other: str) -> None:
    assert claimed(one) & claimed(other)
    assert is_told(one, f"{other} {one}")


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("Il a été condamné.", "Il a été blanchi."),
        ("They signed the text.", "They rejected the text."),
        ("The sides agreed on fish.", "The talks collapsed."),
        ("Le suspect a été écroué.", "Le suspect a été remis en liberté."),
        ("L'école a rouvert.", "L'école a été fermée."),
        ("Deux hommes ont été blessés.", "Deux hommes ont été tués."),
        ("The fire began at noon.", "It was arson."),
    ],
)
def test_what_excludes_or_follows_an_event_is_another(before: str, text: str) -> None:
    assert not is_told(text, before)


@pytest.mark.parametrize(
    "text",
    [
        "Nobody was hurt.",
        "L'eau n'a causé la mort d'aucun habitant.",
        "He refused to resign.",
        "La dissolution est écartée.",
        "She declined to comment and refused to comment again.",
        "Le préfet a condamné la violence.",
        "The fire service praised the fire crews.",
        "Le temps mort a duré deux minutes.",
        "Il s'attaque au sommet du mont.",
        "Des élus de Limoges étaient là.",
        "The stock closed at 12 euros.",
    ],
)
def test_what_is_denied_or_only_sounds_like_an_event_claims_none(text: str) -> None:
    assert not claimed(text) - {"refusal"}


def test_a_denial_ends_with_its_clause() -> None:
    assert claimed("Nobody was hurt and a man was arrested.") == {"arrest"}


def test_what_somebody_denies_is_told_as_denied_only() -> None:
    assert not is_told("He denied murder.", "He denied fraud.")
    assert is_told("He denies the fraud.", "He is accused of fraud.")
    assert not is_told("The coach was killed.", "He denied killing the coach.")


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("Envoys discuss the liberation of the sailors.", "The sailors were freed."),
        ("Le projet de fermeture du site inquiète.", "Le site a été fermé."),
        ("The union threatens a walkout.", "The drivers have walked out."),
    ],
)
def test_what_was_aimed_at_does_not_tell_that_it_happened(before: str, text: str) -> None:
    assert not is_told(text, before)
    assert is_told(before, before)


@pytest.mark.parametrize(
    "text",
    [
        "Les habitants sont priés de fermer leurs fenêtres.",
        "Residents were asked to close their windows.",
        "A convicted driver was seen in the town.",
        "Le tribunal dira vendredi s'il est coupable.",
        "Nobody knows whether it was arson.",
        "Les opposants demandent à la justice administrative l'annulation du permis.",
        "Ils craignent le bruit et la fermeture du sentier.",
        "L'intéressé rejette ces accusations.",
    ],
)
def test_what_is_said_by_the_way_asked_or_a_question_is_no_news(text: str) -> None:
    assert [one for one in events(spoken(text)).claims if not one.weak] == []


@pytest.mark.parametrize(
    "text",
    [
        "Le ministre est prié de démissionner.",
        "Residents were told to evacuate.",
        "The robber was convicted by a jury.",
        "La famille demande justice après la mort du garçon.",
        "Le tribunal rejette le recours.",
        "Il craint le pire et un homme est mort.",
        "Convicted by a jury, he wept.",
    ],
)
def test_what_happened_or_only_few_can_do_is_news(text: str) -> None:
    assert [one for one in events(spoken(text)).claims if not one.weak]


def test_a_finite_verb_tells_more_than_what_was_aimed_at() -> None:
    assert not is_told("Aélis renonce au parc.", "Les riverains veulent qu'elle renonce.")


def close(text: str, before: str) -> bool:
    found = events(spoken(before))
    claimed = {kind for one in found.claims for kind in one.kinds}
    return all(one.is_close(claimed, found.told) for one in events(spoken(text)).claims)


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("Il a été inculpé.", "Il a été interpellé."),
        ("He was convicted.", "He was charged."),
        ("The airport was closed.", "Airlines cancelled the flights."),
        ("La ligne est coupée.", "La circulation est suspendue."),
        ("The sides signed the text.", "The sides agreed on fish."),
    ],
)
def test_what_comes_before_an_event_is_no_news_after_it(before: str, text: str) -> None:
    assert close(text, before)
    assert not is_told(text, before) or not close(before, text)


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("Il a été interpellé.", "Il a été inculpé."),
        ("He was charged.", "He was convicted."),
        ("The hearing is on Monday.", "The coach was charged."),
        ("The flights were cancelled.", "The airport was closed."),
    ],
)
def test_a_step_further_is_news(before: str, text: str) -> None:
    assert not close(text, before)


def test_a_noun_leaves_open_whether_it_happened() -> None:
    assert is_told("La fermeture du site inquiète les élus.", "Le projet de fermeture du site inquiète.")


def test_an_event_is_told_in_the_words_of_the_sentence() -> None:
    assert events(spoken("Il a été remis en liberté.")).claims == (
        Event("remis en liberte", frozenset({"release"}), happened=True),
    )


@given(
    st.lists(st.sampled_from("nobody was hurt and killed il ne fut pas mort fire service 12 shot dead to a".split()))
)
def test_what_is_claimed_is_told(words: list[str]) -> None:
    found = events(words)
    assert all(one.is_told(found.told) for one in found.claims)

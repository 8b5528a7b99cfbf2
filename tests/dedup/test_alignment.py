"""A fact of one sentence put into the sentence beside it: every word is held, and what is said is not."""

from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.dedup import place, sketch
from monitor.model import Article, Held, Published, Verdict

WHEN = datetime(2026, 1, 5, 9, tzinfo=UTC)
AROUND = {
    "fr": (
        "La réunion publique a duré deux heures dans une salle comble.",
        "Les habitants ont ensuite posé de nombreuses questions sur le calendrier des travaux.",
        "Le compte rendu sera affiché devant la mairie avec le détail des dépenses.",
    ),
    "en": (
        "The public meeting lasted two hours in a crowded hall.",
        "Residents then asked a great many questions about the schedule of the works.",
        "The minutes will be shown outside the building with the details of what was spent.",
    ),
}


def article(source: str, language: str, *said: str) -> Article:
    """Sentences among others that every article has."""
    first, *rest = AROUND[language]
    return Article(source, "1", None, "", True, first, " ".join([*said, *rest]), None, Published(), language)


def verdict(one: Article, other: Article) -> Verdict:
    before = Held(7, "story", other.source, other.guid, None, "", True, other.lede, other.body, WHEN)
    return place(one, sketch(one), [before]).verdict


def assert_say_different_things(language: str, one: tuple[str, ...], other: tuple[str, ...]) -> None:
    first, second = article("A", language, *one), article("B", language, *other)
    assert verdict(second, first) is not Verdict.DUPLICATE
    assert verdict(first, second) is not Verdict.DUPLICATE


# ---- A name put for another, which the sentence beside it has ----

ALTERED = {
    "fr, a name inside": (
        "« Rien n'est joué », a déclaré Luc Morel après la réunion de mardi.",
        "Selon {}, d'où vient l'étude, la facture s'élève à 40 millions.",
        "Claire Aubin",
        "Luc Morel",
    ),
    "fr, a name that opens the sentence": (
        "« Rien n'est joué », a déclaré Luc Morel après la réunion de mardi.",
        "{} doit l'annoncer mardi.",
        "Claire Aubin",
        "Luc Morel",
    ),
    "fr, one word that opens both sentences": (
        "Morel attend une réponse avant mardi.",
        "{} doit l'annoncer mardi.",
        "Aubin",
        "Morel",
    ),
    "fr, another first name": (
        "« Rien n'est joué », a déclaré Jean Dupont après la réunion de mardi.",
        "{} Morel doit l'annoncer mardi.",
        "Luc",
        "Jean",
    ),
    "fr, nothing else in the sentence": (
        "« Rien n'est joué », a déclaré Luc Morel après la réunion de mardi.",
        "{} ne l'a pas dit.",
        "Claire Aubin",
        "Luc Morel",
    ),
    "fr, a place": (
        "Le bateau a quitté Brest lundi avec 30 passagers à bord.",
        "L'équipage a été conduit à l'hôpital de {} par les secours.",
        "Quimper",
        "Brest",
    ),
    "en, a name inside": (
        "“Nothing is settled,” said Ann Porter after the meeting on Tuesday.",
        "The study, which comes from {}, puts the bill at 40 million.",
        "Robert Keane",
        "Ann Porter",
    ),
    "en, a name that opens the sentence": (
        "“Nothing is settled,” said Ann Porter after the meeting on Tuesday.",
        "{} is to announce it on Tuesday.",
        "Robert Keane",
        "Ann Porter",
    ),
    "en, one word that opens both sentences": (
        "Porter expects an answer before Tuesday.",
        "{} is to announce it on Tuesday.",
        "Keane",
        "Porter",
    ),
    "en, a place": (
        "The ferry left Dundee on Monday with 30 passengers on board.",
        "The crew were taken to hospital in {} by rescuers.",
        "Leeds",
        "Dundee",
    ),
}


@pytest.mark.parametrize(("name", "case"), ALTERED.items(), ids=ALTERED.keys())
@pytest.mark.parametrize("order", [1, -1], ids=["neighbour before", "neighbour after"])
def test_a_name_altered_into_that_of_a_neighbour_is_another_fact(
    name: str, case: tuple[str, str, str, str], order: int
) -> None:
    neighbour, sentence, one, other = case
    before, after = ((neighbour, sentence.format(who))[::order] for who in (one, other))
    assert_say_different_things(name[:2], before, after)


# ---- Two sentences that exchange a fact ----

EXCHANGED = {
    "fr, figures": ("Brest compte {} morts.", "Metz compte {} morts.", "3", "5"),
    "fr, figures in other sentences": ("Brest compte {} morts.", "À Metz, on en dénombre {}.", "3", "5"),
    "fr, figures in words": ("Brest compte {} morts.", "À Metz, on en dénombre {}.", "trois", "cinq"),
    "fr, figures in long sentences": (
        "Dans le port de Brest, {} marins ont été recueillis par les secours.",
        "Dans la rade de Lorient, {} plaisanciers ont été ramenés à terre.",
        "12",
        "17",
    ),
    "fr, units": ("Le pain augmente de 5 {}.", "Le lait augmente de 5 {}.", "euros", "%"),
    "fr, days": ("Le pont de Brest ferme {}.", "Le tunnel de Metz ferme {}.", "mardi", "jeudi"),
    "fr, days of a month": ("Le pont ferme le {} mars.", "Le tunnel ferme le {} mars.", "12", "14"),
    "fr, months": ("Le pont rouvrira en {}.", "Le tunnel rouvrira en {}.", "mars", "juin"),
    "fr, hours": ("Le premier train part à {}.", "Le dernier train part à {}.", "8h30", "9h15"),
    "fr, places": ("Luc Morel sera jugé à {}.", "Claire Aubin sera jugée à {}.", "Brest", "Metz"),
    "fr, places that open": ("{} accueillera la finale.", "{} accueillera les concerts.", "Brest", "Metz"),
    "fr, names": ("Le tribunal a relaxé {}.", "Le tribunal a condamné {}.", "Luc Morel", "Claire Aubin"),
    "fr, names that open": ("{} a été relaxé.", "{} a été condamné.", "Luc Morel", "Claude Aubin"),
    "fr, surnames that open": ("{} a été relaxé.", "{} a été condamné.", "Morel", "Aubin"),
    "fr, a denial": ("Le pont de Brest {} fermé.", "Le tunnel de Metz {} fermé.", "est", "n'est pas"),
    "fr, opposites": ("Le prix du pain {}.", "Le prix du lait {}.", "monte", "baisse"),
    "fr, common words": ("Le {} est fermé aux voitures.", "Le {} est réservé aux piétons.", "pont", "tunnel"),
    "en, figures": ("Leeds has {} dead.", "Dundee has {} dead.", "3", "5"),
    "en, figures in other sentences": ("Leeds has {} dead.", "In Dundee there are {}.", "3", "5"),
    "en, figures in words": ("Leeds has {} dead.", "In Dundee there are {}.", "three", "five"),
    "en, days": ("The bridge closes on {}.", "The tunnel closes on {}.", "Tuesday", "Thursday"),
    "en, months": ("The bridge reopens in {}.", "The tunnel reopens in {}.", "March", "June"),
    "en, places": ("Ann Porter will be tried in {}.", "Robert Keane will be tried in {}.", "Leeds", "Dundee"),
    "en, places that open": ("{} will host the final.", "{} will host the concerts.", "Leeds", "Dundee"),
    "en, names": ("The court cleared {}.", "The court convicted {}.", "Ann Porter", "Robert Keane"),
    "en, surnames that open": ("{} was cleared.", "{} was convicted.", "Porter", "Keane"),
    "en, a denial": ("The bridge {} closed.", "The tunnel {} closed.", "is", "is not"),
    "en, opposites": ("The price of bread {}.", "The price of milk {}.", "rose", "fell"),
    "en, common words": ("The {} is closed to cars.", "The {} is kept for walkers.", "bridge", "tunnel"),
}


@pytest.mark.parametrize(("name", "case"), EXCHANGED.items(), ids=EXCHANGED.keys())
def test_two_sentences_that_exchange_a_fact_are_other_news(name: str, case: tuple[str, ...]) -> None:
    here, there, one, other = case
    assert_say_different_things(
        name[:2], (here.format(one), there.format(other)), (here.format(other), there.format(one))
    )


TOGETHER = {
    "fr, figures": ("Brest a {} morts, Metz en a {}.", "3", "5"),
    "fr, figures in words": ("Brest a {} morts, Metz en a {}.", "trois", "cinq"),
    "fr, figures of the same things": ("On compte {} blessés à Brest et {} blessés à Metz.", "12", "17"),
    "fr, places": ("{} compte 3 morts, tandis que {} en compte 5.", "Brest", "Metz"),
    "fr, names": ("Le tribunal a relaxé {} et condamné {}.", "Luc Morel", "Claire Aubin"),
    "fr, days": ("Le pont ferme {}, le tunnel ferme {}.", "mardi", "jeudi"),
    "fr, a score": ("Le conseil de Brest a voté par {}-{} mardi.", "16", "11"),
    "fr, who receives": ("Match de coupe {} - {} mardi à huis clos.", "Lens", "Lille"),
    "en, figures": ("Leeds has {} dead, Dundee has {}.", "3", "5"),
    "en, a score": ("The council of Leeds voted {}-{} on Tuesday.", "16", "11"),
    "en, places": ("{} counts 3 dead while {} counts 5.", "Leeds", "Dundee"),
    "en, names": ("The court cleared {} and convicted {}.", "Ann Porter", "Robert Keane"),
    "en, days": ("The bridge closes on {}, the tunnel on {}.", "Tuesday", "Thursday"),
}


@pytest.mark.parametrize(("name", "case"), TOGETHER.items(), ids=TOGETHER.keys())
def test_two_facts_that_change_places_in_one_sentence_are_other_news(name: str, case: tuple[str, ...]) -> None:
    sentence, one, other = case
    assert_say_different_things(name[:2], (sentence.format(one, other),), (sentence.format(other, one),))


# ---- What stays a copy although a sentence beside it is much the same ----

REWORDED = {
    "a word put in": (
        ("Brest compte 3 morts.", "Metz compte 5 morts."),
        ("Brest compte donc 3 morts.", "Metz compte 5 morts."),
    ),
    "a figure in words": (
        ("Brest compte 3 morts.", "Metz compte 5 morts."),
        ("Brest compte trois morts.", "Metz compte cinq morts."),
    ),
    "the other order": (
        ("Brest compte 3 morts.", "Metz compte 5 morts."),
        ("Metz compte 5 morts.", "Brest compte 3 morts."),
    ),
    "joined": (
        ("Brest compte 3 morts.", "Metz compte 5 morts."),
        ("Brest compte 3 morts et Metz compte 5 morts.",),
    ),
    "a name put for a pronoun": (
        ("Luc Morel a visité le chantier de Brest avec les élus.", "Il doit l'annoncer mardi."),
        ("Luc Morel a visité le chantier de Brest avec les élus.", "Luc Morel doit l'annoncer mardi."),
    ),
    "another verb": (
        ("Luc Morel a visité le chantier de Brest avec les élus.", "Claire Aubin y reviendra mardi."),
        ("Luc Morel a parcouru le chantier de Brest avec les élus.", "Claire Aubin y reviendra mardi."),
    ),
}


@pytest.mark.parametrize(("one", "other"), REWORDED.values(), ids=REWORDED.keys())
def test_a_sentence_reworded_beside_one_much_the_same_is_still_a_copy(
    one: tuple[str, ...], other: tuple[str, ...]
) -> None:
    assert verdict(article("B", "fr", *other), article("A", "fr", *one)) is Verdict.DUPLICATE


# ---- Any of some sentences, whatever their facts and however they are edited ----

SENTENCES = {
    "fr": (
        "Le port de {place} a perdu {number} bateaux, dit {name}.",
        "{name} reviendra {day} à {place}.",
        "{name} attend {number} réponses avant {day}.",
        "À {place}, {number} personnes seront reçues {day} par {name}.",
        "{place} recevra {number} élèves {day}.",
        "{name} n'ira pas à {place} {day}.",
        "« C'est trop », a dit {name} à {place}.",
    ),
    "en": (
        "The port of {place} has lost {number} boats, says {name}.",
        "{name} returns to {place} on {day}.",
        "{name} expects {number} answers before {day}.",
        "In {place}, {number} people will be seen by {name} on {day}.",
        "{place} is to take {number} pupils on {day}.",
        "{name} will not go to {place} on {day}.",
        "“It is too much,” {name} said in {place}.",
    ),
}
FACTS = {
    "place": "Brest Quimper Leeds Dundee".split(),
    "name": ["Luc Morel", "Claire Aubin", "Ann Porter", "Jean Morel", "Oriane"],
    "day": [],
    "number": "12 17 40 63".split(),
}
DAYS = {"fr": "lundi mardi jeudi samedi".split(), "en": "Monday Tuesday Thursday Saturday".split()}
EDITS = {
    "fr": (("{}", "{}"), (" à ", " donc à "), (".", " encore."), ("reviendra", "retournera"), ("perdu", "bien perdu")),
    "en": (("{}", "{}"), (" to ", " then to "), (".", " again."), ("returns", "goes back"), ("has lost", "lost")),
}


@given(st.data(), st.sampled_from(sorted(SENTENCES)))
def test_a_fact_put_in_from_anywhere_is_no_copy_however_it_is_edited(data: st.DataObject, language: str) -> None:
    pool = {**FACTS, "day": DAYS[language]}
    shapes = data.draw(st.lists(st.sampled_from(SENTENCES[language]), min_size=2, max_size=4))
    facts = [{kind: data.draw(st.sampled_from(some)) for kind, some in pool.items()} for _ in shapes]
    at = data.draw(st.integers(0, len(shapes) - 1))
    kind = data.draw(st.sampled_from([one for one in pool if f"{{{one}}}" in shapes[at]]))
    other = data.draw(st.sampled_from([one for one in pool[kind] if one != facts[at][kind]]))
    edit = data.draw(st.sampled_from(EDITS[language]))
    said = [shape.format(**one) for shape, one in zip(shapes, facts, strict=True)]
    changed = [*said[:at], shapes[at].format(**{**facts[at], kind: other}), *said[at + 1 :]]
    first, second = article("A", language, *said), article("B", language, *(one.replace(*edit) for one in changed))
    if changed[at] not in said:
        assert verdict(second, first) is not Verdict.DUPLICATE
    if said[at] not in changed:
        assert verdict(first, second) is not Verdict.DUPLICATE


@given(st.data(), st.sampled_from(sorted(SENTENCES)))
def test_two_sentences_that_exchange_any_fact_are_no_copy(data: st.DataObject, language: str) -> None:
    pool = {**FACTS, "day": DAYS[language]}
    shapes = data.draw(st.lists(st.sampled_from(SENTENCES[language]), min_size=2, max_size=2, unique=True))
    kind = data.draw(
        st.sampled_from([one for one in pool if all(f"{{{one}}}" in shape for shape in shapes)] or ["none"])
    )
    assume(kind != "none")
    facts = [{one: data.draw(st.sampled_from(some)) for one, some in pool.items()} for _ in shapes]
    assume(facts[0][kind] != facts[1][kind])
    crossed = [{**one, kind: other[kind]} for one, other in zip(facts, reversed(facts), strict=True)]
    said, changed = (
        [shape.format(**one) for shape, one in zip(shapes, some, strict=True)] for some in (facts, crossed)
    )
    assert_say_different_things(language, tuple(said), tuple(changed))

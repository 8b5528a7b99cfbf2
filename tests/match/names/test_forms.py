"""Actors: how else a name may be written, and what is no name."""

from __future__ import annotations

import pytest

from monitor.match.names.declension import declined
from monitor.match.names.givennames import other_forms
from monitor.match.names.romanisation import romanised

LAVROV = "{x: {name: Сергей Лавров, kind: person, aliases: [Лавров]}}"


@pytest.mark.parametrize(
    "text",
    [
        "Лавров", "Лаврова", "Лаврову", "Лавровым", "Лаврове", "ЛАВРОВА", "Сергея Лаврова", "Lavrov", "Lavrow",
        "Lawrow", "Lavroff", "LAVROV", "Sergej Lawrow", "S.V. Lavrov", "С. В. Лавров", "М.Лавров", "M.Lavrov",
        "S. Lavrov", "Sergei W. Lawrow",
    ],
)  # fmt: skip
def test_a_cyrillic_alias_finds_its_cases_and_its_romanisations(found, text):
    assert found("{actor: x}", f"le ministre {text} parle", actors=LAVROV)


@pytest.mark.parametrize("text", ["lavrov", "lawrow", "лаврова", "Lavrovna", "Lavroviste", "Лавровой", "Лавровский"])
def test_another_form_needs_its_capital_and_its_end(found, text):
    assert found("{actor: x}", f"le mot {text} ici", actors=LAVROV) is None


def test_a_name_as_written_needs_no_capital(found):
    assert found("{actor: x}", "сказал лавров", actors=LAVROV) == ["лавров"]


@pytest.mark.parametrize(
    ("written", "forms"),
    [
        ("Лавров", "lavrov lavrow lavroff lawrow"),
        ("Горбачёв", "gorbachev gorbatchev gorbatschow gorbachov gorbaczow"),
        ("Ельцин", "eltsin eltsine yeltsin jelzin"),
        ("Хрущёв", "khrushchev khrouchtchev chruschtschow"),
        ("Шойгу", "shoigu shoygu choigou schoigu"),
        ("Лукашенко", "loukachenko lukashenko lukaschenko lukaszenko loukashenko"),
        ("Зеленський", "zelensky zelenski zelenskyy selenskyj"),
        ("Сергей", "sergei sergey sergej serguei"),
        ("Дмитрий", "dmitri dmitry dmitrij"),
        ("Евгений", "evgueni yevgeny jewgeni evgeny"),
        ("Володимир", "volodymyr wolodymyr volodimir"),
        ("Максим", "maksim maxim"),
        ("Николаев", "nikolaev nikolayev nikolajew nikolaiev"),
        ("Герасимов", "gerasimov guerassimov gerassimow herasymov"),
    ],
)
def test_the_usual_romanisations_are_known(written, forms):
    assert set(forms.split()) <= set(romanised(written))


@pytest.mark.parametrize("written", ["", "Lavrov", "Лавроv", "Лавров2", "Θ"])
def test_only_whole_cyrillic_words_are_romanised(written):
    assert romanised(written) == ()


@pytest.mark.parametrize(
    ("written", "forms"),
    [
        ("Лавров", "лаврова лаврову лавровым лаврове"),
        ("Захарова", "захаровой захарову"),
        ("Песков", "пескова пескову песковым"),
        ("Путин", "путина путину путиным путине"),
        ("Блинкен", "блинкена блинкену блинкеном блинкене"),
        ("Сергей", "сергея сергею сергеем"),
        ("Дмитрий", "дмитрия дмитрию дмитрием"),
        ("Ковальский", "ковальского ковальскому ковальским"),
        ("Толстой", "толстого толстому толстым"),
        ("Тихановская", "тихановской тихановскую"),
        ("Игорь", "игоря игорю игорем"),
        ("Обама", "обамы обаме обаму обамой"),
        ("Россия", "россии россию россией"),
        ("Павел", "павла павлу павлом"),
    ],
)
def test_names_are_declined(written, forms):
    assert set(forms.split()) <= set(declined(written))


@pytest.mark.parametrize("written", ["НАТО", "США", "Порошенко", "Lavrov", "Саркози", "Я", ""])
def test_what_has_no_cases_has_none(written):
    assert declined(written) == ()


@pytest.mark.parametrize(
    ("alias", "texts"),
    [
        ("Bachar al-Assad", ["Bachar el-Assad", "Bachar Al Assad", "Bachar Assad", "Bachar Alassad", "B. al-Assad"]),
        ("al-Assad", ["el Assad", "Al-Assad", "Alassad", "El-Assad"]),
        ("al-Sissi", ["as-Sissi", "el-Sissi"]),
        ("Mohammed ben Salmane", ["Mohammed bin Salmane", "Mohammed Ben Salmane"]),
        ("Kim Jong-un", ["Kim Jong Un", "Kim Jongun", "KIM JONG-UN"]),
        ("Jean-Luc Mélenchon", ["Jean Luc Melenchon", "J.-L. Mélenchon", "J.L. Mélenchon"]),
        ("Bruno Le Maire", ["Bruno Lemaire", "B. Le Maire"]),
        ("Charles Michel", ["Ch. Michel", "C. Michel"]),
        ("Joe Biden", ["Joe R. Biden", "J.R. Biden", "J.Biden"]),
        ("Dominique de Villepin", ["Dominique De Villepin", "D. de Villepin"]),
    ],
)
def test_particles_hyphens_and_initials_may_vary(found, alias, texts):
    actors = f"{{x: {{name: {alias}, kind: person}}}}"
    for text in texts:
        assert found("{actor: x}", f"le cas {text} ici", actors=actors) == [text], text


@pytest.mark.parametrize(
    ("alias", "text"),
    [
        ("al-Assad", "Assad"),  # only with an alias of its own
        ("Michel Barnier", "M. Barnier"),  # Monsieur, of whatever given name
        ("Sergueï Lavrov", "s. Lavrov"),
        ("Antony Blinken", "À Blinken"),
        ("Antony Blinken", "A Blinken"),
        ("Bruno Le Maire", "Lemaire"),
        ("Sergueï Lavrov", "T. Lavrov"),
        ("Bachar al-Assad", "al Bachar"),
    ],
)
def test_what_the_alias_does_not_allow_is_not_found(found, alias, text):
    assert found("{actor: x}", f"le cas {text} ici", actors=f"{{x: {{name: {alias}, kind: person}}}}") is None


def test_only_persons_have_given_names_and_initials(found):
    assert found("{actor: x}", "l'U. européenne", actors="{x: {name: Union européenne}}") is None
    assert found("{actor: x}", "A. Blinken", actors="{x: {name: Antony Blinken}}") is None


def test_with_fuzzy_a_given_name_may_stand_in_its_other_forms(found):
    actors = "{x: {name: Antony Blinken, kind: person, fuzzy: 1}, y: {name: Antony Blinken, kind: person}}"
    for text in ("Antoine Blinken", "Anthony Blinken", "Antoine Blinkin", "Tony Blinken"):
        assert found("{actor: x}", f"dit {text} hier", actors=actors) == [text]
    assert found("{actor: x}", "dit Marie Blinken hier", actors=actors) is None
    assert found("{actor: y}", "dit Antoine Blinken hier", actors=actors) is None
    assert "anthony" in other_forms("antoine")


ORDINARY = (
    "{p: {name: Poutine, fuzzy: 1}, m: {name: Macron, fuzzy: 1}, b: {name: Biden, fuzzy: 1}, i: {name: Iran, fuzzy: 1}}"
)


@pytest.mark.parametrize(
    "text",
    ["Routine du matin.", "Marron glacé.", "MARRON", "Bidon plein.", "L'Irak.", "Le Marron", "Macaron", "Marrons"],
)
def test_an_ordinary_word_is_no_slip_of_a_name(found, text):
    assert found("{actor: [p, m, b, i]}", text, actors=ORDINARY) is None


def test_nor_is_a_word_that_the_article_also_writes_small(found):
    assert found("{actor: m}", "Macrol pour tous.", actors=ORDINARY) == ["Macrol"]
    assert found("{actor: m}", "Macrol pour tous. Le macrol coûte cher.", actors=ORDINARY) is None


def test_nor_is_a_given_name(found):
    assert found("{actor: x}", "Michael parle.", actors="{x: {name: Michel, fuzzy: 1}}") is None


def test_beside_another_long_word_of_the_name_an_ordinary_word_is_a_slip(found):
    actors = "{x: {name: Emmanuel Macron, fuzzy: 1}, y: {name: Le Maire, fuzzy: 1}}"
    assert found("{actor: x}", "Emmanuel Marron parle.", actors=actors) == ["Emmanuel Marron"]
    assert found("{actor: y}", "Le Faire ou non.", actors=actors) is None


def test_a_phrase_is_not_guarded(found):
    assert found("{phrase: Macron, fuzzy: 1}", "marron") == ["marron"]


def test_a_name_that_begins_with_a_particle_may_slip_behind_it(found):
    actors = "{x: {name: von der Leyen, fuzzy: 1}}"
    assert found("{actor: x}", "selon von der Layen hier", actors=actors) == ["von der Layen"]
    assert found("{actor: x}", "selon von der layen hier", actors=actors) is None


def test_short_and_ordinary_romanisations_do_not_stand_alone(found):
    actors = "{x: {name: Ким Чен Ын, kind: person, aliases: [Ким]}, y: {name: Марин, kind: person}}"
    assert found("{actor: x}", "Kim parle", actors=actors) is None
    assert found("{actor: x}", "Kim Tchen Yn", actors=actors) == ["Kim Tchen Yn"]
    assert found("{actor: y}", "Marin de métier", actors=actors) is None


def test_with_case_a_name_has_no_other_forms(found):
    actors = "{x: {name: Лавров, kind: person, case: true}}"
    assert found("{actor: x}", "Лаврова и Lavrov", actors=actors) is None


def test_other_words_may_stand_between_the_forms_of_a_name(found):
    actors = "{x: {name: Сергей Лавров, kind: person, slop: 1, fuzzy: 1}}"
    assert found("{actor: x}", "avec Sergej Viktorovitch Lawrow hier", actors=actors) == ["Sergej Viktorovitch Lawrow"]

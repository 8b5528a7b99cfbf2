"""Duplicate, update or new: a copy adds nothing, and nothing that adds something is a copy."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.dedup import place, sketch
from monitor.model import Article, Held, Placement, Published, Verdict

WHEN = datetime(2026, 1, 5, 9, tzinfo=UTC)
LEDE = "Le ministre des Transports a annoncé lundi la reprise du trafic sur la ligne du littoral."
BODY = (
    "Les premiers trains circuleront dès mercredi entre Nantes et Quimper. La réparation du viaduc a coûté 14 millions "
    "d'euros.\n\nLes syndicats demandent encore des garanties sur les effectifs. Aucune date n'est fixée pour le fret."
)
ARTICLE = Article(
    "A", "1", "https://a.example/1", "La ligne du littoral rouvre", False, LEDE, BODY, None, Published(), "fr"
)


def held(article: Article, ident: int = 7) -> Held:
    return Held(
        ident,
        "story",
        article.source,
        article.guid,
        article.url,
        article.title,
        article.title_derived,
        article.lede,
        article.body,
        WHEN,
    )


def placed(article: Article, *others: Article) -> Placement:
    return place(article, sketch(article), [held(other, index) for index, other in enumerate(others)])


def elsewhere(article: Article, **changes: object) -> Article:
    """The same words at another source and address."""
    return replace(article, source="B", guid="9", url="https://b.example/9", **changes)


COPIES = {
    "other address": elsewhere(ARTICLE),
    "capitals": elsewhere(ARTICLE, title=ARTICLE.title.upper()),
    "no accents": elsewhere(ARTICLE, body=BODY.replace("é", "e")),
    "other quotes and dashes": elsewhere(ARTICLE, body=BODY.replace("'", "’").replace("-", "\u2011")),
    "other white space": elsewhere(ARTICLE, body=BODY.replace(" ", "\u00a0 ")),
    "cut after a paragraph": elsewhere(ARTICLE, body=BODY.split("\n\n", maxsplit=1)[0]),
    "cut in a sentence": elsewhere(ARTICLE, body="Les premiers trains circuleront dès mercredi entre..."),
    "only the lede": elsewhere(ARTICLE, body=""),
    "only the headline": elsewhere(ARTICLE, lede="", body=""),
    "paragraphs reordered": elsewhere(ARTICLE, body="\n\n".join(reversed(BODY.split("\n\n")))),
    "without headline": elsewhere(ARTICLE, title=LEDE, title_derived=True),
    "other headline, nothing new in it": elsewhere(ARTICLE, title="Reprise du trafic mercredi sur la ligne"),
}


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES.keys())
def test_a_copy_is_a_duplicate(copy: Article) -> None:
    placement = placed(copy, ARTICLE)
    assert (placement.verdict, placement.story, placement.of) == (Verdict.DUPLICATE, "story", 0)


DIFFERENT = {
    "one figure": elsewhere(ARTICLE, body=BODY.replace("14 millions", "15 millions")),
    "one name": elsewhere(ARTICLE, body=BODY.replace("Quimper", "Brest")),
    "a negation": elsewhere(ARTICLE, body=BODY.replace("circuleront", "ne circuleront pas")),
    "a headline with another name": elsewhere(ARTICLE, title="La ligne du Cotentin rouvre"),
    "a headline with a figure": elsewhere(ARTICLE, title="La ligne du littoral rouvre après 3 ans"),
    "the same template": elsewhere(ARTICLE, title="Quel temps est prévu à Caen", lede="", body=""),
}


@pytest.mark.parametrize("other", DIFFERENT.values(), ids=DIFFERENT.keys())
def test_what_says_something_else_is_never_a_duplicate(other: Article) -> None:
    assert placed(other, ARTICLE).verdict is not Verdict.DUPLICATE
    assert placed(replace(other, source="A", guid="8"), ARTICLE).verdict is Verdict.NEW


def test_a_template_with_another_place_is_new() -> None:
    caen = elsewhere(ARTICLE, title="Quel temps est prévu à Caen ?", lede="", body="")
    lo = replace(caen, guid="10", url="https://b.example/10", title="Quel temps est prévu à Saint-Lô ?")
    assert placed(lo, caen).verdict is Verdict.NEW


def test_a_short_text_under_another_headline_is_not_taken_for_a_copy() -> None:
    held_one = replace(ARTICLE, lede="Retrouvez nos prévisions.", body="", title="Caen et Nantes : du soleil")
    other = elsewhere(held_one, title="Nantes : du soleil")
    assert placed(other, held_one).verdict is Verdict.NEW


def test_a_later_version_is_an_update_and_tells_what_is_new() -> None:
    added = "Le président de région Luc Morel parle d'un succès. C'est une bonne chose pour tous."
    placement = placed(replace(ARTICLE, body=f"{BODY}\n\n{added}"), ARTICLE)
    assert placement.verdict is Verdict.UPDATE
    assert placement.news == ("Le président de région Luc Morel parle d'un succès.",)


def test_wire_copy_that_grew_elsewhere_is_an_update() -> None:
    grown = elsewhere(ARTICLE, body=f"{BODY}\n\nLe fret reprendra en mars, selon la SNCF.")
    assert placed(grown, ARTICLE).verdict is Verdict.UPDATE


@pytest.mark.parametrize(
    ("number", "verdict"), [("douze", Verdict.UPDATE), ("une douzaine de", Verdict.UPDATE), ("treize", Verdict.NEW)]
)
def test_wire_copy_that_grew_has_the_numbers_of_before(number: str, verdict: Verdict) -> None:
    before = replace(ARTICLE, body=f"{BODY} Ils ont déposé 12 demandes au conseil de la région lundi soir.")
    body = before.body.replace("12", number)
    grown = elsewhere(ARTICLE, body=f"{body}\n\nLe maire de Quimper, Paul Kerbrat, a salué 2 000 riverains.")
    assert placed(grown, before).verdict is verdict


def test_a_new_version_may_take_something_back() -> None:
    corrected = replace(ARTICLE, body=BODY.replace("14 millions", "41 millions"))
    assert placed(corrected, ARTICLE).verdict is Verdict.UPDATE


def test_another_text_under_a_reused_id_is_another_article() -> None:
    other = replace(ARTICLE, title="Finale de handball ce soir", lede="Brest reçoit Metz au complet.", body="")
    assert placed(other, ARTICLE).verdict is Verdict.NEW


def test_articles_that_link_to_the_front_page_are_not_versions_of_one_another() -> None:
    first = replace(
        ARTICLE, url="https://a.example/", guid="1", title="Prévisions de la semaine, première partie", body=""
    )
    second = replace(
        first, guid="2", title="Prévisions de la semaine, deuxième partie", lede=f"Suite. {LEDE[:40]} non."
    )
    assert placed(second, first).verdict is Verdict.NEW


@pytest.mark.parametrize("url", ["http://[", "http://[x", "https://a.example", "//", ""])
def test_a_broken_address_is_that_of_no_article(url: str) -> None:
    first = replace(ARTICLE, url=url, title="Prévisions de la semaine, première partie", body="")
    second = replace(first, guid="2", title="Prévisions de la semaine, deuxième partie", lede=f"Suite. {LEDE[:40]}.")
    assert placed(second, first).verdict is Verdict.NEW


def test_a_query_can_be_the_address_of_an_article() -> None:
    first = replace(ARTICLE, url="https://a.example/?p=12")
    assert placed(replace(first, guid="2", body=f"{BODY}\n\nUne phrase de plus."), first).verdict is Verdict.UPDATE


def test_a_rewording_is_a_copy() -> None:
    reworded = replace(ARTICLE, body=BODY.replace("La réparation du viaduc a coûté", "Réparer le viaduc aura coûté"))
    assert placed(reworded, ARTICLE).verdict is Verdict.DUPLICATE


def test_an_update_that_only_talks_brings_no_news() -> None:
    longer = replace(ARTICLE, body=f"{BODY}\n\nTout cela se fera peu à peu et dans le calme, comme on le souhaitait.")
    placement = placed(longer, ARTICLE)
    assert (placement.verdict, placement.news) == (Verdict.UPDATE, ())


def test_a_new_article_opens_the_story_of_its_content_in_every_run() -> None:
    assert placed(ARTICLE).story == placed(elsewhere(ARTICLE)).story
    assert placed(ARTICLE).story != placed(elsewhere(ARTICLE, title="Autre titre")).story


sentence = st.lists(
    st.sampled_from("Paris Londres accord gaz 12 2025 non la visite commence demain encore prix".split()),
    min_size=4,
    max_size=9,
).map(lambda found: " ".join(found).capitalize() + ".")
# Each sentence with a figure of its own: a text with one more of them says more.
told = st.lists(st.tuples(sentence, st.integers(100, 999)), min_size=1, max_size=6, unique_by=lambda one: one[1]).map(
    lambda found: [f"{said[:-1]} avec {number} amis." for said, number in found]
)
texts = st.lists(sentence, min_size=1, max_size=6, unique_by=str.casefold)


@given(texts, st.randoms(use_true_random=False))
def test_the_same_sentences_are_a_duplicate_in_either_order(said: list[str], random: object) -> None:
    shuffled = [*said]
    random.shuffle(shuffled)
    one = replace(ARTICLE, title="", lede="", body=" ".join(said))
    other = elsewhere(one, body=" ".join(shuffled))
    assert placed(other, one).verdict is Verdict.DUPLICATE
    assert placed(one, other).verdict is Verdict.DUPLICATE


@given(told, st.integers(1, 5))
def test_more_after_less_is_no_duplicate_and_less_after_more_is(said: list[str], cut: int) -> None:
    more = replace(ARTICLE, title="", lede="", body=" ".join(said))
    less = elsewhere(more, body=" ".join(said[:cut]))
    assert placed(less, more).verdict is Verdict.DUPLICATE
    if len(said) > cut:
        assert placed(more, less).verdict is not Verdict.DUPLICATE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CAC 40 : +1,2 % à la clôture", "CAC 40 : -1,2 % à la clôture"),
        ("Le billet augmente de 5 % au printemps", "Le billet augmente de 5 € au printemps"),
    ],
)
def test_a_sign_or_a_unit_makes_another_figure(one: str, other: str) -> None:
    first = replace(ARTICLE, title=one, lede="", body="")
    assert placed(elsewhere(first, title=other), first).verdict is not Verdict.DUPLICATE


def test_other_punctuation_alone_is_a_copy() -> None:
    first = replace(ARTICLE, title="", lede="À Paris. Le vote des députés attendra mardi soir.", body="")
    assert placed(elsewhere(first, lede="À Paris, le vote des députés attendra mardi soir"), first).verdict is (
        Verdict.DUPLICATE
    )


def test_a_fact_that_another_article_of_the_story_told_is_no_news() -> None:
    told = elsewhere(ARTICLE, body=f"{BODY}\n\nDouze agents de Quimperlé ont été blessés, dont 3 gravement.")
    later = replace(ARTICLE, body=f"{BODY}\n\nOn compte aussi 3 blessés graves parmi les agents de Quimperlé.")
    assert placed(later, ARTICLE).news
    assert placed(later, ARTICLE, told).news == ()


def test_a_denial_of_what_was_held_is_news() -> None:
    denied = "Les premiers trains ne circuleront pas dès mercredi entre Nantes et Quimper."
    corrected = replace(ARTICLE, body=BODY.replace("circuleront", "ne circuleront pas"))
    assert placed(corrected, ARTICLE).news == (denied,)


def test_symbols_that_are_no_words_break_nothing() -> None:
    placement = placed(replace(ARTICLE, body=f"{BODY}\n\nAlors (ﾟ∀ﾟ) dit Luc."), ARTICLE)
    assert placement.verdict is Verdict.UPDATE


# ---- Short texts, where one word can be all the news ----

SAID = {
    "who did it": ("Le maire a dit que son adjoint a démissionné.", "Le maire a démissionné."),
    "the score": ("Lens - Lille : 2-1", "Lens - Lille : 1-2"),
    "who won": ("Lens a battu Lille samedi en finale.", "Lille a battu Lens samedi en finale."),
    "each its figure": ("Caen : 12 degrés, Rouen : 14 degrés demain.", "Caen : 14 degrés, Rouen : 12 degrés demain."),
    "the verb": ("Le tribunal a condamné Luc Morel jeudi.", "Le tribunal a relaxé Luc Morel jeudi."),
    "the ordinal": ("Le troisième suspect a été arrêté à Brest.", "Le quatrième suspect a été arrêté à Brest."),
    "not any more": ("Le pont de Brest est ouvert aux camions.", "Le pont de Brest n'est plus ouvert aux camions."),
    "by so much": ("The price of bread rose by 3 percent in May.", "The price of bread fell by 3 percent in May."),
    "another country": ("L'Irlande a signé le traité lundi à Rome.", "L'Islande a signé le traité lundi à Rome."),
    "where it was written": ("LYON - Le ciel sera couvert demain.", "NICE - Le ciel sera couvert demain."),
}


@pytest.mark.parametrize(("before", "text"), SAID.values(), ids=SAID.keys())
def test_a_brief_with_another_meaning_is_new(before: str, text: str) -> None:
    first = replace(ARTICLE, title="", lede=before, body="")
    assert placed(elsewhere(first, lede=text), first).verdict is Verdict.NEW


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("Volodymyr Zelensky reçu à Paris par douze ministres", "Volodymyr Zelenskiy reçu à Paris par 12 ministres"),
        ("L’Otan « réfléchit » – encore – à l’Ukraine", "L'OTAN \"réfléchit\" - encore - à l'Ukraine"),
        ("Ferry échoué près de Bastia, 64 passagers évacués", "FERRY ÉCHOUÉ PRÈS DE BASTIA, 64 PASSAGERS ÉVACUÉS"),
    ],
)
def test_a_headline_alone_may_be_spelt_otherwise(before: str, text: str) -> None:
    first = replace(ARTICLE, title=before, lede="", body="")
    assert placed(elsewhere(first, title=text), first).verdict is Verdict.DUPLICATE


def test_the_episodes_of_a_series_under_one_text_are_several_articles() -> None:
    first = replace(ARTICLE, title="Le mystère des anguilles")
    second = replace(first, guid="2", url=None, title="La lune et le boulanger")
    assert placed(second, first).verdict is Verdict.NEW
    assert placed(elsewhere(first, title="Trains : le trafic reprend mercredi"), first).verdict is Verdict.DUPLICATE


def test_the_report_to_a_flash_is_an_update() -> None:
    flash = replace(ARTICLE, title="Séisme de magnitude 6,4 dans le nord du Chili", lede="", body="")
    assert placed(elsewhere(flash, lede=LEDE, body=BODY), flash).verdict is Verdict.UPDATE
    rubric = replace(flash, title="Le dessin du jour, vu par nous")
    assert placed(elsewhere(rubric, lede=LEDE, body=BODY), rubric).verdict is Verdict.NEW


def test_an_edited_copy_is_found_and_named_so() -> None:
    edited = BODY.replace("circuleront dès mercredi entre", "rouleront, dès mercredi, de").replace(
        "demandent", "veulent"
    )
    placement = placed(elsewhere(ARTICLE, body=edited), ARTICLE)
    assert placement.because == "is a lightly edited copy of article 0"


def test_a_near_copy_tells_what_the_held_article_lacks() -> None:
    other = elsewhere(ARTICLE, body=BODY.replace("14 millions", "15 millions"))
    assert placed(other, ARTICLE).because == (
        "nothing held says the same; nearest is article 0, which lacks 15000000 euro"
    )


def test_a_held_article_that_shares_little_is_not_read() -> None:
    other = replace(ARTICLE, guid="3", url=None, title="Handball", lede="Brest reçoit Metz au complet dimanche.")
    other = replace(other, body="L'équipe affronte ensuite successivement Ljubljana, Bucarest, Copenhague et Budapest.")
    assert placed(other, ARTICLE).because == "nothing held says the same"


TYPOGRAPHIES = [
    lambda text: text,
    str.upper,
    lambda text: text.replace("'", "’"),
    lambda text: text.replace("é", "e").replace("è", "e"),
    lambda text: text.replace(" ", "\u00a0"),
    lambda text: text.replace("14", "quatorze"),
]


@given(st.permutations(range(len(TYPOGRAPHIES))))
def test_which_of_several_copies_comes_first_changes_nothing(order: list[int]) -> None:
    copies = [
        replace(
            ARTICLE, source=f"S{one}", url=None, title=TYPOGRAPHIES[one](ARTICLE.title), body=TYPOGRAPHIES[one](BODY)
        )
        for one in order
    ]
    assert placed(copies[0]).verdict is Verdict.NEW
    for count, copy in enumerate(copies[1:], 1):
        assert placed(copy, *copies[:count]).verdict is Verdict.DUPLICATE
        assert placed(copy).story == placed(copies[0]).story


@given(told, st.integers(1, 5))
def test_less_then_more_is_an_update_that_brings_what_is_more(said: list[str], cut: int) -> None:
    kept = [*BODY.split("\n\n"), *said[:cut]]
    less = replace(ARTICLE, body=" ".join(kept))
    more = elsewhere(ARTICLE, body=" ".join([*kept, *said[cut:], "Le maire de Quimperlé, Luc Morel, est satisfait."]))
    assert placed(less, more).verdict is Verdict.DUPLICATE
    placement = placed(more, less)
    assert placement.verdict is Verdict.UPDATE
    assert "Le maire de Quimperlé, Luc Morel, est satisfait." in placement.news


def test_a_short_text_that_names_one_person_twice_is_found_inside_a_longer_one() -> None:
    short = (
        "Qu'en sera-t-il des onze bateaux du port de Brest ? Luc Morel doit l'annoncer lundi.",
        "Aïcha Benkirane a dit que le port de Brest perd 12 bateaux sur 40.",
        "Lundi, Aïcha Benkirane juge « peu clair » le plan du port avant 2030.",
    )
    added = (
        "Le maire de Quimperlé a reçu lundi six cents délégués du personnel à la mairie.",
        "« Nous attendons toujours une réponse », a déclaré le délégué après une discussion de deux heures.",
    )
    first = replace(ARTICLE, lede=short[0], body="\n\n".join(short[1:]))
    later = elsewhere(first, lede=added[0], body="\n\n".join([added[1], *short]))
    assert placed(first, later).verdict is Verdict.DUPLICATE
    assert placed(later, first).verdict is Verdict.UPDATE


TOLD = (
    "Le bateau a quitté Sfax jeudi avec 45 personnes à bord, selon la préfecture d'Agrigente. "
    "Son naufrage a été signalé par un pêcheur de l'île de Lampedusa. "
    "Le ministre italien a démenti avoir retardé les secours dans la nuit de mercredi. "
    "Les rescapés viennent de Guinée et ont été conduits au centre d'accueil de Lampedusa."
)


def test_another_word_at_the_head_of_a_headline_that_names_nobody_makes_a_copy() -> None:
    before = replace(ARTICLE, title="Naufrage au large de Lampedusa", title_derived=False, body=TOLD)
    copy = replace(before, source="B", guid="2", title="Drame au large de Lampedusa")
    assert place(copy, sketch(copy), [held(before)]).verdict is Verdict.DUPLICATE


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("avoir retardé les secours", "connaître le capitaine"),
        ("a quitté Sfax", "a incendié Sfax"),
        ("ont été conduits au", "ont été expulsés du"),
        ("accueil de Lampedusa.", "accueil de Lampedusa. Deux passeurs ont été arrêtés."),
    ],
)
def test_another_predicate_in_a_copy_is_no_duplicate(old: str, new: str) -> None:
    before = replace(ARTICLE, title="Naufrage au large de Lampedusa", title_derived=False, body=TOLD)
    changed = replace(before, source="B", guid="2", body=TOLD.replace(old, new))
    assert place(changed, sketch(changed), [held(before)]).verdict is not Verdict.DUPLICATE

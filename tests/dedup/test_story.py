"""Which story an article belongs to: by what it names, when it is told, and what came before."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from dedup.archive import LIMITS, NOW, Archive, titled
from hypothesis import given
from hypothesis import strategies as st

from monitor.dedup.story import (
    Choice,
    Limits,
    choose,
    fits,
    rank,
    suspects,
    weigh,
)
from monitor.dedup.traits import TRAITS, profile
from monitor.model import CANDIDATES, HOLDERS, Article, Candidate, Holding, Precision, Published, StoryHeld

FIRE = titled(
    "Incendie à la cartonnerie Delbosc de Redon",
    "Un incendie a ravagé mardi la cartonnerie Delbosc, rue du Port à Redon. Quarante pompiers ont été mobilisés.",
)
OTHER_DESK = titled(
    "Redon : la cartonnerie Delbosc détruite par les flammes",
    "Il ne reste rien de la cartonnerie Delbosc. Le maire de Redon, Yann Corlay, s'est rendu mardi rue du Port.",
)
VOTE = titled(
    "Le Parlement danois adopte la taxe carbone agricole",
    "Les députés ont voté mercredi à Copenhague une taxe sur les émissions des élevages, première du genre.",
)


DAY = Published.day(2026, 3, 1)
MARCH = Published.month(2026, 3)
APRIL = Published.month(2026, 4)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def second(text: str) -> Published:
    return Published(moment(text), Precision.SECOND)


def stories(*articles: Article, limits: Limits = LIMITS) -> list[str]:
    archive = Archive(limits)
    for article in articles:
        archive.take(article)
    return archive.placed


def held(
    id_: str = "s", first: str | None = "2026-03-01T12:00", last: str | None = None, **known: datetime
) -> StoryHeld:
    begun = moment(first) if first else None
    return StoryHeld(id_, 1, 1, begun, moment(last) if last else begun, **known)


def test_two_desks_on_one_event_share_a_story_and_the_reason_names_the_evidence() -> None:
    archive = Archive()
    archive.take(VOTE)
    archive.take(FIRE)
    choice = archive.take(OTHER_DESK)
    assert choice.story == archive.placed[1] != archive.placed[0]
    assert {"Delbosc", "Redon"} <= {one.word for one in choice.shared if one.kind == "name"}
    assert "Delbosc" in choice.because
    assert "needed" in choice.because


def test_an_article_about_something_else_opens_a_story_and_says_what_was_nearest() -> None:
    archive = Archive()
    assert archive.take(FIRE).because == "no story shares enough"
    assert archive.take(VOTE).story is None
    choice = archive.take(titled("Redon accueille le championnat de Bretagne de boules"))
    assert choice.story is None
    assert f"nearest is story {archive.placed[0]}" in choice.because


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Quel temps est prévu à Caen vendredi 28 juin ?", "Quel temps est prévu à Saint-Lô vendredi 28 juin ?"),
        ("Pollution : la vitesse abaissée jeudi à Rouen", "Pollution : la vitesse abaissée jeudi à Reims"),
        ("A7 : bouchon de 12 km au sud de Vienne", "A7 : bouchon de 19 km au sud de Valence"),
    ],
)
def test_articles_of_one_template_are_not_one_story(one: str, other: str) -> None:
    text = "Le bulletin est mis à jour chaque matin par la préfecture. Les prévisions sont consultables en ligne."
    assert len(set(stories(titled(one, text), titled(other, text)))) == 2


def test_boilerplate_makes_no_story() -> None:
    foot = "\n\nInscrivez-vous à notre lettre quotidienne. Conformément à la loi, vous avez un droit de rectification."
    one = titled("Une boulangère sacrée championne du macaron", "Le concours a réuni vingt artisans." + foot)
    other = titled("Le marché de Noël déménage", "Les chalets quittent la place." + foot)
    assert len(set(stories(one, other))) == 2


def test_without_dates_another_weekday_is_another_event_and_with_them_it_is_not() -> None:
    earlier = titled(
        "Lavane et Orsini se parlent à Genève", "Iris Lavane et Paul Orsini se sont vus mardi à Genève, sans accord."
    )
    later = titled(
        "Genève : Orsini quitte la table",
        "Paul Orsini a quitté jeudi à Genève la table qu'il partageait avec Iris Lavane.",
    )
    assert len(set(stories(earlier, later))) == 2
    dated = [
        replace(earlier, published=second("2026-03-03T18:00")),
        replace(later, published=second("2026-03-05T18:00")),
    ]
    assert len(set(stories(*dated))) == 1


def test_the_words_of_a_much_reported_story_stay_telling() -> None:
    archive = Archive()
    for number in range(200):
        archive.take(titled(f"Sujet{number} parle de chose{number} et d'affaire{number}"))
    for number in range(30):
        archive.take(titled(f"Cartonnerie Delbosc : témoin{number} raconte"))
    assert len(set(archive.placed[-30:])) == 1


THIRD_DESK = titled(
    "Cartonnerie Delbosc : le maire de Redon promet un abri aux salariés",
    "Après l'incendie de mardi rue du Port à Redon, Yann Corlay reçoit les salariés de la cartonnerie Delbosc.",
)


def opened_apart(archive: Archive, *articles: Article) -> None:
    """Each article opens a story, as when two daemons place them at once and neither sees the other's."""
    for article in articles:
        archive.keep(article, NOW, weigh(profile(article), [], 0, 0), Choice(None, (), 0.0, (), ""))


def test_a_late_article_proves_two_stories_to_be_one_and_the_older_id_stays() -> None:
    archive = Archive()
    opened_apart(archive, VOTE, FIRE, OTHER_DESK)
    vote, fire, other = archive.placed
    choice = archive.take(THIRD_DESK)
    assert (choice.story, choice.merged) == (fire, (other,))
    assert f"story {other} is the same" in choice.because
    assert archive.placed == [vote, fire, fire, fire]
    assert archive.stories[fire].articles == 3


def test_a_merge_follows_the_verdict_too() -> None:
    archive = Archive()
    opened_apart(archive, FIRE, OTHER_DESK)
    fire, other = archive.placed
    assert archive.take(THIRD_DESK, given=other).story == fire
    assert set(archive.placed) == {fire}


@pytest.mark.parametrize(("day", "one_story"), [(4, True), (8, True), (10, False)])
def test_stories_too_far_apart_in_time_stay_apart(day: int, one_story: bool) -> None:
    archive = Archive()
    late = replace(OTHER_DESK, published=Published.day(2026, 3, day))
    opened_apart(archive, replace(FIRE, published=Published.day(2026, 3, 3)), late)
    archive.take(replace(THIRD_DESK, published=Published.day(2026, 3, 6)))
    assert (len(set(archive.placed)) == 1) is one_story


def test_stories_of_other_months_stay_apart() -> None:
    archive = Archive()
    opened_apart(archive, replace(FIRE, published=MARCH), replace(OTHER_DESK, published=APRIL))
    assert not archive.take(THIRD_DESK).merged


def test_what_the_verdict_decided_stands() -> None:
    archive = Archive()
    archive.take(FIRE)
    archive.take(VOTE)
    given_other = archive.take(OTHER_DESK, given=archive.placed[1])
    assert (given_other.story, given_other.merged) == (archive.placed[1], ())
    given_own = archive.take(OTHER_DESK, given=archive.placed[0])
    assert given_own.story == archive.placed[0]
    assert "decided by the verdict" in given_own.because


def test_an_article_without_a_telling_word_opens_a_story() -> None:
    archive = Archive()
    archive.take(FIRE)
    assert archive.take(titled("Et puis ?")).story is None


@pytest.mark.parametrize(
    ("published", "story", "fit"),
    [
        (second("2026-03-04T12:00"), held(), True),
        (second("2026-03-04T12:01"), held(), False),
        (second("2026-02-26T12:00"), held(), True),
        (second("2026-02-26T11:59"), held(), False),
        (second("2026-03-15T12:00"), held(last="2026-03-13T12:00"), True),
        (second("2026-03-15T12:01"), held(last="2026-03-13T12:00"), False),
        (DAY, held(), True),
        (Published(), held(), True),
        (Published(), held(first="2026-02-01T12:00"), False),
        (MARCH, held(first="2026-03-30T12:00", since=moment("2026-03-30"), until=moment("2026-03-31")), True),
        (APRIL, held(since=moment("2026-03-01"), until=moment("2026-03-02")), False),
        (APRIL, held(first=None, since=moment("2026-03-01"), until=moment("2026-04-01")), False),
        (MARCH, held(first="2024-01-01"), True),
        (DAY, held(first=None, since=moment("2026-03-01"), until=moment("2026-04-01")), True),
        (Published.day(2026, 4, 1), held(first=None, since=moment("2026-03-01"), until=moment("2026-04-01")), False),
        (Published(), held(first=None, since=moment("2026-03-01"), until=moment("2026-04-01")), True),
    ],
)
def test_a_story_takes_what_is_near_in_time_and_a_month_excludes_other_months_only(
    published: Published, story: StoryHeld, fit: bool
) -> None:
    assert fits(published, NOW, story, LIMITS) is fit


def test_a_rare_trait_weighs_more_than_one_of_many_stories_and_no_trait_is_beyond_bounds() -> None:
    found = profile(titled("Kerlaz rouvre le viaduc"))
    hash_ = found.traits[0].hash
    alone, shared, everywhere = (
        weigh(found, [Holding(hash_, HOLDERS, stories_, oldest)], 99_999, 100_000).weights[0]
        for stories_, oldest in ((1, 50_000), (40, 99_000), (HOLDERS, 99_999 - HOLDERS))
    )
    assert alone > shared > everywhere > 0
    assert weigh(found, [], 10**9, 10**9).weights[0] == alone


def test_only_bounded_sets_are_asked_for_however_many_articles_tell_the_same() -> None:
    archive = Archive()
    for number in range(120):
        archive.take(titled(f"Delbosc, Redon, cartonnerie : témoin{number}"))
    found = profile(titled("Delbosc à Redon : la cartonnerie en ruine"))
    asked = [trait.hash for trait in found.traits]
    assert max(holding.holders for holding in archive.holdings(asked)) == HOLDERS
    weighed = weigh(found, archive.holdings(asked), 119, 120)
    candidates = archive.candidates(weighed)
    assert len(candidates) == CANDIDATES
    links = rank(FIRE, weighed, NOW, candidates, archive.stories.values(), LIMITS)
    assert len(suspects(weighed, links)) <= CANDIDATES


TITLES = st.lists(
    st.sampled_from(
        [
            "Incendie à la cartonnerie Delbosc de Redon",
            "Redon : la cartonnerie Delbosc détruite",
            "Kerlaz : le viaduc fermé au trafic",
            "Manifestation des riverains devant la préfecture",
            "Viaduc de Kerlaz fermé : manifestation des riverains devant la préfecture",
            "Le Parlement danois adopte la taxe carbone",
            "Danemark : la taxe carbone adoptée par le Parlement",
            "Et puis ?",
        ]
    ),
    max_size=12,
)


@given(TITLES)
def test_the_same_articles_in_the_same_order_make_the_same_stories(titles: list[str]) -> None:
    articles = [titled(title) for title in titles]
    assert stories(*articles) == stories(*articles)


@given(TITLES, st.data())
def test_which_of_two_equal_articles_comes_first_does_not_matter(titles: list[str], data: st.DataObject) -> None:
    articles = [replace(titled(title), guid=str(place)) for place, title in enumerate(titles)]
    equal = {(a, b) for a in range(len(titles)) for b in range(a) if titles[a] == titles[b]}
    if not equal:
        return
    a, b = data.draw(st.sampled_from(sorted(equal)))
    exchanged = list(articles)
    exchanged[a], exchanged[b] = exchanged[b], exchanged[a]
    assert stories(*articles) == stories(*exchanged)


@given(TITLES)
def test_nothing_ever_leaves_its_story(titles: list[str]) -> None:
    archive = Archive()
    together: list[tuple[int, int]] = []
    for title in titles:
        archive.take(titled(title))
        assert all(archive.placed[one] == archive.placed[other] for one, other in together)
        together = [
            (one, other)
            for one in range(len(archive.placed))
            for other in range(one)
            if archive.placed[one] == archive.placed[other]
        ]
        assert set(archive.placed) == set(archive.stories)


def test_candidates_and_stories_in_any_order_give_the_same_choice() -> None:
    weighed = weigh(profile(FIRE), [], 0, 0)
    candidates = [Candidate(id_, f"s{id_ % 3}", 0.5, 1, "Autre titre") for id_ in range(9)]
    known = [StoryHeld(f"s{place}", place, 3, NOW, NOW) for place in range(3)]
    choices: set[Choice] = set()
    for step in (1, -1):
        links = rank(FIRE, weighed, NOW, candidates[::step], known[::step], LIMITS)
        choices.add(choose(weighed, links, {}, LIMITS))
    assert len(choices) == 1
    assert choices.pop().story == "s0"


def test_limits_are_the_settings() -> None:
    later = replace(OTHER_DESK, published=second("2026-03-10T12:00"))
    earlier = replace(FIRE, published=second("2026-03-04T12:00"))
    assert len(set(stories(earlier, later))) == 2
    assert len(set(stories(earlier, later, limits=Limits(window="7d", max_span="14d")))) == 1
    assert len(set(stories(earlier, later, limits=Limits(window="7d", max_span="5d")))) == 2
    assert TRAITS <= 24  # the bits of a look-up fit 32 bits

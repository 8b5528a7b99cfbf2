"""One number, however it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.dedup.figures import in_figures


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("douze", "12"),
        ("twelve", "12"),
        ("vingt et un", "21"),
        ("soixante et onze", "71"),
        ("quatre vingt dix sept", "97"),
        ("nonante deux", "92"),
        ("deux cents", "200"),
        ("two hundred and five", "205"),
        ("one hundred and thirty", "130"),
        ("trois cent mille", "300000"),
        ("forty thousand", "40000"),
        ("un million", "1000000"),
        ("1,2 million", "1200000"),
        ("2.3 billion", "2300000000"),
        ("1.200", "1200"),
        ("1,200,000", "1200000"),
        ("4,50", "4.5"),
        ("3eme", "3e"),
        ("troisieme", "3e"),
        ("third", "3e"),
        ("quatorzieme", "14e"),
        ("8 h 30", "8h30"),
        ("21 heures", "21h"),
    ],
)
def test_a_number_is_read_in_figures(written: str, read: str) -> None:
    assert in_figures(written.split()) == [read]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("deux et trois", "2 et 3"),
        ("six ou sept cents", "6 ou 700"),
        ("entre vingt et trente", "entre 20 et 30"),
        ("un homme", "un homme"),
        ("50 cents", "50 cents"),
        ("sept 5", "sept 5"),
        ("2011 2019", "2011 2019"),
        ("48 heures de 100 h", "48 heures de 100 h"),
        ("12 h 75", "12h 75"),
        ("euros et percent", "euro et pourcent"),
    ],
)
def test_words_that_only_look_like_one_number_stay_apart(written: str, read: str) -> None:
    assert in_figures(written.split()) == read.split()


WORDS = "un deux dix vingt cent mille million et and hundred third h 12 4,5 1.200 maisons sept neuf a".split()


@given(st.lists(st.sampled_from(WORDS)))
def test_reading_in_figures_twice_changes_no_number(words: list[str]) -> None:
    once = in_figures(words)
    assert all(once)
    assert [one for one in once if one not in WORDS or one[0].isdigit()] == [one for one in once if one[0].isdigit()]

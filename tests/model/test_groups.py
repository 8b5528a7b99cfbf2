"""The values of a group stand in one text, from which they are read again."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.model import group_values, written_group

KEYS = st.sampled_from(["story", "rule", "level", "tag", "source", "alert"])
PATHS = st.lists(st.integers(0, 99).map(str), max_size=4).map(".".join)


def test_a_group_is_one_text() -> None:
    written = written_group("0.2", {"story": ["s-1"], "tag": ["gaz", "otan"], "source": ["Le Monde = 1"]})
    assert written == "0.2 story=s-1 tag=gaz,otan source=Le%20Monde%20%3D%201"
    assert group_values(written) == {"story": "s-1", "tag": "gaz,otan", "source": "Le Monde = 1"}


@given(PATHS, st.dictionaries(KEYS, st.text(st.characters(codec="utf-8")), max_size=4))
def test_what_was_written_is_read(path: str, values: dict[str, str]) -> None:
    assert group_values(written_group(path, {key: [value] for key, value in values.items()})) == values


@given(PATHS)
def test_the_path_of_a_route_has_no_values(path: str) -> None:
    assert group_values(path) == {}


def test_what_was_stored_by_an_earlier_version_has_none() -> None:
    assert group_values("monitor.heartbeat/news-monitor/20260302T070000Z") == {}

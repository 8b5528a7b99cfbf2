"""Sources added to a configuration: what people wrote stays byte for byte, and the file always loads."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import ConfigError, MonitorError
from monitor.yaml.edit import add_sources, with_sources
from monitor.yaml.file import parse

FILE = Path("monitor.yaml")
ENTRY = {"type": "feed", "url": "https://example.org/rss?a=1&b=2", "name": "Example", "tags": ["press"]}
WRITTEN = "{type: feed, url: https://example.org/rss?a=1&b=2, name: Example, tags: [press]}"
SHIPPED = Path(__file__).parents[2] / "config" / "monitor.yaml"


def added(text: str, *entries: dict[str, object]) -> str:
    return with_sources(FILE, text.encode(), entries or (ENTRY,)).decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("sources:\n- a: 1 # c\n\n# end\nz: 1\n", "sources:\n- a: 1 # c\n@block@\n\n# end\nz: 1\n"),
        ("sources:\n    - {a: 1}   # c\nz: 1\n", "sources:\n    - {a: 1}   # c\n    - @\nz: 1\n"),
        ("sources:\n  - {a: 1}", "sources:\n  - {a: 1}\n  - @"),
        ("sources: [{a: 1}]  # c\n", "sources: [{a: 1}, @]  # c\n"),
        ("sources: [{a: 1},]\n", "sources: [{a: 1}, @,]\n"),
        ("sources: [ # c\n  {a: 1} # d\n]\n", "sources: [ # c\n  {a: 1},\n  @ # d\n]\n"),
        ("sources: []  # none yet\nz: 1\n", "sources:  # none yet\n  - @\nz: 1\n"),
        ("sources:\n  []\nz: 1\n", "sources:\n  - @\nz: 1\n"),
        ("sources:\nz: 1\n", "sources:\n  - @\nz: 1\n"),
        ("sources:", "sources:\n  - @"),
        ("sources: # c\n  # - {type: feed}\nz: 1\n", "sources: # c\n  - @\n  # - {type: feed}\nz: 1\n"),
        ("sources: null\n", "sources:\n  - @\n"),
        ("sources: ~ # c\n", "sources: # c\n  - @\n"),
        ("z: 1\n# end\n", "z: 1\n# end\nsources:\n  - @\n"),
        ("z: 1", "z: 1\nsources:\n  - @\n"),
        ("---\nz: |\n  text\n...\n", "---\nz: |\n  text\nsources:\n  - @\n...\n"),
        ("  z: 1\n", "  z: 1\n  sources:\n    - @\n"),
        ("{z: 1}", "{z: 1, sources: [@]}"),
        ("{}", "{sources: [@]}"),
        ("{sources: [], z: 1}", "{sources: [@], z: 1}"),
        ("{sources: , z: 1}", "{sources: [@], z: 1}"),
        ("z: é😀\r\nsources:\r\n  - {a: 1}\r\n", "z: é😀\r\nsources:\r\n  - {a: 1}\r\n  - @\r\n"),
        ("\ufeffsources:\n- {a: 1}\n", "\ufeffsources:\n- {a: 1}\n- @\n"),
        ("'sources':\n- {a: 'é😀'}\n", "'sources':\n- {a: 'é😀'}\n- @\n"),
        ("sources:\n- a: |\n    text\n\nz: 1\n", "sources:\n- a: |\n    text\n\n@block@\nz: 1\n"),
    ],
)
def test_an_entry_goes_where_the_list_ends_and_nothing_else_changes(before: str, after: str) -> None:
    block = "- type: feed\n  url: https://example.org/rss?a=1&b=2\n  name: Example\n  tags: [press]"
    assert added(before) == after.replace("@block@", block).replace("@", WRITTEN)


def test_a_comment_inside_the_last_entry_stays_with_it() -> None:
    before = "sources:\n- a: 1\n  b:\n  - 2\n  # of b\n  # - 3\n# of the list\n"
    assert added(before).startswith("sources:\n- a: 1\n  b:\n  - 2\n  # of b\n  # - 3\n- type: feed\n")
    assert added(before).endswith("\n# of the list\n")


def test_many_entries_have_a_line_each() -> None:
    assert (
        added("sources: [{a: 1}]\n", {"b": 2}, {"c": 3}) == "sources: [{a: 1},\n          {b: 2},\n          {c: 3}]\n"
    )
    assert added("sources: []\n", {"b": 2}, {"c": 3}) == "sources:\n  - {b: 2}\n  - {c: 3}\n"


def test_the_shipped_configuration_keeps_every_line() -> None:
    before = SHIPPED.read_text("utf-8").splitlines()
    after = added(SHIPPED.read_text("utf-8")).splitlines()
    assert after.pop(next(n for n, line in enumerate(before) if "name: seeds" in line) + 1) == f"  - {WRITTEN}"
    assert after == before


@pytest.mark.parametrize(
    "text",
    ["sources: {a: 1}\n", "sources: word\n", "- a\n", "word\n", "", "a: &x [1]\nsources: *x\n", "a: &x\nsources: *x\n"],
)
def test_what_is_no_list_of_its_own_is_refused(text: str) -> None:
    with pytest.raises(MonitorError, match=r"monitor\.yaml: 'sources' is not written as a list that can be added to"):
        added(text)


def test_what_is_no_yaml_is_refused_with_its_place() -> None:
    with pytest.raises(ConfigError, match=r"monitor\.yaml:2:1: "):
        added("a: [\n")


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffe\uffff"), max_size=12) | (
    st.sampled_from(["no", "1e5", "0x1", "~", "true", "1:2", "2024-01-01", "- a", "# c", "a: b", "*x", "&x", "'"])
)
entries = st.fixed_dictionaries(
    {"type": st.just("feed"), "name": texts},
    optional={"tags": st.lists(texts, min_size=1, max_size=3), "opml": st.dictionaries(texts, texts, min_size=1)},
)
files = st.sampled_from(
    ["sources:\n- a: 1\n", "sources: [{a: 1}, # é\n  b]\r\nz: 1\r\n", "z: 1\n", "{sources: [], z: 1}", "sources:\nz: 1"]
)


@given(files, st.lists(entries, min_size=1, max_size=4))
def test_whatever_the_texts_they_are_read_back_and_hide_nothing(text: str, new: list[dict[str, object]]) -> None:
    after = with_sources(FILE, text.encode(), new)
    assert (parse(FILE, after).data["sources"] or [])[-len(new) :] == new
    assert all(line.isprintable() for line in after.decode().replace("\r\n", "\n").split("\n"))


# ---- The file ----


def fine(_: bytes) -> None:
    """A check that finds nothing wrong."""


def test_the_file_keeps_its_mode_and_its_links(tmp_path: Path) -> None:
    real, link = tmp_path / "real.yaml", tmp_path / "monitor.yaml"
    real.write_text("sources: []\n")
    real.chmod(0o640)
    link.symlink_to(real.name)
    add_sources(link, [ENTRY], fine)
    assert (real.read_text(), link.is_symlink()) == (f"sources:\n  - {WRITTEN}\n", True)
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert sorted(one.name for one in tmp_path.iterdir()) == ["monitor.yaml", "real.yaml"]


def test_what_does_not_pass_the_check_is_never_written(tmp_path: Path) -> None:
    path = tmp_path / "monitor.yaml"
    path.write_text("sources: []\n")

    def refuse(content: bytes) -> None:
        assert b"example.org" in content
        raise MonitorError("not like this")

    with pytest.raises(MonitorError, match="not like this"):
        add_sources(path, [ENTRY], refuse)
    assert path.read_text() == "sources: []\n"
    assert [one.name for one in tmp_path.iterdir()] == ["monitor.yaml"]


def test_an_edit_by_somebody_else_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "monitor.yaml"
    path.write_text("sources: []\n")
    with pytest.raises(MonitorError, match="was changed meanwhile; nothing was written"):
        add_sources(path, [ENTRY], lambda _: path.write_text("sources: [] # mine\n"))
    assert path.read_text() == "sources: [] # mine\n"
    assert [one.name for one in tmp_path.iterdir()] == ["monitor.yaml"]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MonitorError, match=r"nowhere\.yaml cannot be written: No such file"):
        add_sources(tmp_path / "nowhere.yaml", [ENTRY], fine)


def test_the_name_of_each_entry_is_told_as_it_is_written() -> None:
    told: list[str] = []
    with_sources(FILE, b"sources: []\n", [{"name": str(number)} for number in range(250)], told.append)
    assert told == [str(number) for number in range(250)]

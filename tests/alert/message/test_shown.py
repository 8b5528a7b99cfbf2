"""What a message shows of the other articles of a story: each text once, with its copies."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from alert.kinds import Kinds, delivery

from monitor.alert.message.rendering import WIDTH, render
from monitor.alert.message.shown import Other, shown
from monitor.alert.message.wording import Wording

PARIS = ZoneInfo("Europe/Paris")
EN = Kinds("en")
Also = dict[str, Any]


def also(number: int, of: int | None = None, copies: int = 0, relation: str = "same-story") -> Also:
    told = {"source": f"S{number}", "title": f"Title {number}", "url": f"https://e.example/{number}"}
    return {**told, "relation": relation, "id": number, "duplicate_of": of, "copies": copies}


def others(*listed: Also) -> tuple[list[tuple[str, str]], str]:
    """(title, its copies) of the other texts, and the copies of the article itself."""
    found = shown([EN.alert(also=list(listed))], Wording("en", PARIS))
    return [(one.title, one.copies.replace("\u00a0", " ")) for one in found.others], found.copies.replace("\u00a0", " ")


def test_a_text_and_its_copies_are_one_line() -> None:
    listed = [also(1, copies=2), also(5, of=1), also(4, of=1), also(2)]
    assert others(*listed) == ([("Title 1", "2 copies: S5 and S4"), ("Title 2", "")], "")


def test_copies_of_a_text_that_is_not_listed_are_one_line() -> None:
    assert others(also(5, of=1, copies=1), also(4, of=1)) == ([("Title 5", "1 copy: S4")], "")


def test_copies_of_the_article_itself_are_no_line_of_their_own() -> None:
    listed = [also(5, of=1, copies=1, relation="duplicate"), also(4, of=1, relation="duplicate"), also(2)]
    assert others(*listed) == ([("Title 2", "")], "2 copies: S5 and S4")


@pytest.mark.parametrize(
    ("listed", "copies", "told"),
    [
        (8, 8, "8 copies: S10, S11, S12, S13, S14, S15, S16 and S17"),
        (9, 9, "9 copies: S10, S11, S12, S13, S14, S15, S16, S17 and 1 other"),
        (8, 150, "150 copies: S10, S11, S12, S13, S14, S15, S16, S17 and 142 others"),
        (0, 3, "3 copies"),
    ],
)
def test_of_many_copies_some_are_named(listed: int, copies: int, told: str) -> None:
    assert others(also(1, copies=copies), *(also(10 + one, of=1) for one in range(listed))) == ([("Title 1", told)], "")


def test_copies_in_one_paper_are_counted_and_named_once() -> None:
    assert others(also(1, copies=2), also(5, of=1), also(5, of=1)) == ([("Title 1", "2 copies: S5")], "")


def test_a_document_of_before_copies_were_told_shows_them_as_it_did() -> None:
    known = ("source", "title", "url", "relation")
    listed = [{key: one[key] for key in known} for one in (also(1), also(2), also(3, relation="duplicate"))]
    assert others(*listed) == ([("Title 1", ""), ("Title 2", "")], "1 copy: S3")


def test_only_so_many_texts_are_shown_however_many_copies_each_has() -> None:
    listed = [
        also(number, of, copies=0 if of else 1)
        for one in range(1, 31, 2)
        for number, of in ((one, None), (one + 1, one))
    ]
    found = shown([EN.alert(also=listed)], Wording("en", PARIS))
    assert (len(found.others), found.more.replace("\u00a0", " ")) == (8, "and 7 more")
    assert found.others[0] == Other("S1", "Title 1", "https://e.example/1", "same story", "1\u00a0copy: S2")


def test_many_copies_are_wrapped_below_their_original() -> None:
    listed = [also(1, copies=8), *(also(10 + one, of=1) | {"source": f"Harbour Courier {one}"} for one in range(8))]
    text = render(delivery(EN.alert(also=listed)), "en", PARIS).text
    assert max(len(line) for line in text.splitlines() if "Courier" in line) <= WIDTH
    assert "  - S1 (same story): Title 1\n    https://e.example/1\n    - 8\u00a0copies: Harbour Courier 0," in text
    assert "\n      Harbour Courier" in text

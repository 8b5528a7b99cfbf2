"""The report of one source: what in it is a failure, and what is only noted."""

import pytest

from monitor.report import Report


@pytest.mark.parametrize(
    ("report", "incomplete"),
    [
        (Report(sources=1), False),
        (Report(sources=1, items=2, new=2), False),
        (Report(sources=1, unread=1, errors=("f: the server answered 404 Not Found",)), True),
        (Report(sources=1, items=2, new=2, errors=("f: 1 of 2 pages could not be read",)), False),
        (Report(sources=1, items=1, new=1, unread=1, errors=("f: 7 cannot be read",)), True),
    ],
)
def test_a_source_is_incomplete_when_it_or_an_item_of_it_could_not_be_read(report: Report, incomplete: bool) -> None:
    assert report.incomplete is incomplete

"""Keys of a fixed length stand for texts of any length."""

from __future__ import annotations

from typing import Any

from monitor.store import Store


def test_guids_and_addresses_of_any_length_are_found_again(store: Store, make: Any) -> None:
    guid, url = "g" * 100_000, "https://example.org/" + "u" * 100_000
    with store.intake() as intake:
        id_ = make.keep(intake, 1, guid=guid, url=url)
    assert store.held_items("wire", [(guid, "version-1"), (guid[:-1], "version-1")]) == {(guid, "version-1")}
    row = store.article(url)
    assert row is not None
    assert row.id == id_

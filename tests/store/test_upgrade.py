"""What a daemon of an earlier schema stored is found again after the upgrade, and is known when it comes again.

`version3.json` holds the rows that the program wrote in its third schema, the last one before hashes became segments:
a report of a fire, another on the same story, a strike, and a copy of the first one.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flow.installation import Installation
from sqlalchemy import DateTime, LargeBinary, Table, create_engine, insert, text
from store.test_schema import empty_url, old_database  # noqa: F401 - a fixture

from monitor.model import DeliveryState, Verdict
from monitor.store import Store

ROWS: dict[str, list[dict[str, Any]]] = json.loads((Path(__file__).parent / "version3.json").read_text("utf-8"))
FIRE, STRIKE = "178270b9adde", "e3b40b211a20"
COPY = (
    "UN ENTREPÔT DE PNEUS BRÛLE À LANESTER\n\n"
    "Quarante pompiers luttent contre le feu, selon le préfet Yann Guivarch, qui demande aux habitants de rester chez"
    " eux.\n\nUn incendie s’est déclaré lundi 2 mars 2026 dans un entrepôt de pneus de la société Delbosc à Lanester,"
    " ont indiqué les pompiers. Une épaisse fumée noire était visible de loin, et Delbosc a fermé ses autres entrepôts"
    " de Lanester.\n"
)


def fill(url: str) -> None:
    """Make a database of the third schema with these rows."""
    tables = old_database(url, "0003")
    engine = create_engine(url)
    with engine.begin() as connection:
        for table in (one for one in tables.sorted_tables if one.name in ROWS):
            rows = [{name: value(table, name, written) for name, written in row.items()} for row in ROWS[table.name]]
            for row in rows:
                connection.execute(insert(table), row)
            if engine.dialect.name == "postgresql" and "id" in table.columns and table.name != "story":
                numbers = f"pg_get_serial_sequence('{table.name}', 'id')"
                connection.execute(text(f"SELECT setval({numbers}, max(id)) FROM {table.name}"))
    engine.dispose()


def value(table: Table, name: str, written: Any) -> Any:
    kind = table.columns[name].type
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(written).replace(tzinfo=UTC)
    return bytes.fromhex(written) if isinstance(kind, LargeBinary) else written


def test_all_that_a_daemon_of_the_third_schema_stored_is_found_again(empty_url: str) -> None:  # noqa: F811
    fill(empty_url)
    store = Store.open(empty_url)
    articles = {row.id: row for row in store.articles(10)}
    for row in ROWS["article"]:
        held = articles[row["id"]]
        assert (held.article.title, held.article.lede, held.article.body) == (
            row["title"],
            row["lede"],
            row.get("body", ""),
        )
        assert (held.status, held.story, held.of) == (Verdict(row["verdict"]), row["story"], row.get("of"))
        assert [match.rule for match in held.matches] == [
            one["rule"] for one in ROWS["match"] if one["article_id"] == row["id"]
        ]
    assert len(articles) == len(ROWS["article"])
    assert {story.id: (story.articles, story.duplicates, story.alerts) for story in store.stories(10)} == {
        FIRE: (3, 1, 2),
        STRIKE: (1, 0, 1),
    }
    alerts = {row.id: row for row in store.alerts(10, suppressed=True)}
    assert {one.key for one in alerts.values()} == {one.get("key") for one in ROWS["alert"]}
    for row in ROWS["alert"]:
        assert alerts[row["id"]].document == {**row["document"], "id": row["id"]}
    deliveries = {row.id: row for row in store.deliveries(10)}
    assert {id_: (one.receiver, one.state, one.answer) for id_, one in deliveries.items()} == {
        one["id"]: (one["receiver"], DeliveryState(one["state"]), one.get("answer")) for one in ROWS["delivery"]
    }
    assert store.waiting([]) == {"hook": 1}
    (source,) = store.source_rows()
    assert (source.name, source.articles) == ("inbox", 4)
    items = {(one["guid"], one["digest"]) for one in ROWS["item"]}
    assert store.held_items("inbox", [*items, ("other", "x")]) == items
    assert {rule: found.hits for rule, found in store.rule_hits().items()} == {"fire": 3, "strike": 1}
    store.close()


def test_what_was_stored_before_an_upgrade_is_known_when_it_comes_again(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    installation.configure()
    (installation.folder / "var").mkdir()
    fill(f"sqlite:///{installation.folder / 'var' / 'news-monitor.db'}")
    installation.write("copy.txt", COPY)
    done = installation.json("once")
    assert (done["new"], done["duplicates"], done["stories"], done["alerts"]) == (0, 1, 0, 0)
    (newest, *_) = installation.json("articles", "list")
    assert (newest["status"], newest["duplicate_of"], newest["story"]) == ("duplicate", 1, FIRE)

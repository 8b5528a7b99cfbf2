"""actors show, import."""

import json
import time
from pathlib import Path

import pytest
from cli.conftest import Program
from match.conftest import make_article

from monitor.errors import MonitorError
from monitor.match import load_actors, load_rules
from monitor.yaml.edit import with_actors

RULES = """# who
version: 1
actors:
  lavrov: {name: Sergueï Lavrov, kind: person, aliases: [Лавров], fuzzy: 1}
  macron: {name: Macron, fuzzy: 1}
  ue: {name: UE, case: true}

rules:
  - {id: it, when: {actor: lavrov}}
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "rules.yaml"
    path.write_text(RULES, "utf-8")
    return path


def imported(news_monitor: Program, tmp_path: Path, name: str, text: str | bytes, *more: str | Path):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return news_monitor("actors", "import", path, *more)


# ---- show ----


def test_show_tells_every_form_and_how_it_came_about(news_monitor: Program, rules: Path) -> None:
    document = json.loads(news_monitor("actors", "show", "lavrov", "--rules", rules, "--json").out)
    assert (document["id"], document["name"], document["kind"]) == ("lavrov", "Sergueï Lavrov", "person")
    assert document["file"] == f"{rules}:4"
    full, alias = document["spellings"]
    forms = {(form["of"], form["how"]): form["forms"] for form in (*full["forms"], *alias["forms"])}
    assert "Sergei" in forms["Sergueï", "given name"]
    assert forms["Sergueï", "initial"] == ["S."]
    assert forms["Лавров", "declined"] == ["Лаврова", "Лаврову", "Лавровым", "Лавровом", "Лаврове"]
    assert {"Lavrov", "Lawrow", "Lavroff"} <= set(forms["Лавров", "in Latin letters"])


def test_what_show_says_passes_does_and_what_it_says_fails_does_not(news_monitor: Program, rules: Path) -> None:
    loaded = load_rules([rules], ("fr",))
    (one,) = json.loads(news_monitor("actors", "show", "macron", "--rules", rules, "--json").out)["spellings"]
    assert {"text": "Marron", "why": "an ordinary word or name"} in one["fails"]
    assert {why["why"] for why in one["fails"]} >= {"too many edits", "a slip needs a capital"}
    document = json.loads(news_monitor("actors", "show", "lavrov", "--rules", rules, "--json").out)
    for spelling in document["spellings"]:
        written = [form for forms in spelling["forms"] if forms["of"] == spelling["text"] for form in forms["forms"]]
        assert spelling["passes"]
        assert all(loaded.match(make_article(f"dit {text} hier")) for text in (*spelling["passes"], *written))
        assert not any(loaded.match(make_article(f"dit {fail['text']} hier")) for fail in spelling["fails"])


def test_show_in_words(news_monitor: Program, rules: Path) -> None:
    out = news_monitor("actors", "show", "lavrov", "--rules", rules).out
    assert out.startswith(f"lavrov: Sergueï Lavrov (person), {rules}:4\nSergueï Lavrov\n")
    assert "\n  declined: Лаврова, Лаврову" in out
    assert news_monitor("actors", "show", "ue", "--rules", rules).out.endswith("\nUE, in these letters only\n")


def test_an_unknown_actor_is_told_with_the_nearest(news_monitor: Program, rules: Path) -> None:
    done = news_monitor("actors", "show", "lavrow", "--rules", rules)
    assert (done.code, done.err) == (1, "unknown actor 'lavrow' (did you mean 'lavrov'?)\n")


# ---- import ----

CSV = "id,name,alias,kind\nblinken,Antony Blinken,Blinken,Person\nblinken,,Блинкен,\nxi,Xi Jinping,,person\n"
PRINTED = """actors:
  blinken: {name: Antony Blinken, kind: person, aliases: [Blinken, Блинкен]}
  xi: {name: Xi Jinping, kind: person}
"""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", CSV),
        ("a.csv", "\ufeff" + CSV.replace(",", ";").replace("\n", "\r\n")),  # as Excel writes it in France
        ("a.csv", CSV.replace(",", "\t")),
        ("a.csv", 'kind,note,alias,name,id\nperson,"a, b",Blinken,"Antony\nBlinken",blinken\n,,Блинкен,,blinken\n'
                  "person,,,Xi Jinping,xi\n"),
        ("a.csv", CSV + "blinken,Antony  Blinken,BLINKEN,person\n\n,,,\n"),  # nothing new
        ("a.json", '[{"id": "blinken", "name": "Antony Blinken", "kind": "person", "aliases": ["Blinken", "Блинкен"]},'
                   '{"id": "xi", "name": "Xi Jinping", "alias": null, "kind": "person"}]'),
        ("a.json", '[{"id": "blinken", "name": "Antony Blinken", "alias": "Blinken", "kind": "person"},'
                   '{"id": "blinken", "alias": "Блинкен"}, {"id": "xi", "name": "Xi Jinping", "kind": "person"}]'),
        ("a.json", '{"blinken": {"name": "Antony Blinken", "kind": "person", "aliases": ["Blinken", "Блинкен"]},'
                   '"xi": {"name": "Xi Jinping", "kind": "person"}}'),
    ],
)  # fmt: skip
def test_csv_and_json_give_the_same_actors(news_monitor: Program, tmp_path: Path, name: str, text: str) -> None:
    done = imported(news_monitor, tmp_path, name, text)
    assert (done.code, done.out, done.err) == (0, PRINTED, "")


def test_ids_that_rules_do_not_allow_are_made_so(news_monitor: Program, tmp_path: Path) -> None:
    text = "id,name\nQ 42,Un\nq_42,Deux\n,Élisée Œuvré\n,Сергей Лавров\n,Élisée Œuvré\n,习近平\n"
    out = imported(news_monitor, tmp_path, "a.csv", text).out
    assert [line.strip().partition(":")[0] for line in out.splitlines()[1:]] == [
        "q-42", "q-42-2", "elisee-oeuvre", "sergei-lavrov", "actor",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "error"),
    [
        ("a.csv", "id;name\na;H\xe9l\xe8ne\n".encode("latin-1"),
         "2:4: is not UTF-8 text: save it as UTF-8 (in Excel: 'CSV UTF-8')"),
        ("a.csv", "", "1:1: has no column 'name': the first line must name the columns id, name, alias, kind"),
        ("a.csv", "Lavrov,Blinken\n",
         "1:1: has no column 'name': the first line must name the columns id, name, alias, kind"),
        ("a.csv", "name,name\n", "1:1: has two columns 'name'"),
        ("a.csv", 'id,name\na,"b\n', "2:1: not valid CSV: unexpected end of data"),
        ("a.csv", "id,name\na,b,c\n", "2:1: has 3 cells, but there are 2 columns"),
        ("a.csv", "id,name,alias\na,,c\n", "2:1: the first row of 'a' has no name"),
        ("a.csv", "id,name,alias\n,,c\n", "2:1: has no name"),
        ("a.csv", "id,name\na,...\n", "2:1: '...' has no word in it"),
        ("a.csv", "id,name,kind\na,b,person\na,c,place\n", "3:1: 'a' is of kind person in line 2"),
        ("a.json", '[{"name": "a"},\n]', "2:1: not valid JSON: "),
        ("a.json", '"a"', "1:1: must be a list of objects with id, name, alias, kind"),
        ("a.json", '[{"name": ["a"]}]', "1:1: entry 1: must be an object with texts under id, name, alias and kind"),
        ("a.json", '["a"]', "1:1: entry 1: must be an object with texts under id, name, alias and kind"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_told_with_its_place(
    news_monitor: Program, tmp_path: Path, name: str, text: str | bytes, error: str
) -> None:
    done = imported(news_monitor, tmp_path, name, text)
    assert done.code == 1
    assert done.err.startswith(f"{tmp_path}/{name}:{error}")


def test_the_other_rows_are_taken(news_monitor: Program, tmp_path: Path, rules: Path) -> None:
    done = imported(news_monitor, tmp_path, "a.csv", CSV + "bad,...,,\n", "--into", rules)
    assert (done.code, done.out) == (1, f"added 2 actors to {rules}\n")
    assert {"blinken", "xi"} <= load_actors([rules]).keys()


def test_into_a_rule_file_all_else_stays(news_monitor: Program, tmp_path: Path, rules: Path) -> None:
    assert imported(news_monitor, tmp_path, "a.csv", CSV, "--into", rules).code == 0
    lines = PRINTED.partition("\n")[2]
    assert rules.read_text("utf-8") == RULES.replace(
        "  ue: {name: UE, case: true}\n", f"  ue: {{name: UE, case: true}}\n{lines}"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("version: 1", f"version: 1\n{PRINTED}"),
        ("rules: []\n# end\n", None),
        ("actors: {}  # none\nrules: []\n", f"{PRINTED.replace('actors:', 'actors:  # none')}rules: []\n"),
        ("actors: {a: {name: A}}\n", None),
        ("actors:\r\n    a:\r\n      name: A\r\nrules: []\r\n", None),
        ("\ufeffactors:\n  a: {name: A}", None),
    ],
)
def test_actors_may_stand_in_any_way(news_monitor: Program, tmp_path: Path, before: str, after: str | None) -> None:
    path = tmp_path / "rules.yaml"
    path.write_bytes(before.encode())
    held = set(load_actors([path]))
    assert imported(news_monitor, tmp_path, "a.csv", CSV, "--into", path).err == ""
    written = path.read_bytes().decode()
    assert after is None or written == after
    assert load_actors([path]).keys() == held | {"blinken", "xi"}
    assert written.count("\r\n") in (0, written.count("\n"))


def test_an_empty_file_and_an_empty_key_take_actors() -> None:
    entries = {"a": {"name": "A"}}
    assert with_actors(Path("r.yaml"), b"", entries) == b"actors:\n  a: {name: A}\n"
    assert with_actors(Path("r.yaml"), b"actors:\nrules: []\n", entries) == b"actors:\n  a: {name: A}\nrules: []\n"
    assert with_actors(Path("r.yaml"), b"actors:\n", {}) == b"actors:\n"


@pytest.mark.parametrize("text", [b"[]\n", b"{version: 1}\n", b"actors: [a]\n", b"actors: &x {a: {name: A}}\nb: *x\n"])
def test_what_cannot_be_added_to_is_refused(text: bytes) -> None:
    with pytest.raises(MonitorError, match=r"r\.yaml: 'actors' is not written as a mapping that can be added to"):
        with_actors(Path("r.yaml"), text, {"b": {"name": "B"}})


def test_an_id_that_is_taken_is_told_with_both_places_and_nothing_changes(
    news_monitor: Program, tmp_path: Path, rules: Path
) -> None:
    done = imported(news_monitor, tmp_path, "a.csv", CSV + "lavrov,Lavrov,,\n", "--into", rules)
    assert (done.code, done.err) == (1, f"{tmp_path}/a.csv:5:1: actor 'lavrov' is defined already in {rules}:4\n")
    assert rules.read_text("utf-8") == RULES


def test_a_file_that_cannot_be_read_or_written_is_told(news_monitor: Program, tmp_path: Path) -> None:
    assert news_monitor("actors", "import", tmp_path / "no.csv").err == (
        f"{tmp_path}/no.csv: cannot be read: No such file or directory\n"
    )
    done = imported(news_monitor, tmp_path, "a.csv", CSV, "--into", tmp_path / "no.yaml")
    assert (done.code, done.err) == (1, f"{tmp_path}/no.yaml:1:1: cannot be read: No such file or directory\n")


def test_ten_thousand_rows_take_less_than_five_seconds(news_monitor: Program, tmp_path: Path, rules: Path) -> None:
    text = "id;name;alias;kind\n" + "".join(f"p{n};Prénom Nom{n};Имя{n};person\n" for n in range(10_000))
    started = time.process_time()
    assert imported(news_monitor, tmp_path, "a.csv", text, "--into", rules).code == 0
    assert time.process_time() - started < 5
    assert len(load_actors([rules])) == 10_003

"""The rules of the house -> tests: who imports whom, how big a room may grow, what a room is called, what is locked."""

from __future__ import annotations

import ast
import fnmatch
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "monitor").rglob("*.py"))
MIGRATIONS = ROOT / "monitor" / "store" / "migrations"
DECIDING = ("normalise", "dedup", "match", "alert", "charset.py", "text.py", "model")
TOP_LEVEL = set(
    ".ci .containerignore .gitignore .pre-commit-config.yaml CHANGELOG.md LICENSE Makefile README.md config deploy "
    "monitor pyproject.toml requirements-dev.txt requirements.txt seeds tests uv.lock".split()
)
VAGUE = set("base common core helper helpers manager misc util utils".split())
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCK = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))


def code(folders: tuple[str, ...] = ("monitor", "tests")) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def place(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path.name}:{getattr(node, 'lineno', 1)}"


# ---- Who imports whom ----


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs import-linter, as `make check` does, on the package in `folder`."""
    linter = Path(sys.executable).parent / "lint-imports"
    return subprocess.run([linter, "--no-cache"], cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def test_every_import_goes_the_way_the_house_allows() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


ROOMS = {"match": "written names passages percolator explain lint", "alert": "raising routing message"}
BREACHES = [
    ("dedup/__init__.py", "import monitor.match", "The river flows one way"),
    ("match/__init__.py", "from monitor.store import Store", "The river flows one way"),
    ("store/__init__.py", "import monitor.alert", "The river flows one way"),
    ("model/items.py", "import monitor.settings", "The river flows one way"),
    ("text.py", "def late():\n    import monitor.daemon", "The river flows one way"),
    ("store/__init__.py", "import monitor.text", "The store knows what flows"),
    ("alert/__init__.py", "import sqlmodel", "Only the store knows SQL"),
    ("pipeline.py", "from sqlalchemy import select", "Only the store knows SQL"),
    ("store/__init__.py", "import apscheduler", "Only the daemon schedules"),
    ("ingest/__init__.py", "import feedparser", "feedparser stays"),
    ("normalise/__init__.py", "import langdetect", "langdetect stays"),
    ("match/passages/search.py", "import re2", "re2 stays"),
    ("match/passages/search.py", "import monitor.match.written", "match.passages is not allowed to import"),
    ("match/explain/rule.py", "import monitor.match.lint", "match.explain is not allowed to import"),
    ("match/annex.py", "", "Each room of match builds on those below it"),
    ("alert/message/own.py", "import monitor.alert.raising", "alert.message is not allowed to import"),
    ("alert/routing/tree.py", "import monitor.alert.message", "alert.routing is not allowed to import"),
    ("alert/annex.py", "", "Each room of alert builds on those below it"),
    ("alert/message/shown.py", "import jinja2", "Jinja2 stays"),
    ("cli/rules.py", "from babel import Locale", "Babel stays"),
    ("text.py", "import socket", "Deciding stages reach no"),
    ("match/__init__.py", "from time import time", "Deciding stages reach no"),
    ("dedup/__init__.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import aiohttp", "Deciding stages"),
    ("ticks.py", "import monitor.web", "The river flows one way"),
    ("daemon.py", "import prometheus_client", "The text of metrics is written in one module"),
    ("daemon.py", "import monitor.web.annex", "web is entered by its front door"),
    ("daemon.py", "import monitor.upkeep.annex", "upkeep is entered by its front door"),
    ("daemon.py", "import monitor.settings.annex", "settings is entered by its front door"),
    ("cli/rules.py", "import monitor.yaml.file", "yaml is entered by its front door"),
    ("reload.py", "import monitor.yaml.edit", "Only verbs rewrite what people wrote"),
    ("annex.py", "", "The river flows one way"),
    ("match/annex.py", "import monitor.match.annexe", "No cycles inside any folder"),
    *[
        ("settings/model.py", f"import monitor.{stage}.annex", f"{stage} is entered by its front door")
        for stage in ("model", "ingest", "normalise", "dedup", "match", "alert", "deliver", "store")
    ],
    *[
        (f"{stage}/__init__.py", f"import monitor.{stage}.{room}.annex", f"{stage}/{room} is entered by its front door")
        for stage, rooms in ROOMS.items()
        for room in rooms.split()
    ],
]


@pytest.mark.parametrize(("module", "line", "contract"), BREACHES)
def test_a_breach_of_the_house_is_caught(module: str, line: str, contract: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "monitor", tmp_path / "monitor", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for door in (tmp_path / "monitor").glob("*/**/__init__.py"):
        room = door.parent
        (room / "annex.py").write_text("import monitor.errors\n", "utf-8")
        annex = ".".join(room.relative_to(tmp_path).parts)
        (room / "annexe.py").write_text(f"import {annex}.annex\n", "utf-8")
    with (tmp_path / "monitor" / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    done = lint_imports(tmp_path)
    broken = done.stdout.partition("Broken contracts")[2]
    assert done.returncode == 1, done.stdout + done.stderr
    assert contract in broken


def test_the_contracts_make_no_exception_and_forget_no_room() -> None:
    contracts = PYPROJECT["tool"]["importlinter"]["contracts"]
    assert not [contract for contract in contracts if "ignore_imports" in contract or "exhaustive_ignores" in contract]
    river = next(contract for contract in contracts if contract["id"] == "river")
    rooms = {f"monitor.{room}" for layer in river["layers"] for room in re.findall(r"(?<![(\w])\w+", layer)}
    without_sql = next(contract for contract in contracts if contract["id"] == "sql")["source_modules"]
    assert set(without_sql) == rooms - {"monitor.store"}


def late_imports(module: ast.Module) -> list[ast.stmt]:
    """Imports of our own that run later than at the top of their module."""
    inner = [node for top in module.body if not isinstance(top, ast.Import | ast.ImportFrom) for node in ast.walk(top)]
    return [
        node
        for node in inner
        if (isinstance(node, ast.Import) and any(name.name.split(".")[0] == "monitor" for name in node.names))
        or (isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").split(".")[0] == "monitor"))
    ]


def test_own_modules_are_imported_at_the_top_except_by_the_verbs() -> None:
    assert late_imports(ast.parse("def f():\n    from monitor.model import Item"))
    verbs = ROOT / "monitor" / "cli"
    assert [place(p, n) for p in MODULES if verbs not in p.parents for n in late_imports(tree(p))] == []


# ---- What a deciding stage may do ----

OUTSIDE = set("now utcnow today open read_text read_bytes write_text write_bytes print input exec eval".split())


def reaches_out(module: ast.Module) -> list[ast.AST]:
    """Calls and imports that read a clock, a file or the network, which no list of packages shows."""
    found: list[ast.AST] = []
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            found += [node] if name in OUTSIDE else []
        elif isinstance(node, ast.Import):
            found += [node for alias in node.names if re.fullmatch(r"urllib(?!\.parse$).*|io|os|uuid", alias.name)]
        elif isinstance(node, ast.ImportFrom):
            found += [node] if re.fullmatch(r"urllib(?!\.parse$).*|io|os|uuid", node.module or "") else []
    return found


@pytest.mark.parametrize(
    "line",
    ["datetime.now(UTC)", "open('x')", "Path('x').read_text()", "import urllib.request", "from urllib import request"],
)
def test_a_stage_that_looks_at_the_world_is_caught(line: str) -> None:
    assert reaches_out(ast.parse(line))


def test_deciding_stages_take_the_world_as_arguments() -> None:
    modules = [path for path in MODULES if path.relative_to(ROOT / "monitor").parts[0] in DECIDING]
    assert len(modules) > len(DECIDING)
    assert [place(path, node) for path in modules for node in reaches_out(tree(path))] == []


# ---- How big a room may grow ----


def test_no_file_and_no_function_is_too_full() -> None:
    lengths = {place(path, ast.Module()): len(path.read_text("utf-8").splitlines()) for path in code()}
    journey = lengths.pop("monitor/pipeline.py:1")
    assert journey <= 150
    assert {where: length for where, length in lengths.items() if length > 400} == {}
    functions = [
        (p, n) for p in code() for n in ast.walk(tree(p)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    # A migration is a list of columns, not a text to follow.
    rooms = [(path, n) for path, n in functions if MIGRATIONS not in path.parents]
    assert [place(path, n) for path, n in rooms if (n.end_lineno or 0) - n.lineno + 1 > 40] == []


def broad(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(one is None or getattr(one, "id", "") in ("Exception", "BaseException") for one in caught)


def test_at_most_three_places_catch_everything() -> None:
    assert broad(ast.parse("try: f()\nexcept (OSError, Exception): g()").body[0].handlers[0])
    found = [place(p, n) for p in MODULES for n in ast.walk(tree(p)) if isinstance(n, ast.ExceptHandler) and broad(n)]
    assert len(found) <= 3, found


# ---- What a room is called, and what it says of itself ----


def test_a_module_says_in_one_sentence_what_it_makes_of_what() -> None:
    first = {path: (ast.get_docstring(tree(path)) or "").split("\n\n")[0] for path in MODULES}
    silent = [str(path) for path, sentence in first.items() if not re.fullmatch(r"[^\n].*[.]", sentence, re.DOTALL)]
    assert silent == []
    package = ROOT / "monitor" / "__init__.py"
    rooms = [path for path in MODULES if path != package and MIGRATIONS not in path.parents]
    assert [str(path) for path in rooms if "->" not in first[path]] == []


def test_names_come_from_the_trade() -> None:
    names = {place(path, ast.Module()): path.stem for path in code()}
    for path in code():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef):
                names[place(path, node)] = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", node.name)
    assert {where: name for where, name in names.items() if VAGUE & set(name.lower().split("_"))} == {}


def test_nothing_is_left_to_do_in_comments() -> None:
    texts = [
        *code(),
        *(p for f in ("config", "deploy") for p in (ROOT / f).rglob("*") if p.is_file()),
        ROOT / "Makefile",
    ]
    unfinished = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")
    assert [str(path) for path in texts if unfinished.search(path.read_text("utf-8"))] == []


def test_an_ignored_type_error_has_its_code_and_its_reason() -> None:
    lines = [
        (path, line) for path in MODULES for line in path.read_text("utf-8").splitlines() if "type: ignore" in line
    ]
    reasoned = re.compile(r"# type: ignore\[[a-z-]+(, ?[a-z-]+)*\]  # \w+")
    assert [line for _, line in lines if not reasoned.search(line)] == []


def test_the_top_of_the_house_is_as_designed() -> None:
    ignored = [pattern.rstrip("/") for pattern in (ROOT / ".gitignore").read_text("utf-8").split()]
    entries = {path.name for path in ROOT.iterdir() if not any(fnmatch.fnmatch(path.name, one) for one in ignored)}
    assert entries - {".git"} == TOP_LEVEL


def test_the_map_names_every_folder_and_module_at_the_top() -> None:
    told = (ROOT / "monitor" / "README.md").read_text("utf-8").partition("\n## ")[0]
    named = set(re.findall(r"`(\w+(?:\.py|/))`", told))
    named |= {f"{stage}/" for stage in re.search(r"\*\*(.+?)\*\*", told)[1].split(", ")}
    there = {path.name + "/" * path.is_dir() for path in (ROOT / "monitor").glob("[a-z]*")}
    assert {one for one in there if one.endswith((".py", "/"))} - named == set()
    assert named - there - {path.name for path in MODULES} == set()


# ---- What is locked ----


def locked(file: str) -> dict[str, tuple[str, set[str]]]:
    """A requirements file: name -> (version, hashes)."""
    found: dict[str, tuple[str, set[str]]] = {}
    for entry in re.split(r"\n(?=\S)", (ROOT / file).read_text("utf-8")):
        if head := re.match(r"([a-z0-9-]+)==(\S+)", entry):
            found[head[1]] = (head[2], set(re.findall(r"--hash=(sha256:[0-9a-f]{64})", entry)))
    return found


def reachable(roots: list[dict[str, str]]) -> set[str]:
    """The names of everything that `roots`, dependencies of a package in uv.lock, need in the end."""
    packages = {package["name"]: package for package in LOCK["package"]}
    names, waiting = set(), list(roots)
    while waiting:
        one = waiting.pop()
        package = packages[one["name"]]
        wanted = package.get("dependencies", []) if one["name"] not in names else []
        for extra in one.get("extra", []):
            wanted = [*wanted, *package["optional-dependencies"][extra]]
        names.add(one["name"])
        waiting += wanted
    return names


def test_pip_gets_what_uv_gets() -> None:
    packages = {package["name"]: package for package in LOCK["package"]}
    own = packages["news-monitor"]
    runtime, everything = locked("requirements.txt"), locked("requirements-dev.txt")
    assert set(runtime) == reachable(own["dependencies"])
    assert set(everything) == reachable(own["dependencies"] + own["dev-dependencies"]["dev"])
    for name, (version, hashes) in [*runtime.items(), *everything.items()]:
        package = packages[name]
        files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
        assert (version, hashes) == (package["version"], {file["hash"] for file in files})


def test_the_lock_is_that_of_the_project() -> None:
    own = next(package for package in LOCK["package"] if package["name"] == "news-monitor")["metadata"]
    stated = PYPROJECT["project"]["dependencies"] + PYPROJECT["dependency-groups"]["dev"]
    parts = [re.fullmatch(r"([\w.-]+)(?:\[\w+\])?([^;]*)(?:; )?(.*)", one.lower()).groups() for one in stated]
    meant = {(name.replace(".", "-"), *rest) for name, *rest in parts}
    held = own["requires-dist"] + own["requires-dev"]["dev"]
    assert {
        (one["name"], one.get("specifier", ""), one.get("marker", "").replace("full_", "")) for one in held
    } == meant


def test_everything_comes_from_the_public_index() -> None:
    sources = {str(package["source"]) for package in LOCK["package"] if package["name"] != "news-monitor"}
    assert sources == {"{'registry': 'https://pypi.org/simple'}"}
    for file in ("requirements.txt", "requirements-dev.txt"):
        options = re.findall(r"^\s*(-[-a-z]+|file:|https?:\S+)", (ROOT / file).read_text("utf-8"), re.MULTILINE)
        assert set(options) == {"--hash"}

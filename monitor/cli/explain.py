"""`rules explain` -> why a rule matches an article or not, and the smallest change under which it would."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.cli.ledger import wanted
from monitor.cli.options import Config, Json, answer, opened_store, say
from monitor.cli.rules import RuleFiles, item_of, rules_for
from monitor.errors import MonitorError
from monitor.match import ExplainedNode, Explanation, Rule, RuleSet, explained, to_mapping
from monitor.model import Article, Evidence
from monitor.normalise import normalise
from monitor.plain import one_line
from monitor.yaml import suggestion

_FILES = (".txt", ".html", ".htm", ".eml")
_WRITTEN = 160  # characters of a condition in the tree
_TITLE = 100
_PASSAGE = 60
_PASSAGES = 5  # of each condition; with --json there are all


def add_to(app: typer.Typer) -> None:
    """Hang this verb on its noun."""
    app.command("explain")(explain_rule)


def explain_rule(
    context: typer.Context,
    rule: Annotated[str, typer.Argument(metavar="RULE", help="The id of the rule.")],
    article: Annotated[
        str,
        typer.Argument(metavar="FILE-or-ARTICLE", help="A .txt or .html file, or the id or URL of an article held."),
    ],
    config: Config = None,
    rules: RuleFiles = None,
    as_json: Json = False,
) -> None:
    """Why a rule matches an article or not: its tree, the nearest miss, the smallest change that would match."""
    chosen, languages = rules_for(context, config, rules)
    asked = _rule(chosen, rule)
    if (path := Path(article)).exists() or _is_path(article):
        held, name, read = None, article, _read(path, languages)
    else:
        with opened_store(context, config) as store:
            row = wanted(store, article)
        held, name, read = row.id, f"article {row.id}", row.article
    found = explained(asked, read, languages)
    if as_json:
        answer({"article": _about(held, None if held else article, read), **_document(found)})
        return
    for line in _lines(found, name, read):
        say(line)
    if held:
        say(f"what became of the article: news-monitor why {held}")


def _rule(rules: RuleSet, name: str) -> Rule:
    if found := rules.rules.get(name):
        return found
    raise MonitorError(f"no rule has the id '{name}'{suggestion(name, rules.rules)}")


def _is_path(written: str) -> bool:
    """Whether a word that names no file is meant as one all the same."""
    return "://" not in written and ("/" in written or Path(written).suffix.lower() in _FILES)


def _read(path: Path, languages: tuple[str, ...]) -> Article:
    if path.exists() and not path.is_file():
        raise MonitorError(f"{path}: is not a regular file")
    try:
        return normalise(item_of(path), languages, datetime.now(UTC))
    except OSError as error:
        raise MonitorError(f"{path}: cannot be read: {error.strerror}") from None


# ---- For people ----


def _lines(found: Explanation, name: str, article: Article) -> Iterator[str]:
    verdict = "matches" if found.matched else "does not match"
    yield f"rule {found.rule.id} {verdict} {name}: {one_line(article.title, limit=_TITLE) or 'untitled'}"
    if found.rule.languages:
        yield f"{_mark(found.languages)}languages: {', '.join(found.rule.languages)}"
    yield from _tree(found.tree, "")
    for miss in dict.fromkeys(found.misses):
        yield f"nearest miss: {miss}"
    if found.remedy:
        for change in found.remedy.changes:
            on = f" (on {one_line(change.on, limit=_WRITTEN)})" if change.on else ""
            yield f"smallest change: {one_line(change.says, limit=_WRITTEN)}{on}"
    elif not found.matched:
        yield "smallest change: no small change makes this rule match"


def _tree(node: ExplainedNode, indent: str) -> Iterator[str]:
    yield f"{_mark(node.held)}{indent}{one_line(node.written, limit=_WRITTEN)}"
    below = " " * len(_mark(True)) + indent + "  "
    if node.evidence:
        yield f"{below}{_passages(node.evidence)}"
    if node.because:
        yield f"{below}{node.because}"
    for inner in node.of:
        yield from _tree(inner, f"{indent}  ")


def _mark(held: bool) -> str:
    return "held    " if held else "failed  "


def _passages(evidence: tuple[Evidence, ...]) -> str:
    """`title: Otan; body: l'Otan, l'OTAN`."""
    fields: dict[str, list[str]] = {}
    for one in evidence[:_PASSAGES]:
        fields.setdefault(one.field, []).append(one_line(one.text, limit=_PASSAGE))
    more = f" and {len(evidence) - _PASSAGES} more" if len(evidence) > _PASSAGES else ""
    return "; ".join(f"{field}: {', '.join(texts)}" for field, texts in fields.items()) + more


# ---- For programs ----


def _about(held: int | None, file: str | None, article: Article) -> dict[str, Any]:
    return {"id": held, "file": file, "title": article.title, "language": article.language}


def _document(found: Explanation) -> dict[str, Any]:
    remedy = found.remedy and {
        "changes": [
            {"write": one.says, "on": one.on, "actor": one.actor, "alias": one.alias} for one in found.remedy.changes
        ],
        "when": to_mapping(found.remedy.rule.condition),
        "languages": list(found.remedy.rule.languages),
    }
    return {
        "rule": found.rule.id,
        "version": found.rule.version,
        "matches": found.matched,
        "languages": {"rule": list(found.rule.languages), "held": found.languages},
        "tree": _node(found.tree),
        "nearest_miss": list(found.misses),
        "smallest_change": remedy,
    }


def _node(node: ExplainedNode) -> dict[str, Any]:
    return {
        "condition": node.written,
        "held": node.held,
        "because": node.because,
        "evidence": [
            {"in": one.field, "start": one.start, "end": one.end, "text": one.text, "term": one.term}
            for one in node.evidence
        ],
        "of": [_node(inner) for inner in node.of],
    }

"""`actors show, import` -> every form that an actor is found by; names from CSV or JSON as actors of a rule file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.cli.options import Config, Json, answer, counted, say
from monitor.cli.rules import RuleFiles, rules_for
from monitor.errors import ConfigError, MonitorError, Problem
from monitor.match import Actor, Listed, Shown, forms_of, load_actors, read_names
from monitor.yaml import suggestion
from monitor.yaml.edit import add_actors, as_actors

app = typer.Typer(no_args_is_help=True)


@app.command("show")
def show_actor(
    context: typer.Context,
    id_: Annotated[str, typer.Argument(metavar="ID", help="The actor as the rule files call it.")],
    config: Config = None,
    rules: RuleFiles = None,
    as_json: Json = False,
) -> None:
    """Every form that an actor is found by, and examples of the slips that its `fuzzy` lets pass or not."""
    actors = load_actors(rules or rules_for(context, config, None)[0].files)
    if id_ not in actors:
        raise MonitorError(f"unknown actor '{id_}'{suggestion(id_, actors)}")
    actor, place = actors[id_]
    found = forms_of(actor)
    if as_json:
        answer(_document(id_, actor, place, found))
        return
    kind = f" ({actor.kind})" if actor.kind else ""
    say(f"{id_}: {actor.spellings[0].text if actor.spellings else ''}{kind}, {place.path}:{place.line}")
    for one in found:
        _show(one)


def _document(id_: str, actor: Actor, place: Problem, found: list[Shown]) -> dict[str, Any]:
    return {
        "id": id_,
        "name": actor.spellings[0].text if actor.spellings else "",
        "kind": actor.kind,
        "file": f"{place.path}:{place.line}",
        "spellings": [
            {
                "text": one.text,
                "mode": str(one.mode),
                "fuzzy": one.edits,
                "forms": [{"of": form.of, "how": form.how, "forms": list(form.forms)} for form in one.forms],
                "passes": list(one.passes),
                "fails": [{"text": text, "why": why} for text, why in one.fails],
            }
            for one in found
        ],
    }


_MODES = {"case": ", in these letters only", "inflect": ", also in the plural and feminine"}


def _show(one: Shown) -> None:
    say(f"{one.text}{_MODES.get(one.mode, '')}")
    for form in one.forms:
        of = "" if form.of == one.text else f"{form.of}, "
        say(f"  {of}{form.how}: {', '.join(form.forms)}")
    if one.passes:
        say(f"  fuzzy {one.edits}, such as: {', '.join(one.passes)}")
    if one.fails:
        say(f"  but not: {', '.join(f'{text} ({why})' for text, why in one.fails)}")


@app.command("import")
def import_actors(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or JSON with id, name, alias, kind.")],
    into: Annotated[
        Path | None, typer.Option("--into", metavar="RULES.yaml", help="The rule file to add them to.")
    ] = None,
    config: Config = None,
) -> None:
    """Print the names of a CSV or JSON file as `actors:` of a rule file, or add them to one, all else byte for byte.

    Exits 1 and changes nothing when an id is taken. Rows that cannot be used are told, and make it exit 1 as well.
    """
    try:
        found = read_names(file, file.read_bytes())
    except OSError as error:
        raise MonitorError(f"{file}: cannot be read: {error.strerror}") from None
    for problem in found.problems:
        say(str(problem), err=True)
    entries = {one.id: one.entry for one in found.actors}
    if into is None:
        typer.echo(as_actors(entries), nl=False)
    else:
        _refuse_taken(context, config, into, found.actors)
        add_actors(into, entries)
        say(f"added {counted(len(entries), 'actor')} to {into}")
    if found.problems:
        raise typer.Exit(1)


def _refuse_taken(context: typer.Context, config: Path | None, into: Path, new: tuple[Listed, ...]) -> None:
    """Raise ConfigError with the place of every id that is an actor's already, there or in the files read with it."""
    files = [into]
    try:
        configured = rules_for(context, config, None)[0].files
    except MonitorError:
        if config or context.obj:
            raise
        configured = ()
    if into.resolve() in {path.resolve() for path in configured}:
        files += [path for path in configured if path.resolve() != into.resolve()]
    held = load_actors(files)
    taken = [
        Problem(one.place.path, one.place.line, one.place.column, f"actor '{one.id}' is defined already in {where}")
        for one in new
        if one.id in held and (where := f"{held[one.id][1].path}:{held[one.id][1].line}")
    ]
    if taken:
        raise ConfigError(taken)

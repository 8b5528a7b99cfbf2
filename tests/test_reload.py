"""What an edit becomes: live at once and stored, or refused and told once, whatever the store does meanwhile."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from flow.installation import RULES, Installation, article
from reloading import CONSOLE, Running, away, journey

from monitor import pipeline, reload
from monitor.errors import ConfigError
from monitor.watch import Watch

MORE = RULES + "  - {id: flood, when: {phrase: crue}}\n"
FAILING = RULES + "  - {id: flood, when: {phrase: crue}, tests: [{match: true, text: la paix}]}\n"
BROKEN = RULES + "  - {id: flood, when: {phrse: crue}}\n"


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    one = Installation(tmp_path)
    one.configure(CONSOLE)
    return one


def test_a_change_is_read_when_two_looks_saw_the_same(installation: Installation) -> None:
    async def steps(running: Running) -> None:
        await running.looks()
        running.write(MORE)
        await running.looks(1)
        assert "flood" not in running.rules
        running.write(MORE + "# an editor that writes in steps\n")
        await running.looks(1)
        assert "flood" not in running.rules
        await running.looks(1)
        assert running.rules == ["strike", "morel", "flood"]
        assert running.reloads.state.successful
        assert running.told == []

    journey(installation, steps)


@pytest.mark.parametrize("bad", [FAILING, BROKEN, "rules: [\n", "\ufeff\0", ""])
def test_a_bad_edit_changes_nothing_and_is_told_once(installation: Installation, bad: str) -> None:
    async def steps(running: Running) -> None:
        before = running.watch.current
        for text in (bad, bad + "\n# another attempt\n"):
            running.write(text)
            await running.looks(3)
            assert running.watch.current == before
            assert not running.reloads.state.successful
            assert all("rules.yaml:" in line for line in running.reloads.state.problems)
            assert running.told == ["monitor.reload-refused"]
        running.write(RULES)
        await running.looks()
        assert running.reloads.state.successful
        assert running.told == ["monitor.reload-refused", "monitor.reload-recovered"]

    journey(installation, steps)


def test_what_is_asked_for_is_done_at_once_also_without_a_change(installation: Installation) -> None:
    async def steps(running: Running) -> None:
        before = running.reloads.state.at
        running.asked.set()
        await running.looks(1)
        assert running.reloads.state.at > before
        running.write(BROKEN)
        running.asked.set()
        await running.looks(1)
        assert not running.reloads.state.successful
        assert not running.asked.is_set()

    journey(installation, steps)


def test_what_was_asked_for_is_done_once_also_while_the_store_is_away(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def steps(running: Running) -> None:
        await running.looks()
        monkeypatch.setattr(running.watch.store, "went_live", away)
        running.write(MORE)
        running.asked.set()
        await running.looks(1)
        at = running.reloads.state.at
        await running.looks(2)
        assert running.reloads.state.at == at

    journey(installation, steps)


def test_of_many_mistakes_the_first_are_told_and_how_many_there_are(installation: Installation) -> None:
    async def steps(running: Running) -> None:
        running.write("rules:\n" + "".join(f"  - {{id: r{number}}}\n" for number in range(50)))
        await running.looks(3)
        assert len(running.reloads.state.problems) == 50
        (row,) = running.watch.store.daemons()
        (alert,) = running.watch.store.alerts(1, suppressed=False)
        for lines in (row.state["problems"], alert.document["new"]):
            assert len(lines) == reload.MOST + 1
            assert lines[-1] == "and 30 more: `news-monitor check` shows them"

    journey(installation, steps)


def test_a_touched_file_loads_nothing(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    async def steps(running: Running) -> None:
        await running.looks()
        monkeypatch.setattr(reload, "_build", never)
        running.write(RULES)
        await running.looks(3)

    journey(installation, steps)


def never(*_: object) -> Any:
    raise AssertionError


def test_a_file_that_only_the_refused_edit_names_is_watched(installation: Installation) -> None:
    path = installation.folder / "monitor.yaml"

    async def steps(running: Running) -> None:
        (running.folder / "more").mkdir()
        running.write("rules: [{id: flood}]", "more/a.yaml")
        path.write_text(path.read_text("utf-8").replace("[rules/*.yaml]", "[rules/*.yaml, more/*.yaml]"), "utf-8")
        await running.looks()
        assert not running.reloads.state.successful
        running.write("rules: [{id: flood, when: {phrase: crue}}]", "more/a.yaml")
        await running.looks(3)
        assert "flood" in running.rules
        path.write_text("version: [\n", "utf-8")
        await running.looks()
        assert "flood" in running.rules
        assert not running.reloads.state.successful

    journey(installation, steps)


def test_a_test_by_an_archived_article_is_run_against_the_store(installation: Installation) -> None:
    asked_for: list[int] = []

    async def steps(running: Running) -> None:
        held = running.watch.store.archived_article

        def noted(ident: int) -> Any:
            asked_for.append(ident)
            return held(ident)

        running.watch.store.archived_article = noted  # type: ignore[method-assign]
        running.write(MORE.replace("crue}", "crue}, tests: [{match: true, article: 7}]"))
        await running.looks()
        assert (asked_for, running.reloads.state.problems) == ([7], ())

    journey(installation, steps)


def test_a_mistake_in_the_loader_is_a_refusal(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    async def steps(running: Running) -> None:
        monkeypatch.setattr(reload, "build", odd)
        running.write(MORE)
        await running.looks()
        (problem,) = running.reloads.state.problems
        assert problem.endswith("monitor.yaml:1:1: cannot be loaded (KeyError: 'odd')")

    journey(installation, steps)


def odd(_: object) -> Any:
    raise KeyError("odd")


def test_what_the_store_did_not_take_comes_again(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    async def steps(running: Running) -> None:
        store = running.watch.store
        await running.looks()
        running.write(MORE)
        with monkeypatch.context() as patch:
            patch.setattr(store, "went_live", away)
            await running.looks()
            assert "flood" in running.rules
            live = store.ruleset_live()
            assert live is not None
            assert b"flood" not in b"".join(live.files.values())
        await running.looks(1)
        live = store.ruleset_live()
        assert live is not None
        assert b"flood" in b"".join(live.files.values())
        running.write(BROKEN)
        with monkeypatch.context() as patch:
            patch.setattr(store, "intake", away)
            await running.looks()
            assert not running.reloads.state.successful
        assert running.told == []
        await running.looks(1)
        assert running.told == ["monitor.reload-refused"]

    journey(installation, steps)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_restart_tells_what_has_changed_since(
    installation: Installation, engine: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine == "postgresql":
        monkeypatch.setenv("NEWS_MONITOR_DATABASE", request.getfixturevalue("postgres_url")())

    async def refused(running: Running) -> None:
        running.write(BROKEN)
        await running.looks()
        assert running.told == ["monitor.reload-refused"]

    async def still(running: Running) -> None:
        assert running.rules == ["strike", "morel"]
        assert (running.reloads.state.ready, running.reloads.state.successful) == (False, False)
        assert running.told == ["monitor.reload-refused"]

    async def repaired(running: Running) -> None:
        assert (running.reloads.state.ready, running.reloads.state.successful) == (True, True)
        assert running.told == ["monitor.reload-refused", "monitor.reload-recovered"]

    journey(installation, refused)
    journey(installation, still)
    (installation.folder / "rules" / "rules.yaml").write_text(RULES, "utf-8")
    journey(installation, repaired)


def test_stored_rules_that_cannot_be_used_any_more_are_no_way_out(installation: Installation) -> None:
    async def spoil(running: Running) -> None:
        path = str((running.folder / "rules" / "rules.yaml").absolute())
        running.watch.store.went_live({path: b"rules: [{id: old, when: {ancient: x}}]"}, ("fr",), running.watch.clock())

    journey(installation, spoil)
    (installation.folder / "rules" / "rules.yaml").write_text(BROKEN, "utf-8")
    with pytest.raises(ConfigError, match="phrse"):
        journey(installation, spoil)


def test_what_is_opened_once_stays_until_a_restart_and_the_rest_is_taken(installation: Installation) -> None:
    path = installation.folder / "monitor.yaml"
    before = path.read_text("utf-8")

    async def steps(running: Running) -> None:
        path.write_text(before.replace("workers: 1", "workers: 3").replace("Europe/Paris", "UTC"), "utf-8")
        await running.looks(3)
        settings = running.watch.current.settings
        assert (settings.workers, settings.timezone) == (1, "UTC")
        assert running.reloads.state.restart == ("workers",)
        path.write_text(before, "utf-8")
        await running.looks()
        assert running.reloads.state.restart == ()

    journey(installation, steps)


def test_what_others_see_follows_the_state(installation: Installation) -> None:
    async def steps(running: Running) -> None:
        (row,) = running.watch.store.daemons()
        assert (row.state["config_last_reload_successful"], row.state["rules"]) == (True, 2)
        running.write(BROKEN)
        await running.looks(3)
        (row,) = running.watch.store.daemons()
        assert row.state["config_last_reload_successful"] is False
        assert row.state["problems"] == list(running.reloads.state.problems)

    journey(installation, steps)


def test_a_folder_that_cannot_be_looked_at_is_looked_at_again(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> Any:
        raise OSError("the disk is away")

    async def steps(running: Running) -> None:
        await running.looks()
        running.write(MORE)
        running.asked.set()
        with monkeypatch.context() as patch:
            patch.setattr(reload, "_stamps", fails)
            await running.looks()
        assert running.asked.is_set()
        await running.looks(1)
        assert "flood" in running.rules

    journey(installation, steps)


def test_a_poll_that_runs_takes_its_next_batch_by_the_new_rules(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "BATCH", 2)
    monkeypatch.setattr("monitor.ingest.files.SETTLED", 0)
    keep = pipeline._keep
    for number in range(6):
        installation.write(f"{number}.txt", article(number, "La grève et la crue."))

    async def steps(running: Running) -> None:
        def edited(watch: Watch, *rest: Any) -> Any:
            """The reload comes in the middle of the second batch."""
            if running.watch.store.counts().articles == 2:
                running.write(MORE.replace("grève", "paix"))
                running.asked.set()
                asyncio.run_coroutine_threadsafe(running.looks(1), loop).result()
            return keep(watch, *rest)

        loop = asyncio.get_running_loop()
        monkeypatch.setattr(pipeline, "_keep", edited)
        states = running.watch.store.claim_sources("w", ["inbox"], running.watch.clock(), pipeline.LEASE)
        await pipeline.take_in(running.watch, running.reloads.roster.sources["inbox"], states["inbox"])
        told = running.watch.store.alerts(100, suppressed=True)
        assert Counter(alert.rule for alert in told) == {"strike": 4, "morel": 6, "flood": 2}
        assert {alert.article for alert in told if alert.rule == "flood"} == {5, 6}

    journey(installation, steps)


def test_the_end_of_the_daemon_does_not_wait_for_a_load(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def steps(running: Running) -> None:
        loading = asyncio.Event()

        async def hangs(*_: object) -> None:
            loading.set()
            await asyncio.get_running_loop().create_future()

        monkeypatch.setattr(reload, "in_time", hangs)
        look = asyncio.create_task(running.reloads.look())
        await loading.wait()
        await running.reloads.finish()
        await look
        await running.looks(1)
        assert running.watch.store.daemons() == []

    journey(installation, steps)

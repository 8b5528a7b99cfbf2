"""Edits while the daemon runs: good ones are live within seconds, bad ones change nothing, and no alert is lost or
repeated."""

import os
import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flow.installation import SECRET, Installation, Receiver, article
from flow.running import Running

Start = Callable[[], Running]

# The suite makes one bad edit of each kind between good ones; 20 are measured with NEWS_MONITOR_TEST_EDITS=20.
EDITS = int(os.environ.get("NEWS_MONITOR_TEST_EDITS", "8"))
LIVE = 5.0  # seconds in which an edit is live
CONSOLE = "receivers: [{name: terminal, type: console}]\nroute: {receiver: terminal}\n"

# The first two rules stay, the third is the edit's own. Only the title of the first differs: it gets other versions.
RULES = """
version: 1
rules:
  - {{id: strike, title: Edit {n}, when: {{phrase: grève}}}}
  - {{id: everything, level: low, novelty: every, when: {{phrase: dossier}}}}
  - {{id: edit-{n}, when: {{phrase: repère{n}}}, tests: [{{match: true, text: Voici repère{n}.}}]}}
"""
BAD = [
    RULES + "  - {{id: other, when: {{phrse: dossier}}}}\n",
    RULES + "  - {{id: other, when: {{phrase: dossier}}, tests: [{{match: false, text: Un dossier.}}]}}\n",
    RULES + "  - [\n",
    None,  # the file is gone
]


def rules_file(installation: Installation) -> Path:
    return installation.folder / "rules" / "rules.yaml"


def rows(installation: Installation, statement: str) -> list[Any]:
    with closing(sqlite3.connect(installation.folder / "var" / "news-monitor.db")) as connection:
        return connection.execute(statement).fetchall()


def said(running: Running, words: str) -> int:
    running.read(0)
    return running.output.count(words)


def edit(running: Running, path: Path, text: str | None, answer: str) -> float:
    """Write a file (or remove it) and wait for what the daemon makes of that; gives the seconds it took."""
    before = said(running, f'"{answer}"')
    if text is None:
        path.unlink()
    else:
        path.write_text(text, "utf-8")
    return running.is_so(lambda: said(running, f'"{answer}"') > before, f"{path.name}: {answer}")


@contextmanager
def arriving(installation: Installation) -> Iterator[list[int]]:
    """Articles that come several times a second; gives their numbers."""
    written: list[int] = []
    stop = threading.Event()

    def write() -> None:
        for number in count(1000):
            if stop.wait(0.3):
                return
            put(installation, number)
            written.append(number)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield written
    finally:
        stop.set()
        thread.join()


def put(installation: Installation, number: int, words: str = "Les syndicats annoncent une grève.") -> None:
    """Let an article arrive that was written to its end long ago."""
    path = installation.folder / f"{number}.tmp"
    path.write_text(article(number, words), "utf-8")
    os.utime(path, (1, 1))
    path.rename(installation.inbox / f"{number}.txt")


@pytest.mark.timeout(300)
def test_edits_under_load_lose_and_repeat_no_alert(installation: Installation, run: Start, receiver: Receiver) -> None:
    hook = f"{{name: hook, type: webhook, url: '{receiver.url}', secret: {SECRET}}}"
    installation.configure(
        f"receivers: [{hook}]\nroute: {{receiver: hook, group_interval: 0s}}\n", rules=RULES.format(n=0)
    )
    running = run()
    times, own = [], []
    with arriving(installation) as written:
        for n in range(1, EDITS + 1):
            if n % 2 == 0:
                broken = BAD[n // 2 % len(BAD)]
                edit(running, rules_file(installation), broken and broken.format(n=n), "reload_refused")
            else:
                times.append(edit(running, rules_file(installation), RULES.format(n=n), "reloaded"))
            put(installation, n, f"Le texte cite repère{n}. Une grève commence.")
            own.append(n)
            if n % 2:  # the next edit takes the rule away that is for this article
                held = f"select 1 from article where guid = '{n}.txt'"
                running.is_so(lambda held=held: rows(installation, held), "the article is stored")
    numbers = {*written, *own}
    running.is_so(lambda: installation.articles() == len(numbers), "all articles are stored")
    running.is_so(lambda: not rows(installation, "select 1 from delivery where state != 'sent'"), "all is sent")
    assert running.stop() == 0
    check_alerts(installation, receiver, len(numbers))
    assert max(times) < LIVE
    print(f"\n{EDITS} edits, {len(numbers)} articles; live within {min(times):.1f} to {max(times):.1f} s")


def check_alerts(installation: Installation, receiver: Receiver, articles: int) -> None:
    """Each article was alerted once by each rule that stayed; each good edit once by its own; bad ones never."""
    told = rows(installation, "select rule, article_id from alert where key is not null and article_id is not null")
    assert len(told) == len(set(told))
    by_rule = Counter(rule for rule, _ in told)
    assert (by_rule.pop("strike"), by_rule.pop("everything")) == (articles, articles)
    assert by_rule == {f"edit-{n}": 1 for n in range(1, EDITS + 1) if n % 2}
    sent = [one["key"] for _, body in receiver.requests for one in body["data"]["alerts"]]
    assert len(sent) == len(set(sent))
    events = Counter(key.split("/")[0] for key in sent if key.startswith("monitor."))
    assert events == {"monitor.reload-refused": EDITS // 2, "monitor.reload-recovered": EDITS // 2 - 1}
    # A version is that of one edit: what was matched by the rules of an edit is told by these.
    titles = rows(
        installation, "select version, json_extract(document, '$.rule.title') from alert where rule = 'strike'"
    )
    assert len({version for version, _ in titles}) == len({title for _, title in titles}) == len(set(titles))
    assert {title for _, title in titles} >= {f"Edit {n}" for n in range(1, EDITS, 2)}


def test_every_way_of_writing_a_file_is_seen(installation: Installation, run: Start, tmp_path: Path) -> None:
    installation.configure(CONSOLE)
    running = run()
    rules = rules_file(installation)
    extra = rules.with_name("extra.yaml")
    assert edit(running, extra, "rules: [{id: extra, when: {phrase: crue}}]", "reloaded") < LIVE
    assert '"added": ["extra"]' in running.output
    assert edit(running, extra, None, "reloaded") < LIVE
    assert '"removed": ["extra"]' in running.output
    # An editor that writes beside the file and puts it in its place.
    before, beside = said(running, '"reloaded"'), tmp_path / "beside"
    beside.write_text(rules.read_text("utf-8").replace("grève", "vote"), "utf-8")
    beside.replace(rules)
    running.is_so(lambda: said(running, '"reloaded"') > before, "a renamed file is live", LIVE)
    assert '"changed": ["strike"]' in running.output
    assert "reload_refused" not in running.output
    assert running.stop() == 0


def test_files_behind_links_that_change_as_in_kubernetes(
    installation: Installation, run: Start, tmp_path: Path
) -> None:
    installation.configure(CONSOLE)
    text = rules_file(installation).read_text("utf-8")
    for number, words in enumerate(("grève", "crue")):
        (tmp_path / "rules" / f"..{number}").mkdir()
        (tmp_path / "rules" / f"..{number}" / "rules.yaml").write_text(text.replace("grève", words), "utf-8")
    data = tmp_path / "rules" / "..data"
    data.symlink_to("..0")
    rules_file(installation).unlink()
    rules_file(installation).symlink_to("..data/rules.yaml")
    running = run()
    swap = tmp_path / "rules" / "..tmp"
    swap.symlink_to("..1")
    swap.replace(data)
    assert running.says('"changed": ["strike"]') < LIVE
    put(installation, 1, "La crue monte.")
    running.says("*crue*")
    assert running.stop() == 0


def test_a_file_that_is_still_being_written_raises_no_alarm(installation: Installation, run: Start) -> None:
    installation.configure(CONSOLE)
    running = run()
    lines = rules_file(installation).read_text("utf-8").replace("grève", "vote").splitlines(keepends=True)
    with rules_file(installation).open("w", encoding="utf-8") as file:
        for line in [*lines[:-1], lines[-1][:10], lines[-1][10:]]:
            file.write(line)
            file.flush()
            running.read(0.4)
            time.sleep(0.2)
    assert running.says('"changed": ["strike"]') < LIVE
    assert "reload_refused" not in running.output
    assert running.stop() == 0


def test_sighup_reloads_at_once_and_says_so(installation: Installation, run: Start) -> None:
    installation.configure(CONSOLE)
    running = run()
    running.process.send_signal(signal.SIGHUP)
    assert running.says('"reloaded"') < 3
    rules_file(installation).write_text("rules: [\n", "utf-8")
    running.process.send_signal(signal.SIGHUP)
    assert running.says("reload_refused") < 3
    assert "rules.yaml:2:1: not valid YAML" in running.output
    assert running.stop() == 0


def test_other_sources_receivers_and_times_take_effect_and_what_cannot_is_told(
    installation: Installation, run: Start
) -> None:
    installation.configure(CONSOLE)
    put(installation, 1)
    running = run()
    running.says("Dossier 1")
    (installation.folder / "second").mkdir()
    sources = "sources: [{type: files, name: second, path: second, poll: 1s}]\n"
    french = CONSOLE.replace("console}", "console, language: fr}")
    before = said(running, '"reloaded"')
    installation.configure(french, sources=sources)
    path = installation.folder / "monitor.yaml"
    path.write_text(path.read_text("utf-8").replace("workers: 1", "workers: 2"), "utf-8")
    running.is_so(lambda: said(running, '"reloaded"') > before, "another configuration is live", LIVE)
    assert running.says('"settings": ["workers"]') < LIVE
    put(installation, 2)
    put(installation, 3)
    (installation.inbox / "3.txt").rename(installation.folder / "second" / "3.txt")
    running.says("[ÉLEVÉ]")
    running.says("Dossier 3")
    assert "Dossier 2" not in running.output
    assert "restart needed for what was changed: workers" in installation.run("health")
    path.write_text(path.read_text("utf-8").replace("workers: 2", "workers: 1"), "utf-8")
    running.is_so(lambda: "restart" not in installation.run("health"), "nothing waits for a restart any more", LIVE)
    assert running.stop() == 0


def test_what_waits_for_a_receiver_that_was_renamed_is_told(installation: Installation, run: Start) -> None:
    hook = f"{{name: hook, type: webhook, url: 'http://127.0.0.1:9/', secret: {SECRET}}}"
    installation.configure(f"receivers: [{hook}]\nroute: {{receiver: hook}}\n")
    put(installation, 1)
    running = run()
    running.says("delivery_failed")
    installation.configure(CONSOLE)
    running.says("deliveries_without_receiver")
    running.says("hook: deliveries wait for this receiver, which is no longer")
    running.says("delivery waits, and is sent when a receiver of this name is")
    running.is_so(lambda: "for 'hook', which" in installation.run("health"), "health shows it", LIVE)
    assert running.stop() == 0


def test_after_a_restart_on_a_bad_edit_the_stored_rules_run_and_it_says_so(
    installation: Installation, run: Start
) -> None:
    installation.configure(CONSOLE)
    first = run()
    assert "healthy: process" in installation.run("health")
    good = rules_file(installation).read_text("utf-8")
    edit(first, rules_file(installation), good + "  - {id: x}\n", "reload_refused")
    first.says("refused, the rules before stay live")
    assert "rules.yaml:8:5: 'when' is missing" in installation.run("health")
    assert "rules.yaml:8:5: 'when' is missing" in installation.run("check", expect=1)
    installation.run("once", expect=1)
    first.kill()
    put(installation, 1)
    second = run()
    second.says("started_with_stored_rules")
    second.says("une *grève*")
    told = installation.run("health", expect=1)
    assert "not ready: process" in told
    assert "rules.yaml:8:5: 'when' is missing" in told
    assert edit(second, rules_file(installation), good, "reloaded") < LIVE
    second.says("accepted again")
    assert "healthy: process" in installation.run("health")
    assert second.stop() == 0
    assert installation.run("health", expect=1) == "no daemon runs\n"
    events = rows(installation, "select rule from alert where article_id is null order by id")
    assert events == [("monitor.reload-refused",), ("monitor.reload-recovered",)]


@pytest.mark.parametrize(
    "bad", ["rules: [{id: x}]", "rules: [{id: x, when: {phrase: a}, tests: [{match: true, text: b}]}]"]
)
def test_without_stored_rules_a_bad_edit_is_the_end_of_the_start(installation: Installation, bad: str) -> None:
    installation.configure(CONSOLE, rules=bad)
    for _ in range(2):  # without a database, and with an empty one
        process = installation.start("run")
        _, errors = process.communicate(timeout=30)
        assert process.returncode == 1
        assert errors.startswith(f"{rules_file(installation)}:1:")
        assert "Traceback" not in errors
        installation.run("articles", "list")


def test_a_bad_configuration_itself_is_the_end_of_the_start(installation: Installation, run: Start) -> None:
    installation.configure(CONSOLE)
    running = run()
    path = installation.folder / "monitor.yaml"
    edit(running, path, path.read_text("utf-8") + "langauges: [fr]\n", "reload_refused")
    assert "(did you mean 'languages'?)" in installation.run("health")
    running.kill()
    process = installation.start("run")
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors.count("\n")) == (1, 1)
    assert "(did you mean 'languages'?)" in errors

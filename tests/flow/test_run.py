"""The daemon: alerts within seconds, files that come later, a clean stop, and peace on the second start."""

import os
import signal
import time
from pathlib import Path

import pytest
from flow.installation import Installation, article
from flow.running import Running

CONSOLE = "receivers: [{name: terminal, type: console}]\nroute: {receiver: terminal}\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_alerts_takes_later_files_and_stops_cleanly(installation: Installation, number: int) -> None:
    installation.configure(CONSOLE)
    os.utime(installation.write("a.txt", article(1)), (1, 1))
    running = Running(installation)
    running.says("Dossier 1")
    installation.write("b.txt", article(2))
    assert running.says("Dossier 2") < 6
    started = time.monotonic()
    assert running.stop(number) == 0
    assert time.monotonic() - started < 10
    assert "stopped" in running.output


def test_a_second_start_says_what_is_known_and_waits(installation: Installation) -> None:
    installation.configure(CONSOLE)
    for n in range(5):
        installation.write(f"{n}.txt", article(n))
    installation.json("once")
    running = Running(installation)
    running.says('"known": 5')
    time.sleep(2.5)
    assert running.process.poll() is None
    assert running.stop(signal.SIGTERM) == 0
    assert "Dossier" not in running.output


def test_a_terminal_that_nobody_reads_stops_neither_the_watch_nor_its_end(installation: Installation) -> None:
    installation.configure(CONSOLE)
    for n in range(300):
        os.utime(installation.write(f"{n:03}.txt", article(n)), (1, 1))
    process = installation.start("run")
    try:
        deadline = time.monotonic() + 100
        for number in (300, 301):
            while installation.articles() < number:
                assert time.monotonic() < deadline
                time.sleep(0.05)
            installation.write("later.txt", article(301))
        process.send_signal(signal.SIGTERM)
        assert process.wait(25) == 0
    finally:
        process.kill()
        process.communicate()


def test_a_folder_that_is_missing_at_the_start_is_read_when_it_comes(
    installation: Installation, tmp_path: Path
) -> None:
    installation.configure(CONSOLE, sources="sources: [{type: files, name: late, path: late, poll: 1s}]\n")
    running = Running(installation)
    running.says("source_failed")
    (tmp_path / "late").mkdir()
    (tmp_path / "late" / "a.txt").write_text(article(1))
    running.says("Dossier 1")
    assert running.stop(signal.SIGTERM) == 0

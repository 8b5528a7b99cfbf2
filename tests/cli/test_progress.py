"""Progress of a long verb: a bar for people, lines for files, nothing on stdout."""

import io
import sys

import pytest

from monitor.cli.progress import FEW, progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_few_steps_have_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(2, "sources") as advance:
        advance("A\x1b[31m\nB")
        advance("C")
    assert capsys.readouterr() == ("", "1/2 A B\n2/2 C\n")


@pytest.mark.parametrize("total", [FEW + 1, 99, 1000])
def test_many_steps_have_a_line_for_every_tenth_part(total: int, capsys: pytest.CaptureFixture[str]) -> None:
    with progress(total, "sources") as advance:
        for number in range(total):
            advance(str(number))
    out, err = capsys.readouterr()
    lines = err.splitlines()
    assert (out, len(lines), lines[-1]) == ("", 10, f"{total}/{total} sources (100 %)")


def test_more_steps_than_expected_do_no_harm(capsys: pytest.CaptureFixture[str]) -> None:
    for total in (0, 1):
        with progress(total, "sources") as advance:
            advance("A")
            advance("B")
    assert capsys.readouterr().out == ""


def test_a_terminal_gets_a_bar_and_names_are_no_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal, out = Terminal(), io.StringIO()
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(sys, "stdout", out)
    with progress(3, "sources") as advance:
        assert sys.stdout is out
        advance("[bold]x[/bold] \x1b]0;evil\x07")
        print("an alert")
    assert out.getvalue() == "an alert\n"
    shown = terminal.getvalue()
    assert "sources" in shown
    assert "1/3" in shown
    assert "[bold]x[/bold]" in shown
    assert "evil" not in shown


def test_what_is_printed_on_the_same_terminal_does_not_break_the_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, terminal)
    with progress(2, "sources") as advance:
        advance("A")
        print("an alert [bold]of[/bold] today")
    assert "an alert [bold]of[/bold] today" in terminal.getvalue()

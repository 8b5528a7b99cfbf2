"""Every kind of message in both languages, as it is: tests/data/messages, and the guide, which shows the English texts.

After a change that is meant, NEWS_MONITOR_WRITE_MESSAGES=1 .venv/bin/python -m pytest tests/alert/message/test_files.py
writes them anew; then read the difference, and look at the pages in a browser.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from alert.kinds import deliveries

from monitor.alert import render
from monitor.model import Message

PARIS = ZoneInfo("Europe/Paris")
ROOT = Path(__file__).parents[3]
FILES = ROOT / "tests" / "data" / "messages"
GUIDE = ROOT / "config" / "README.md"
WRITE = os.environ.get("NEWS_MONITOR_WRITE_MESSAGES") == "1"
KINDS = list(deliveries("en"))


def same(path: Path, made: str) -> None:
    if WRITE:
        path.parent.mkdir(exist_ok=True)
        path.write_text(made, "utf-8")
    assert path.read_text("utf-8") == made


def as_text(message: Message) -> str:
    return f"Subject: {message.subject}\n\n{message.text}\n"


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_message_is_as_it_was_looked_at(kind: str, language: str) -> None:
    message = render(deliveries(language)[kind], language, PARIS)
    same(FILES / f"{kind}.{language}.txt", as_text(message))
    same(FILES / f"{kind}.{language}.html", message.html)


def test_no_file_is_left_of_a_kind_that_is_gone() -> None:
    assert {path.name.split(".")[0] for path in FILES.iterdir()} == set(KINDS)


def test_the_guide_shows_every_kind_as_it_is() -> None:
    guide = GUIDE.read_text("utf-8")
    before, mark, rest = guide.partition("<!-- messages -->\n")
    _, end, after = rest.partition("<!-- end of messages -->\n")
    assert mark
    assert end
    fold = "<details><summary>{}</summary>\n\n```text\n{}```\n\n</details>\n"
    texts = {kind: as_text(render(one, "en", PARIS)) for kind, one in deliveries("en").items()}
    shown = [fold.format(kind, text) for kind, text in texts.items()]
    same(GUIDE, f"{before}{mark}{''.join(shown)}{end}{after}")


def test_no_text_shows_how_it_was_made() -> None:
    texts = [
        as_text(render(one, language, PARIS)) for language in ("en", "fr") for one in deliveries(language).values()
    ]
    assert not [text for text in texts if re.search(r"<[a-z]|&[a-z]+;|None(?! is)|\{\{|%\(", text)]

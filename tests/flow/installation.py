"""A whole installation in a folder, run as a user would, and a real receiver of its webhooks."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from jsonschema import Draft202012Validator
from standardwebhooks import Webhook

from monitor.cli import main
from monitor.deliver import webhook_schema

VALID = Draft202012Validator(webhook_schema())
SECRET = "whsec_" + "bmV3cy1tb25pdG9yLXRlc3Qtc2VjcmV0LTAx"

RULES = """
version: 1
actors:
  morel: {name: Luc Morel, aliases: [Morel]}
rules:
  - {id: strike, level: high, tags: [social], when: {phrase: grève}, \
tests: [{match: true, text: En grève.}, {match: false, text: Rien.}]}
  - {id: morel, level: low, when: {actor: morel}, \
tests: [{match: true, text: M. Morel.}, {match: false, text: Rien.}]}
"""


@dataclass
class Receiver:
    """What a real HTTP server was sent; every request is verified as Standard Webhooks, and by the schema."""

    requests: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    before_answer: Callable[[int], None] = lambda count: None
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def shown(self) -> dict[str, dict[str, Any]]:
        """What somebody sees who keys on `webhook-id`."""
        return dict(self.requests)


def handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            try:
                Webhook(SECRET).verify(body, dict(self.headers.items()))
            except Exception as error:
                receiver.bad.append(repr(error))
            receiver.bad += [error.message for error in VALID.iter_errors(json.loads(body))]
            receiver.requests.append((self.headers["webhook-id"], json.loads(body)))
            receiver.before_answer(len(receiver.requests))
            try:
                self.send_response(receiver.answers.pop(0) if receiver.answers else 204)
                self.send_header("content-length", "0")
                self.end_headers()
            except OSError:  # the sender was killed while we made up our mind
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A sender that is killed breaks its connection: expected here."""


@dataclass
class Installation:
    """A configuration in a folder, and the program run on it as a user would."""

    folder: Path

    @property
    def inbox(self) -> Path:
        return self.folder / "inbox"

    def configure(self, text: str = "", rules: str = RULES, sources: str | None = None) -> None:
        (self.folder / "rules").mkdir(exist_ok=True)
        self.inbox.mkdir(exist_ok=True)
        (self.folder / "rules" / "rules.yaml").write_text(rules, "utf-8")
        (self.folder / "secret").write_text(SECRET)
        sources = sources or "sources: [{type: files, name: inbox, path: inbox, poll: 1s}]\n"
        (self.folder / "monitor.yaml").write_text(
            "version: 1\nrules: [rules/*.yaml]\nworkers: 1\ntimezone: Europe/Paris\nlanguages: [fr, en]\n"
            # Whatever a test serves comes from one host, which is not to be spared here.
            "http: {allow_networks: [127.0.0.0/8], per_host: {concurrency: 100, interval: off}}\n"
            f"{sources}{text}",
            "utf-8",
        )

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "monitor", "--config", str(self.folder / "monitor.yaml"), *words]

    def start(self, *words: str, **options: Any) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(*words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", **options
        )

    def run(self, *words: str, expect: int = 0) -> str:
        """The output of a verb that must exit with `expect`.

        It is called in this process, as starting one takes seconds, and takes files at once that were just written.
        """
        out, err = StringIO(), StringIO()
        settled, called = patch("monitor.ingest.files.SETTLED", 0), patch.object(sys, "argv", self.command(*words)[2:])
        with settled, called, redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as stop:
            main()
        assert (stop.value.code or 0) == expect, f"{words}: exit {stop.value.code}\n{out.getvalue()}\n{err.getvalue()}"
        assert "Traceback" not in err.getvalue()
        return out.getvalue()

    def json(self, *words: str) -> Any:
        return json.loads(self.run(*words, "--json"))

    def articles(self) -> int:
        """How many articles are stored, seen from outside."""
        path = self.folder / "var" / "news-monitor.db"
        if not path.exists():
            return 0
        try:
            with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=1)) as connection:
                return int(connection.execute("select count(*) from article").fetchone()[0])
        except sqlite3.OperationalError:  # the schema is being made
            return 0

    def write(self, name: str, text: str) -> Path:
        path = self.inbox / name
        path.write_text(text, "utf-8")
        return path


def article(number: int, words: str = "Les syndicats annoncent une grève.") -> str:
    """A French article that no other number repeats."""
    town = ["Brest", "Metz", "Lille", "Tours", "Arles", "Dax", "Laon", "Sète", "Vannes", "Gap"][number % 10]
    return (
        f"Dossier {number}: {town} attend une réponse\n"
        f"La mairie de {town} examine le dossier numéro {number} depuis plusieurs semaines.\n"
        f"{words} Le vote sur le point {number} aura lieu dans {number + 2} jours, selon Luc Morel.\n"
    )

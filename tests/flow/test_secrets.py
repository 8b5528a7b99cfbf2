"""Secrets of a running daemon: in no log, page, database, listing or core file, also when everything fails."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path

from flow.installation import Installation, Receiver, article
from flow.running import Running
from flow.test_web import Pages, free_port

CANARY = "canary-4711-canary"
WHSEC = "whsec_" + base64.b64encode(CANARY.encode() * 2).decode()
SECRETS = (CANARY, WHSEC.removeprefix("whsec_")[:24], base64.b64encode(CANARY.encode()).decode())


def configure(installation: Installation, receiver: Receiver, port: int) -> None:
    """Receivers of every kind that has a secret, none of which takes anything."""
    for name, text in (
        ("smtp-password", CANARY),
        ("hook-secret", WHSEC),
        ("chat-url", f"json://user:{CANARY}@127.0.0.1:1/{CANARY}"),
        ("dead-man-url", f"http://127.0.0.1:1/{CANARY}"),
    ):
        (installation.folder / name).write_text(text, "utf-8")
    receiver.answers = [500] * 100
    installation.configure(
        "receivers:\n"
        "  - name: desk\n    type: email\n    to: [desk@example.org]\n    from: watch@example.org\n"
        "    smtp: {host: localhost, port: 1, username: watch, password_file: smtp-password}\n"
        f"  - {{name: hook, type: webhook, url: '{receiver.url}?token={CANARY}', secret_file: hook-secret}}\n"
        "  - {name: chat, type: apprise, url_file: chat-url}\n"
        "route:\n  receiver: desk\n  routes:\n"
        "    - {match: {tag: social}, receiver: hook, continue: true}\n"
        "    - {match: {tag: social}, receiver: chat, continue: true}\n"
        "    - {match: {tag: social}, receiver: desk}\n"
        f"dead_man_url_file: dead-man-url\nweb: {{listen: '127.0.0.1:{port}'}}\n"
    )


def test_a_canary_in_every_secret_is_never_seen(
    installation: Installation, run: Callable[[], Running], receiver: Receiver
) -> None:
    pages = Pages(free_port())
    configure(installation, receiver, pages.port)
    installation.write("a.txt", article(1))
    running = run()

    def all_tried() -> bool:
        tried = {one["receiver"] for one in installation.json("deliveries", "list") if one["attempt"]}
        return tried >= {"desk", "hook", "chat"}

    running.is_so(all_tried, "every receiver was tried", 40)
    shown = [pages.get(path)[1] for path in ("/healthz", "/readyz", "/metrics")]
    for words in (("deliveries", "list"), ("receivers", "list"), ("config", "show"), ("why", "1"), ("health",)):
        shown.append(installation.run(*words))
    core = re.search(r"Max core file size +(\S+)", Path(f"/proc/{running.process.pid}/limits").read_text("ascii"))
    assert core is not None
    assert core[1] == "0"
    assert running.stop() == 0
    shown.append(running.output)
    assert "dead_man_unreachable" in running.output
    stored = b"".join(one.read_bytes() for one in (installation.folder / "var").rglob("*") if one.is_file())
    assert b"Dossier 1" in stored
    assert [text for text in shown if "desk" in text]
    for secret in SECRETS:
        assert not [text for text in shown if secret in text]
        assert secret.encode() not in stored

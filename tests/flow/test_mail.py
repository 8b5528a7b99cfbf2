"""An alert by e-mail, from a file in a folder to a real mail server with STARTTLS and login."""

import re
import time
from datetime import timedelta
from pathlib import Path

import pytest
from deliver.conftest import PASSWORD
from flow.installation import Installation, article
from flow.mail import mail_server


@pytest.fixture
def mailed(installation: Installation) -> Installation:
    (installation.folder / "smtp-password").write_bytes(PASSWORD + b"\n")
    return installation


def configure(installation: Installation, port: int, certificate: Path) -> None:
    installation.configure(
        "receivers:\n  - name: desk\n    type: email\n    to: [desk@example.org, night@example.org]\n"
        "    from: watch@example.org\n    language: fr\n"
        f"    smtp: {{host: localhost, port: {port}, username: watch, password_file: smtp-password, "
        f"ca_file: '{certificate}'}}\nroute: {{receiver: desk}}\n"
    )


def test_each_address_gets_its_own_mail_with_the_passage(mailed: Installation, tmp_path: Path) -> None:
    with mail_server(tmp_path) as (peer, port):
        configure(mailed, port, peer.certificate.file)
        mailed.write("a.txt", article(1))
        done = mailed.json("once")
    assert (done["alerts"], done["sent"], done["pending"]) == (2, 2, 0)
    assert all(peer.encrypted)
    assert sorted(envelope.rcpt_tos[0] for envelope in peer.got) == ["desk@example.org", "night@example.org"]
    mails = peer.mails()
    assert len({mail["message-id"] for mail in mails}) == 2
    strike = mails[0]
    assert strike["subject"] == "[ÉLEVÉ] Dossier 1: Metz attend une réponse - strike (+1)"
    assert strike["auto-submitted"] == "auto-generated"
    text, html = strike.get_body(("plain",)), strike.get_body(("html",))
    assert "  > Les syndicats annoncent une *grève*." in text.get_content()
    assert re.search("<mark [^>]*>grève</mark>", html.get_content())
    assert peer.connections < 3


def test_a_refused_mail_is_tried_again_under_the_same_message_id(
    mailed: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.deliver.backoff.STEPS", [timedelta(seconds=3)] * 3)
    with mail_server(tmp_path) as (peer, port):
        configure(mailed, port, peer.certificate.file)
        peer.finals.append("drop")
        mailed.write("a.txt", article(1, "Rien à signaler."))
        done = mailed.json("once")
        assert (done["sent"], done["failed"], done["pending"]) == (1, 1, 1)
        time.sleep(3.8)  # the pause and its jitter; shorter, and a busy machine ends the first pass after it
        assert mailed.json("once")["sent"] == 1
    ids = [mail["message-id"] for mail in peer.mails()]
    assert (len(ids), len(set(ids))) == (3, 2)

"""Hostile text -> a mail of the usual headers and two parts that hold it as text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from alert.kinds import Kinds, deliveries
from alert.kinds import delivery as alert_delivery
from hypothesis import given
from hypothesis import strategies as st

from monitor.alert import render
from monitor.deliver import EmailReceiver
from monitor.deliver.email import compose
from monitor.model import Delivery, Document, Message
from monitor.plain import one_line, plain

NOW = datetime(2026, 3, 1, 12, 31, tzinfo=UTC)
Deliver = Callable[..., Delivery]
Receive = Callable[..., EmailReceiver]
Parse = Callable[[bytes], EmailMessage]


def texts_of(mail: EmailMessage) -> list[str]:
    """The texts of all parts, with the line ends that a reader sees and none at the end."""
    return [part.get_content().replace("\r\n", "\n").rstrip("\n") for part in mail.iter_parts()]


HOSTILE = [
    "Titre\r\nBcc: victime@example.org",
    "Titre\nX-Evil: 1\n\n<script>",
    "a\x00b\x0bc\u2028d\x85e",
    "=?utf-8?q?=0D=0ABcc:_victime=40example.org?=",
    "=?utf-8?b?w6k=?= fin",
    "é" * 10_000,
    "mot " * 2_500,
    "x" * 10_000,
    "🌾🇫🇷 👨\u200d👩\u200d👧 récolte, œuvre — « août »",
    "\u202etxt.exe",
    "demi \ud83d paire",
    "",
]


@pytest.mark.parametrize("title", HOSTILE)
def test_a_title_is_never_more_than_a_subject(
    title: str, peer: Callable[..., Any], receiver: Receive, parsed: Parse, delivery: Deliver, message: Message
) -> None:
    server = peer()
    hostile = replace(message, subject=title, text=title, html=f"<p>{title}</p>")
    assert server.send([delivery("a@example.org")], hostile) == ["250 2.0.0 taken as 42"]
    [mail] = server.mails()
    usual = parsed(compose(receiver(), delivery("a@example.org"), message))
    assert list(mail.keys()) == list(usual.keys())
    assert mail["Subject"] == one_line(title)
    assert len(mail["Subject"]) <= 200
    assert texts_of(mail) == [plain(title).rstrip("\n"), f"<p>{plain(title)}</p>"]
    raw = server.got[0].content
    assert raw.isascii()
    assert max(map(len, raw.splitlines())) <= 998


pieces = st.sampled_from(
    ["é", "=?utf-8?q?", "=0D=0A", "?=", " ", "\r\n", "\n", ".", "\n.\n", "From ", "--=_", "🌾", "a" * 80, "\t "]
)
texts = st.lists(pieces | st.text(max_size=5), max_size=25).map("".join)


@given(subject=texts, text=texts)
def test_every_text_arrives_as_it_was(subject: str, text: str, receiver: Receive, parsed: Parse) -> None:
    document = {"key": "r/s/1", "rule": {"id": "r", "level": "high"}, "story": {"id": "s"}}
    delivery = Delivery(1, "msg-1", "desk", "a@example.org", 1, NOW, (document,))
    raw = compose(receiver(), delivery, Message(subject, text, text))
    mail = parsed(raw)
    assert mail["Subject"] == one_line(subject)
    assert texts_of(mail) == [plain(text).rstrip("\n")] * 2
    assert raw.isascii()
    assert not set(raw.replace(b"\r\n", b"")) & set(b"\r\n")


def test_an_attempt_again_is_the_same_to_the_byte(receiver: Receive, delivery: Deliver, message: Message) -> None:
    first = compose(receiver(), delivery("a@example.org", attempt=1), message)
    assert compose(receiver(), delivery("a@example.org", attempt=9), message) == first


@pytest.mark.parametrize(
    ("name", "part"), [("Équipe d'été", "equipe-d-ete"), ("desk_2", "desk-2"), ("日本", "receiver")]
)
def test_a_list_id_is_made_of_letters_digits_and_hyphens(
    name: str, part: str, receiver: Receive, parsed: Parse, delivery: Deliver, message: Message
) -> None:
    renamed = receiver().model_copy(update={"name": name})
    mail = parsed(compose(renamed, delivery("a@example.org"), message))
    assert mail["List-Id"] == f"<{part}.news-monitor.example.org>"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_kind_of_message_arrives_as_it_was_written(language: str, receiver: Receive, parsed: Parse) -> None:
    for kind, made in deliveries(language).items():
        written = render(made, language, ZoneInfo("Europe/Paris"))
        raw = compose(receiver(), made, written)
        mail = parsed(raw)
        assert mail["Subject"] == written.subject, kind
        assert texts_of(mail) == [written.text.rstrip("\n"), written.html.rstrip("\n")], kind
        assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
        # Gmail hides what comes after 102 kB of a message.
        assert len(raw) < 102_000, kind


@pytest.mark.parametrize("title", HOSTILE)
def test_what_others_wrote_adds_no_header_to_any_message(title: str, receiver: Receive, parsed: Parse) -> None:
    kinds = Kinds("fr")
    usual = list(parsed(mail_of(kinds.alert(), receiver)).keys())
    changes = {"article__title": title, "story__title": title, "rule__title": title, "article__source": title}
    mail = parsed(mail_of(kinds.alert(**changes, new=[title]), receiver))
    assert list(mail.keys()) == usual
    assert len(mail["Subject"]) <= 110
    assert "\n" not in mail["Subject"]


def mail_of(document: Document, receiver: Receive) -> bytes:
    made = alert_delivery(document)
    return compose(receiver(), made, render(made, "fr", ZoneInfo("Europe/Paris")))

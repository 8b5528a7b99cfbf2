"""An alert on its way to somebody, certificates, and a mail server -> what the tests of the channels are tried with."""

from __future__ import annotations

import asyncio
import base64
import email
import io
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from monitor.deliver import Channels, EmailReceiver
from monitor.errors import DeliveryError
from monitor.model import Delivery, Message

PASSWORD = b"canary-4711"
CREATED = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


@pytest.fixture
def document() -> dict[str, Any]:
    return {
        "id": 7,
        "key": "grain-exports/0123abcd/1",
        "reason": "first",
        "rule": {"id": "grain-exports", "title": "Blé", "level": "high", "tags": ["blé"], "version": "v1"},
        "story": {"id": "0123abcd", "title": "Récolte", "first_seen": "2026-03-01", "articles": 1, "sources": 1},
        "article": {
            "id": 3,
            "title": "La récolte « exceptionnelle » — œuvre d'août",
            "url": None,
            "source": "Exemple",
            "agency": None,
            "published": {"value": "2026-03-01", "precision": "day"},
            "language": "fr",
            "text_sha256": "0" * 64,
        },
        "evidence": [],
        "new": [],
        "also": [],
    }


@pytest.fixture
def delivery(document: dict[str, Any]) -> Callable[..., Delivery]:
    def build(address: str = "", attempt: int = 1, wire_id: str = "msg-5f2a", **changes: Any) -> Delivery:
        return Delivery(
            id=1,
            wire_id=wire_id,
            receiver="desk",
            address=address,
            attempt=attempt,
            created=CREATED,
            alerts=({**document, **changes},),
            group={"story": "0123abcd"},
        )

    return build


@pytest.fixture
def message() -> Message:
    return Message(
        subject="[élevé] Récolte", text="Le blé manque.\n", html="<p>Le <mark>blé</mark> manque à l'été.</p>\n"
    )


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate for localhost: the server's TLS context, and the file that makes it trusted."""

    context: ssl.SSLContext
    file: Path


def make_certificate(folder: Path, name: str, end: datetime) -> Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - timedelta(days=2))
        .not_valid_after(end)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file, secret = folder / "certificate.pem", folder / "key.pem"
    file.write_bytes(made.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file, secret)
    return Certificate(context, file)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("tls"), "localhost", datetime.now(UTC) + timedelta(days=1))


@pytest.fixture(scope="session")
def expired(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("tls"), "localhost", datetime.now(UTC) - timedelta(days=1))


@pytest.fixture(scope="session")
def other_host(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("tls"), "mx.example.org", datetime.now(UTC) + timedelta(days=1))


@dataclass
class Peer:
    """A mail server on loopback: what it answers, and what it got."""

    certificate: Certificate
    answers: dict[str, str] = field(default_factory=dict)  # recipient -> answer to RCPT
    finals: list[str] = field(default_factory=list)  # answers to the messages in turn: then 250; "hang", "drop"
    sender_answer: str = "250 OK"
    slow: float = 0  # seconds before the answers to MAIL and RCPT
    offers_tls: bool = True
    tls: bool = True
    implicit: bool = False  # TLS from the first byte
    login: bool = False  # whether a login is needed
    hidden_login: str = ""  # the kind of login that is not offered
    got: list[Envelope] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    connections: int = 0
    protocols: list[SMTP] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Sequence[str]
    ) -> str:
        await asyncio.sleep(self.slow)
        if self.sender_answer.startswith("250"):
            envelope.mail_from = address
        return self.sender_answer

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Sequence[str]
    ) -> str:
        await asyncio.sleep(self.slow)
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.got.append(envelope)
        self.encrypted.append(session.ssl is not None)
        answer = self.finals.pop(0) if self.finals else "250 2.0.0 taken as 42"
        if answer == "hang":
            await asyncio.sleep(60)
        if answer == "drop":
            assert server.transport is not None
            server.transport.abort()
        return answer

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        good = data == LoginPassword(b"watch", PASSWORD)
        self.logins.append(mechanism)
        # A server that repeats what it was sent, as some do.
        refusal = f"535 5.7.8 no {data.password.decode()} {base64.b64encode(data.password).decode()}"
        return AuthResult(success=good, handled=False, message=None if good else refusal)

    def mails(self) -> list[EmailMessage]:
        """What it got, as a mail program reads it."""
        return [read_mail(envelope.content) for envelope in self.got]

    @asynccontextmanager
    async def channel(self, **smtp: Any) -> AsyncIterator[Callable[[Delivery, Message], Awaitable[str]]]:
        """Serves, and yields what sends a message to this server through one set of channels."""
        loop = asyncio.get_running_loop()
        context = self.certificate.context if self.implicit else None
        server = await loop.create_server(self._protocol, "127.0.0.1", 0, ssl=context)
        port = server.sockets[0].getsockname()[1]
        settings = mail_receiver(**{"port": port, "ca_file": str(self.certificate.file)} | smtp)
        try:
            async with aiohttp.ClientSession() as session, Channels(session, io.StringIO()) as channels:
                yield lambda delivery, message: channels.send(settings, delivery, message, delivery.created)
        finally:
            await self.stop(server)

    async def stop(self, server: asyncio.Server) -> None:
        """Ends a server and the connections that clients left open."""
        server.close()
        for made in self.protocols:
            if made.transport is not None:
                made.transport.abort()
        await server.wait_closed()
        await asyncio.sleep(0)

    def send(
        self, deliveries: Sequence[Delivery], message: Message, *, pause: float = 0, **smtp: Any
    ) -> list[str | DeliveryError]:
        """Sends in turn, and returns the answer or error of each."""

        async def run() -> list[str | DeliveryError]:
            results: list[str | DeliveryError] = []
            async with self.channel(**smtp) as send:
                for delivery in deliveries:
                    try:
                        results.append(await send(delivery, message))
                    except DeliveryError as error:
                        results.append(error)
                    await asyncio.sleep(pause)
            return results

        return asyncio.run(run())

    def failure(self, delivery: Delivery, message: Message, **smtp: Any) -> DeliveryError:
        """The error that sending one message ends in."""
        [result] = self.send([delivery], message, **smtp)
        assert isinstance(result, DeliveryError)
        return result

    def _protocol(self) -> SMTP:
        self.connections += 1
        made = SMTP(
            self,
            hostname="mx.example.org",
            tls_context=self.certificate.context if self.offers_tls and not self.implicit else None,
            authenticator=self.authenticate,
            auth_required=self.login,
            auth_require_tls=self.tls,
            auth_exclude_mechanism=[self.hidden_login],
            loop=asyncio.get_running_loop(),
        )
        self.protocols.append(made)
        return made


def read_mail(content: bytes | str | None) -> EmailMessage:
    assert isinstance(content, bytes)
    mail = email.message_from_bytes(content, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    assert not mail.defects
    return mail


def mail_receiver(to: Sequence[str] = ("desk@example.org",), **smtp: Any) -> EmailReceiver:
    return EmailReceiver.model_validate(
        {
            "name": "desk",
            "type": "email",
            "to": list(to),
            "from": "watch@example.org",
            "smtp": {"host": "localhost"} | smtp,
        }
    )


@pytest.fixture
def peer(certificate: Certificate) -> Callable[..., Peer]:
    return partial(Peer, certificate=certificate)


@pytest.fixture(scope="session")
def receiver() -> Callable[..., EmailReceiver]:
    return mail_receiver


@pytest.fixture(scope="session")
def parsed() -> Callable[..., EmailMessage]:
    return read_mail

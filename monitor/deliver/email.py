"""A delivery -> an e-mail handed to a mail server (RFC 5321, 5322, 3834)."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import ipaddress
import re
import ssl
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from email import charset
from email.header import Header
from email.message import Message as Mail
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import format_datetime
from typing import Annotated, Any, ClassVar, Literal

import aiosmtplib
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationInfo, field_validator

from monitor.deliver.receiver import Channel, Outlets, Receiver
from monitor.errors import DeliveryError
from monitor.faults import unreached
from monitor.model import Delivery, DeliveryKind, Level, Message
from monitor.plain import one_line, plain
from monitor.text import fold
from monitor.values import LocalPath, PositiveDuration, Written, find_secret

IDLE = 30.0
"""Seconds after which a connection is opened anew rather than used again: servers hang up on idle clients."""

_IMPLICIT_PORT = 465  # RFC 8314
_GOODBYE = 5.0  # seconds a server has to answer QUIT
_UNFOLDED = 60  # characters of a subject that stay on one line of a mail
_LOGIN_NEEDED = (530, 534, 535, 538)  # RFC 4954: the operator can mend it, so it is tried again
# RFC 5321, 4.2.3: the service closes the connection; without a login nobody gets any further.
_ABOUT_ALL = (421, *_LOGIN_NEEDED)
_ADDRESS = re.compile(r"(?=.{3,254}\Z)[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")
_POLICY = compat32.clone(linesep="\r\n")
_QUOTED_PRINTABLE = charset.Charset("utf-8")
_QUOTED_PRINTABLE.body_encoding = charset.QP


def _mailbox(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise ValueError(f"{text!r} is not an e-mail address like desk@example.org (ASCII, without a name)")
    return text


def _listed(value: Any) -> Any:
    if not isinstance(value, list | tuple) or not value:
        raise ValueError("must be a list with at least one address: [desk@example.org]")
    return value


def _host_name(text: str) -> str:
    try:
        host = text.encode("idna").decode()
    except UnicodeError:
        host = ""
    if not re.fullmatch(r"[A-Za-z0-9._:-]+", host):
        raise ValueError(f"{text!r} is not a host name")
    return host


Address = Annotated[str, AfterValidator(_mailbox)]


class SmtpServer(Written):
    """The mail server that messages are handed to.

    `starttls`: `required` (port 587: the connection is encrypted before anything is sent, or nothing is sent),
    `implicit` (port 465: encrypted from the first byte), `off` (a relay on this machine or in a network that is
    trusted; then no login, except on this machine itself). `ca_file`: the certificates to trust instead of the
    system's. `timeout` is for opening the connection with all its steps, and for each command; `data_timeout` for the
    server's answer to the message: shorter than ten minutes risks copies (RFC 5321, 4.5.3.2.6). One message never takes
    longer than both together.
    """

    host: Annotated[str, AfterValidator(_host_name)]
    port: int = Field(default=587, ge=1, le=65535)
    starttls: Literal["required", "implicit", "off"] = Field(default="required", validate_default=True)
    username: str | None = None
    password_file: LocalPath | None = None
    password: SecretStr | None = Field(default=None, validate_default=True)
    ca_file: LocalPath | None = None
    timeout: PositiveDuration = timedelta(seconds=60)
    data_timeout: PositiveDuration = timedelta(seconds=600)

    @field_validator("starttls")
    @classmethod
    def _fits_the_port(cls, value: str, info: ValidationInfo) -> str:
        if value == "required" and info.data.get("port") == _IMPLICIT_PORT:
            raise ValueError("port 465 is encrypted from the first byte: write `starttls: implicit`")
        return value

    @field_validator("username")
    @classmethod
    def _is_not_sent_in_clear(cls, value: str | None, info: ValidationInfo) -> str | None:
        host = info.data.get("host")
        if value is not None and host and info.data.get("starttls") == "off" and not _on_this_machine(host):
            raise ValueError("a login is never sent unencrypted to another machine: use `starttls: required`")
        return value

    @field_validator("password_file")
    @classmethod
    def _holds_a_password(cls, file: LocalPath | None) -> LocalPath | None:
        """Read it here once already, so that a mistake is reported at this key."""
        if file:
            find_secret("password", None, file)
        return file

    @field_validator("password")
    @classmethod
    def _found(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if not {"username", "password_file"} <= info.data.keys():
            return value  # their own mistakes are reported already
        if info.data["username"] is None:
            if value or info.data["password_file"]:
                raise ValueError("a password needs a 'username'")
            return None
        password = find_secret("password", value, info.data["password_file"])
        if password is None:
            raise ValueError("'password' or 'password_file' is missing")
        return password

    @field_validator("ca_file")
    @classmethod
    def _holds_certificates(cls, file: LocalPath | None) -> LocalPath | None:
        if file:
            try:
                ssl.create_default_context(cafile=file)
            except ssl.SSLError:
                raise ValueError(f"ca_file {file} holds no certificate in PEM form") from None
            except OSError as error:
                raise ValueError(f"ca_file {file} cannot be read: {error.strerror}") from None
        return file


def _on_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class EmailReceiver(Receiver):
    """Mailboxes that each get their own copy; one transaction each, so a bad address harms no other."""

    lifetime: ClassVar[timedelta | None] = timedelta(days=5)

    type: Literal["email"]
    to: Annotated[tuple[Address, ...], BeforeValidator(_listed)]
    sender: Address = Field(alias="from")
    smtp: SmtpServer

    def addresses(self) -> list[str]:
        """The mailboxes, each once."""
        return list(dict.fromkeys(self.to))

    def channel(self, outlets: Outlets) -> Channel:  # noqa: ARG002 (Receiver)
        """A channel to the mail server."""
        return EmailChannel(self)


class EmailChannel:
    """Keeps one connection to the mail server of a receiver between messages (measured: 495 against 22 a second)."""

    def __init__(self, receiver: EmailReceiver) -> None:
        self._receiver = receiver
        self._server = receiver.smtp
        self._longest = (self._server.timeout + self._server.data_timeout).total_seconds()
        self._turn = asyncio.Lock()
        self._idle: aiosmtplib.SMTP | None = None
        self._since = 0.0

    async def send(self, delivery: Delivery, message: Message, now: datetime) -> str:  # noqa: ARG002 (Channel)
        """Hand one message for one address to the server; raises DeliveryError.

        Permanent is only a 5xx about this address or this message. Everything else (no connection, no encryption, no
        login, another sender wanted, 4xx, silence) can pass or be mended, so it is tried again.
        """
        content = compose(self._receiver, delivery, message)
        try:
            async with self._turn, asyncio.timeout(self._longest), self._connection() as client:
                await client.mail(self._receiver.sender)
                await client.rcpt(delivery.address)
                response = await client.data(content, timeout=self._server.data_timeout.total_seconds())
        except (aiosmtplib.SMTPException, OSError) as error:
            raise self._failed(error) from None
        return one_line(f"{response.code} {response.message}", self._hidden())

    async def close(self) -> None:
        """Say goodbye to the server if a connection is open."""
        client, self._idle = self._idle, None
        if client is not None:
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                await client.quit(timeout=_GOODBYE)
            client.close()

    @contextlib.asynccontextmanager
    async def _connection(self) -> AsyncIterator[aiosmtplib.SMTP]:
        """A connection ready for a transaction; kept if every command got its answer, else closed."""
        client = await self._revive() or await self._connect()
        in_step = False
        try:
            yield client
            in_step = True
        except aiosmtplib.SMTPResponseException as error:
            in_step = error.code != aiosmtplib.SMTPStatus.invalid_response
            raise
        finally:
            if in_step and client.is_connected:
                self._idle, self._since = client, asyncio.get_running_loop().time()
            else:
                client.close()

    async def _revive(self) -> aiosmtplib.SMTP | None:
        """The kept connection, if the server still answers on it (RSET also ends a refused transaction)."""
        client, self._idle = self._idle, None
        if client is None:
            return None
        alive = False
        try:
            if asyncio.get_running_loop().time() - self._since < IDLE:
                await client.rset()
                alive = True
        except (aiosmtplib.SMTPException, OSError):
            pass
        finally:
            if not alive:
                client.close()
        return client if alive else None

    async def _connect(self) -> aiosmtplib.SMTP:
        server, seconds = self._server, self._server.timeout.total_seconds()
        context = None
        if server.starttls != "off":  # reading the system's certificates takes tens of milliseconds
            context = await asyncio.to_thread(ssl.create_default_context, cafile=server.ca_file)
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=server.password.get_secret_value() if server.password else None,
            timeout=seconds,
            use_tls=server.starttls == "implicit",
            start_tls=server.starttls == "required",
            tls_context=context,
        )
        try:
            async with asyncio.timeout(seconds):
                await client.connect()
        except (aiosmtplib.SMTPException, OSError) as error:
            raise self._failed(error, connecting=True) from None
        return client

    def _failed(self, error: aiosmtplib.SMTPException | OSError, *, connecting: bool = False) -> DeliveryError:
        permanent, whole = False, connecting
        match error:
            case aiosmtplib.SMTPAuthenticationError():
                answer, whole = f"login refused: {error.code} {error.message}", True
            case aiosmtplib.SMTPRecipientRefused() | aiosmtplib.SMTPDataError():
                answer = f"{error.code} {error.message}"
                permanent = str(error.code).startswith("5") and error.code not in _LOGIN_NEEDED
                whole = error.code in _ABOUT_ALL
            case aiosmtplib.SMTPResponseException(code=aiosmtplib.SMTPStatus.invalid_response):
                answer, whole = f"what answers at {self._server.host} is no mail server", True
            case aiosmtplib.SMTPResponseException():  # the greeting, TLS, the sender: the same for every message
                answer, whole = f"{error.code} {error.message}", True
            case TimeoutError():
                answer, whole = "the mail server did not answer in time", True
            case _:
                answer = _broken(self._server.host, error)
        return DeliveryError(self._receiver.name, one_line(answer, self._hidden()), permanent=permanent, whole=whole)

    def _hidden(self) -> list[str]:
        """The password in every form in which it goes over the wire: a server may repeat what it was sent."""
        if self._server.password is None:
            return []
        password = self._server.password.get_secret_value()
        login = f"\0{self._server.username}\0{password}"
        return [password, *(base64.b64encode(text.encode()).decode() for text in (password, login))]


def _broken(host: str, error: Exception) -> str:
    """Why there is no conversation with a mail server, in a sentence."""
    cause = error.__cause__ if isinstance(error, aiosmtplib.SMTPException) else error
    match error, cause:
        case aiosmtplib.SMTPServerDisconnected(), _:
            return f"the mail server {host} closed the connection"
        case _, aiosmtplib.SMTPServerDisconnected():
            return f"the mail server {host} closed the connection at once"
        case _, OSError():
            return unreached(host, cause)
        case aiosmtplib.SMTPException(message=str(said)), _ if said:
            return said
    return f"no conversation with the mail server {host}"


def compose(receiver: EmailReceiver, delivery: Delivery, message: Message) -> bytes:
    """The message as it goes over the wire, 7-bit with CRLF, the same bytes at every attempt.

    The older half of the `email` package writes it: EmailMessage lost or changed 37 % of 3,000 subjects made of long
    words, RFC 2047 fragments and emoji (Python 3.11.7), Header none.
    """
    domain = receiver.sender.rpartition("@")[2]
    # Filters look at what matters most in a message, whatever came first.
    first = max(delivery.alerts, key=lambda alert: list(Level).index(alert["rule"]["level"]))
    story = (first.get("story") or {}).get("id")
    # "=_" never occurs in quoted-printable text (RFC 2045, 6.7), so no article can end a part.
    boundary = f"=_{hashlib.sha256(delivery.wire_id.encode()).hexdigest()[:32]}"
    mail: Mail[Any, Any] = MIMEMultipart("alternative", boundary=boundary, policy=_POLICY)
    headers: dict[str, str | Header] = {
        "Subject": _subject(message.subject),
        "From": receiver.sender,
        "To": delivery.address,
        "Date": format_datetime(delivery.created),
        "Message-ID": f"<{delivery.wire_id}@{domain}>",
        "Auto-Submitted": "auto-generated",
        "List-Id": f"<{_slug(receiver.name)}.news-monitor.{domain}>",
        "X-News-Monitor-Rule": first["rule"]["id"],
        "X-News-Monitor-Level": first["rule"]["level"],
        "X-News-Monitor-Alert": first["key"],
    }
    stories = {(alert.get("story") or {}).get("id") for alert in delivery.alerts}
    if story and stories == {story} and delivery.kind is DeliveryKind.GROUP:
        # Nobody ever gets the message that these name: it only ties the messages of a story together.
        thread = f"<story-{story}@{domain}>"
        headers |= {"X-News-Monitor-Story": story, "In-Reply-To": thread, "References": thread}
    for name, value in headers.items():
        mail[name] = value
    mail.attach(_part("plain", message.text))
    mail.attach(_part("html", message.html))
    return mail.as_bytes(policy=_POLICY)


def _subject(text: str) -> str | Header:
    """A subject of one line; encoded unless it is short and could not be mistaken for encoded words."""
    line = one_line(text)
    return line if line.isascii() and len(line) <= _UNFOLDED and "=?" not in line else Header(line, "utf-8")


def _part(kind: str, text: str) -> MIMENonMultipart:
    part = MIMENonMultipart("text", kind)
    part.set_payload(plain(text), _QUOTED_PRINTABLE)
    return part


def _slug(name: str) -> str:
    """A receiver's name as part of a List-Id (RFC 2919: letters, digits, hyphens)."""
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-") or "receiver"

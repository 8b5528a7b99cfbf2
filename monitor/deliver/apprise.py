"""A message -> one of the hundred services that the apprise library knows (Slack, Telegram, ntfy, Matrix, ...)."""

from __future__ import annotations

import ast
import base64
import logging
import re
import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Literal, Self
from urllib.parse import quote, quote_plus, unquote

from pydantic import Field, PlainSerializer, SecretStr, ValidationInfo, field_validator

from monitor.deliver.fragment import fragment
from monitor.deliver.receiver import Channel, Outlets, Receiver
from monitor.deliver.threads import Aside, BusyError
from monitor.errors import DeliveryError
from monitor.faults import reported
from monitor.model import Delivery, Message
from monitor.plain import HIDDEN, one_line, plain
from monitor.values import LocalPath, PositiveDuration, find_secret

if TYPE_CHECKING:
    from apprise import Apprise, NotifyBase

_GOODBYE = 5.0  # seconds a service has to log out

MOST_PARTS = 4
"""Messages that a long alert is split into at most, where a service takes short ones only; then it is cut."""

_UNKNOWN = "the library knows no such service"
_CUT = {"fr": "[abrégé]", "en": "[shortened]"}
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*", re.IGNORECASE)
_PIECES = re.compile(r"[/?&=:@,;#+]+")
# A host has a dot (or is this machine); where a service has its own, what stands in its place is a token.
_HOST = re.compile(r"localhost|[a-z0-9-]+(\.[a-z0-9-]+)*\.([a-z]{2,24}|[0-9]{1,3})", re.IGNORECASE)
_LONG_PIECE = 4  # characters: a shorter piece of an address is a flag or a number, no secret
# What calls everybody in a room of Slack, Discord, Matrix or Teams, had an article written it.
_CALLS = re.compile(
    r"@(?=(?:everyone|here|channel|all|room)\b(?!\.?[\w-]))|(?<=<)(?=[!@#])|(?<=&lt;)(?=[!@#])", re.IGNORECASE
)
_UNSEEN = "\u200b"  # a space without width
# Answers that are about the one message: its form, its content or its size.
_ABOUT_MESSAGE = re.compile(r"error=(400|413|422)\b")
# What the library keeps for debugging, but is what the server said.
_SAID = re.compile(r"(?:Response Details|(?:Socket|I/O) Exception)[:\s]+(.*)", re.DOTALL)


def _scheme(text: str) -> str:
    found = re.match(rf"({_SCHEME.pattern})://\S", text, re.IGNORECASE)
    if not found or not text.isprintable():
        raise ValueError("must be an address as apprise writes it: slack://.., tgram://.., ntfys://..")
    return found[1].lower()


def _shown(url: SecretStr | None) -> str | None:
    return f"{_scheme(url.get_secret_value())}://{HIDDEN}" if url else None


class AppriseReceiver(Receiver):
    """A chat, a phone or whatever else the apprise library reaches.

    `url` is what `url:`, `url_file:` or the environment gave; the whole of it is a secret, since most services have
    their token in it. `timeout` covers one message with all its parts.
    """

    type: Literal["apprise"]
    url_file: LocalPath | None = None
    url: Annotated[SecretStr | None, PlainSerializer(_shown)] = Field(default=None, validate_default=True, repr=False)
    timeout: PositiveDuration = timedelta(seconds=60)

    @field_validator("url_file")
    @classmethod
    def _holds_an_address(cls, file: LocalPath | None) -> LocalPath | None:
        """Read it here once already, so that a mistake is reported at this key."""
        if file and (found := find_secret("url", None, file)):
            _scheme(found.get_secret_value())
        return file

    @field_validator("url")
    @classmethod
    def _found(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if "url_file" not in info.data:
            return value  # its own mistake is reported already
        url = find_secret("url", value, info.data["url_file"])
        if url is None:
            raise ValueError("'url' or 'url_file' is missing")
        _scheme(url.get_secret_value())
        return url

    def flaw(self) -> str | None:
        """What the library finds wrong with the address; it takes half a second to load."""
        url = self.url.get_secret_value() if self.url else ""
        with _Heard() as heard:
            service = _opened(url)
        return None if service else one_line(heard.told() or _UNKNOWN, _secrets_in(url))

    def channel(self, outlets: Outlets) -> Channel:  # noqa: ARG002 (Receiver)
        """A channel through the library, which opens its own connections."""
        return AppriseChannel(self)


class AppriseChannel:
    """Sends through the library in a thread: it blocks, and importing it takes more than a second."""

    def __init__(self, receiver: AppriseReceiver) -> None:
        self._receiver = receiver
        self._url = receiver.url.get_secret_value() if receiver.url else ""
        self._hidden = _secrets_in(self._url)
        self._seconds = receiver.timeout.total_seconds()
        self._aside = Aside()
        # Kept between messages: it knows how fast the service may be called, and some are logged in (Matrix).
        self._service: NotifyBase | None = None

    async def send(self, delivery: Delivery, message: Message, now: datetime) -> str:  # noqa: ARG002 (Channel)
        """Hand it to the service and return what the library tells of it; raises DeliveryError."""
        rich = delivery.attempt == 1  # what was refused once, perhaps for its form, comes again as plain text
        try:
            done = await self._aside.run(self._seconds, self._notify, message, rich)
        except BusyError:
            raise self._failed("an earlier message is still being sent") from None
        except TimeoutError:
            raise self._failed(f"no answer within {self._seconds:g} s") from None
        except (OSError, ImportError, MemoryError, RuntimeError, ValueError) as error:
            raise self._failed(reported(str(error)) or "the library broke off") from None
        if not done.taken:
            raise self._failed(done.answer, whole=not _ABOUT_MESSAGE.search(done.answer))
        return one_line(done.answer, self._hidden)

    async def close(self) -> None:
        """Let the service go, in the thread as well: a few log out then."""
        with suppress(BusyError, TimeoutError):
            await self._aside.run(_GOODBYE, self._forget)

    def _forget(self) -> None:
        self._service = None

    def _failed(self, answer: str, *, whole: bool = True) -> DeliveryError:
        return DeliveryError(self._receiver.name, one_line(answer, self._hidden), whole=whole)

    def _notify(self, message: Message, rich: bool) -> _Done:
        """Send one message by the library, in this thread."""
        with _Heard() as heard:
            service, self._service = self._service or _opened(self._url), None
            if service is None:
                return _Done(False, heard.told() or _UNKNOWN)
            title, body, form = _worded(service, message, self._receiver.language, rich)
            result = _sender(service).notify(body, title, body_format=form)
            if result:  # one that failed may have lost its login: it is made anew
                self._service = service
            return _Done(bool(result), heard.told() or ("accepted" if result else "refused without a reason"))


@dataclass(frozen=True, slots=True)
class _Done:
    """What came of handing a message to the library."""

    taken: bool
    answer: str


def _opened(url: str) -> NotifyBase | None:
    """The service that an address names, None when the library makes nothing of it."""
    # Imported here: with all its services it takes 0.4 s of CPU and 45 MiB, which nothing else here needs.
    import apprise  # noqa: PLC0415

    asset = apprise.AppriseAsset(
        app_id="news-monitor",
        async_mode=False,
        service_timeout=0,  # who waits for this thread has a watch of its own
        http_redirects=False,  # a POST that is redirected arrives as a GET, elsewhere
        interpret_emojis=False,
        image_url_mask="",  # no pictures: whoever reads would fetch them from elsewhere
        image_url_logo="",
        storage_mode=apprise.PersistentStoreMode.MEMORY,
    )
    service = apprise.Apprise.instantiate(url, asset=asset)
    if service and not re.search(r"[?&]overflow=", url):
        service.overflow_mode = apprise.OverflowMode.SPLIT
    return service


def _sender(service: NotifyBase) -> Apprise:
    from apprise import Apprise  # noqa: PLC0415 - see above

    return Apprise(service, asset=service.asset)


def _worded(service: NotifyBase, message: Message, language: str, rich: bool) -> tuple[str, str, str]:
    """The title, the body and its format, html or text, as the service takes it; the library makes its Markdown.

    A service without titles gets none, since the body says all of it.
    """
    subject = one_line(message.subject).removeprefix("Re: ")  # which ties mails together, not chats
    title = _harmless(subject) if service.title_maxlen > 0 else ""
    page = fragment(message.html)
    # Half of what fits: signs that Markdown must escape count twice, and a page that is split is none any more.
    if rich and page and service.resolve_format("html").value != "text" and len(page) <= service.body_maxlen // 2:
        return title, _harmless(page), "html"
    text, most = _harmless(plain(message.text).rstrip()), MOST_PARTS * service.body_maxlen * 3 // 4
    if len(text) > most:
        text = f"{text[:most].rpartition(chr(10))[0] or text[:most]}\n{_CUT[language]}"
    return title, text, "text"


def _harmless(text: str) -> str:
    """Words that call nobody: what looks like a mention is split by a sign that nobody sees."""
    return _CALLS.sub(lambda found: found[0] + _UNSEEN, text)


class _Heard(logging.Handler):
    """What the library says in this thread of how it went, and what it says that the server said.

    Its log may hold tokens and texts, so it goes nowhere else.
    """

    def __init__(self) -> None:
        super().__init__()
        self._thread = threading.get_ident()
        self._lines: list[str] = []

    def __enter__(self) -> Self:
        logger = logging.getLogger("apprise")
        logger.propagate = False
        logger.setLevel(logging.DEBUG)
        logger.addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("apprise").removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one event of the library's log."""
        if record.thread != self._thread:
            return
        text = record.getMessage()
        if record.levelno >= logging.INFO:
            self._lines.append(text)
        elif found := _SAID.match(text):
            self._lines.append(reported(_decoded(found[1])))

    def told(self) -> str:
        """All of it on one line."""
        return "; ".join(filter(None, (line.strip().rstrip(".") for line in self._lines)))


def _decoded(text: str) -> str:
    """Bytes that were written as Python writes them, as the text they are."""
    try:
        value = ast.literal_eval(text) if re.match(r"b['\"]", text) else text
    except (ValueError, SyntaxError):
        return text
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else text


def _secrets_in(url: str) -> list[str]:
    """What of an address an answer may repeat but nobody should read: all of it but the name of a host."""
    rest = url.partition("://")[2]
    authority = re.split("[/?]", rest, maxsplit=1)[0]
    login, _, place = authority.rpartition("@")
    password = login.partition(":")[2]
    pieces = {piece for piece in _PIECES.split(rest) if len(piece) >= _LONG_PIECE}
    host, _, port = place.partition(":")
    if _HOST.fullmatch(host):
        pieces -= {host, port}
    known = {unquote(piece) for piece in pieces}
    hidden = {*pieces, *known, *map(quote, known), *map(quote_plus, known)}
    hidden |= {password, unquote(password), base64.b64encode(unquote(login).encode()).decode()}
    return [secret for secret in hidden if secret]

"""A delivery -> a signed POST as Standard Webhooks 1.0 describes it."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any, ClassVar, Literal

import aiohttp
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    SecretStr,
    ValidationInfo,
    field_validator,
)
from yarl import URL

from monitor.deliver.payload import SMALLEST, encoded, fitted, payload
from monitor.deliver.receiver import Channel, Outlets, Receiver
from monitor.errors import DeliveryError
from monitor.faults import sentence
from monitor.model import Delivery, Document, Message
from monitor.plain import HIDDEN, one_line
from monitor.values import LocalPath, PositiveDuration, Size, find_secret, retry_after

MAX_BODY = 100 << 10
"""Bytes of a body by default: what the most used web framework takes by its own default (Express's body-parser)."""

_KEY_BYTES = range(24, 65)
_LONG_VALUE = 6  # characters: a shorter value of a query is a number or a flag, no secret
_EXCERPT = 1024  # bytes of a response that are read
# What no other message would be spared either: a login, an address, a gateway that is wrong, a server that is busy.
_ABOUT_ALL = frozenset({401, 403, 404, 405, 429, 502, 503, 504})


def _web_address(text: str) -> str:
    try:
        url = URL(text)
        # A name like "a..b" otherwise breaks out of aiohttp as a bare UnicodeError.
        complete = bool((url.host or "").encode("idna") and url.port)
    except ValueError:
        complete = False
    if not complete or url.scheme not in ("http", "https") or not text.isprintable() or " " in text:
        raise ValueError("must be a URL like https://example.org/hook")
    return text


def _shown(text: str) -> str:
    """A URL without its password and its query, which often is a token."""
    url = URL(text)
    if not (url.user or url.query_string):
        return text
    shown = url.with_query(None).with_user(None)
    return f"{shown}?{HIDDEN}" if url.query_string else str(shown)


def _signing_key(secret: SecretStr) -> bytes:
    """The bytes of a secret `whsec_...`; raises ValueError without repeating it."""
    prefix, _, encoded_key = secret.get_secret_value().partition("_")
    try:
        key = base64.b64decode(encoded_key, validate=True)
    except ValueError:
        key = b""
    if prefix != "whsec" or len(key) not in _KEY_BYTES:
        raise ValueError(
            'the secret must be "whsec_" and 24 to 64 bytes in base64: echo whsec_$(openssl rand -base64 32)'
        )
    return key


def _one_or_more(value: Any) -> Any:
    """One thing is a list of one, nothing an empty list."""
    if value is None:
        return ()
    if value == []:
        raise ValueError("an empty list holds no secret: webhooks are signed")
    return value if isinstance(value, list | tuple) else (value,)


def _roomy(size: int) -> int:
    if size < SMALLEST:
        raise ValueError("must be at least 4KiB: an alert has to fit")
    return size


class WebhookReceiver(Receiver):
    """An HTTP endpoint that takes signed alerts.

    `secret` is what `secret:`, `secret_file:` or the environment gave: one, or several while they are rotated, each of
    which signs. `timeout` covers one attempt from DNS to the answer (Standard Webhooks asks for 15 to 30 s).
    `max_body` is the most bytes of one body; what has more is sent in a plainer form.
    """

    worded: ClassVar[bool] = False

    type: Literal["webhook"]
    url: Annotated[str, AfterValidator(_web_address), PlainSerializer(_shown)] = Field(repr=False)
    secret_file: Annotated[tuple[LocalPath, ...], BeforeValidator(_one_or_more)] = ()
    secret: Annotated[tuple[SecretStr, ...], BeforeValidator(_one_or_more)] = Field(default=(), validate_default=True)
    timeout: PositiveDuration = timedelta(seconds=20)
    max_body: Annotated[Size, AfterValidator(_roomy)] = MAX_BODY

    @field_validator("secret_file")
    @classmethod
    def _hold_secrets(cls, files: tuple[LocalPath, ...]) -> tuple[LocalPath, ...]:
        """Read them here once already, so that a mistake is reported at this key."""
        for file in files:
            if secret := find_secret("secret", None, file):
                _signing_key(secret)
        return files

    @field_validator("secret")
    @classmethod
    def _found(cls, value: tuple[SecretStr, ...], info: ValidationInfo) -> tuple[SecretStr, ...]:
        if "secret_file" not in info.data:
            return value  # its own mistake is reported already
        files = info.data["secret_file"] or ((None,) if not value else ())
        found = (*value, *filter(None, (find_secret("secret", None, file) for file in files)))
        if not found:
            raise ValueError("'secret' or 'secret_file' is missing: webhooks are signed")
        for secret in found:
            _signing_key(secret)
        return found

    def cuts(self, delivery: Delivery) -> tuple[int, int] | None:
        """The size of a body that is larger than `max_body`, and that."""
        size = len(encoded(payload(self.name, delivery)))
        return None if size <= self.max_body else (size, self.max_body)

    def channel(self, outlets: Outlets) -> Channel:
        """A channel that posts through the shared session."""
        return WebhookChannel(self, outlets.session)


class WebhookChannel:
    """Posts each message to its receiver; connections are those of the session."""

    def __init__(self, receiver: WebhookReceiver, session: aiohttp.ClientSession) -> None:
        self._receiver = receiver
        self._session = session
        self._keys = [_signing_key(secret) for secret in receiver.secret]
        self._timeout = aiohttp.ClientTimeout(total=receiver.timeout.total_seconds())
        self._hidden = _secrets_in(receiver.url)

    async def send(self, delivery: Delivery, message: Message, now: datetime) -> str:  # noqa: ARG002 (Channel)
        """Post it once, following no redirect; anything but 2xx raises DeliveryError.

        What the server finds too large (413) it gets once more, as small as it can be.
        """
        whole = payload(self._receiver.name, delivery)
        document = fitted(whole, self._receiver.max_body)
        status, answer, pause = await self._post(delivery.wire_id, document, now)
        if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and (smallest := fitted(whole, SMALLEST)) != document:
            document = smallest
            status, answer, pause = await self._post(delivery.wire_id, document, now)
        if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            return one_line(_note(document) + answer, self._hidden)
        redirect = HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST
        about_all = status in _ABOUT_ALL or redirect or pause is not None
        raise self._failed(answer, whole=about_all, disabled=status == HTTPStatus.GONE, retry_after=pause)

    async def _post(self, wire_id: str, document: Document, now: datetime) -> tuple[int, str, timedelta | None]:
        """The status of the answer, the answer, and the pause it asks for; raises DeliveryError when there is none."""
        body = encoded(document)
        try:
            async with self._session.post(
                self._receiver.url,
                data=body,
                headers=self._headers(wire_id, body, now),
                allow_redirects=False,
                timeout=self._timeout,
            ) as response:
                said = await _excerpt(response)
        except TimeoutError:
            raise self._failed(f"no answer within {self._timeout.total:g} s", whole=True) from None
        except (aiohttp.ClientError, OSError) as error:
            raise self._failed(sentence(error), whole=not _broke_off(error)) from None
        pause = retry_after(response.headers.get("Retry-After"), now)
        return response.status, f"{response.status} {response.reason or ''} {said}", pause

    async def close(self) -> None:
        """The session belongs to somebody else."""

    def _headers(self, wire_id: str, body: bytes, now: datetime) -> dict[str, str]:
        """Every secret signs, the first one first: a receiver may check by the old one or the new one."""
        timestamp = str(int(now.timestamp()))
        signed = f"{wire_id}.{timestamp}.".encode() + body
        signatures = [base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode() for key in self._keys]
        return {
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
            "webhook-id": wire_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
        }

    def _failed(
        self, answer: str, *, whole: bool, disabled: bool = False, retry_after: timedelta | None = None
    ) -> DeliveryError:
        answer = one_line(answer, self._hidden)
        return DeliveryError(self._receiver.name, answer, disabled=disabled, whole=whole, retry_after=retry_after)


def _broke_off(error: Exception) -> bool:
    """Whether a connection that stood was lost, perhaps a kept one that the server had just closed."""
    lost = isinstance(error, aiohttp.ServerDisconnectedError | aiohttp.ClientOSError | aiohttp.ClientPayloadError)
    return lost and not isinstance(error, aiohttp.ClientConnectorError)


def _note(document: Document) -> str:
    shortened = document["data"].get("shortened")
    return f"shortened from {shortened['bytes']} to {shortened['limit']} bytes: " if shortened else ""


def _secrets_in(url: str) -> list[str]:
    """What of a URL a server's answer may repeat but nobody should read: its password and its query."""
    parts = URL(url)
    found = [parts.password, parts.raw_password, parts.query_string, parts.raw_query_string]
    found += [value for value in parts.query.values() if len(value) >= _LONG_VALUE]
    return [secret for secret in found if secret]


async def _excerpt(response: aiohttp.ClientResponse) -> str:
    """The first words of a response; the status decides, so a body that breaks off or never comes does not matter."""
    try:
        return (await response.content.read(_EXCERPT)).decode("utf-8", "replace")
    except (aiohttp.ClientError, OSError):
        return ""

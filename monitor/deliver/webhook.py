"""A delivery -> a signed POST as Standard Webhooks 1.0 describes it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any, Literal

import aiohttp
from pydantic import AfterValidator, Field, PlainSerializer, SecretStr, ValidationInfo, field_validator
from yarl import URL

from monitor.deliver.receiver import Channel, Outlets, Receiver
from monitor.errors import DeliveryError
from monitor.model import Delivery, Message, Reason
from monitor.plain import HIDDEN, one_line
from monitor.values import LocalPath, PositiveDuration, find_secret, retry_after

_KEY_BYTES = range(24, 65)
_LONG_VALUE = 6  # characters: a shorter value of a query is a number or a flag, no secret
_EXCERPT = 1024  # bytes of a response that are read
_TYPES = {
    Reason.NEW_FACTS: "alert.updated",
    Reason.UPDATE: "alert.updated",
    Reason.OPERATOR: "operator",
    Reason.TEST: "test",
}


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


def _signing_key(secret: SecretStr | None) -> bytes:
    """The bytes of a secret `whsec_...`; raises ValueError without repeating it."""
    prefix, _, encoded = (secret.get_secret_value() if secret else "").partition("_")
    try:
        key = base64.b64decode(encoded, validate=True)
    except ValueError:
        key = b""
    if prefix != "whsec" or len(key) not in _KEY_BYTES:
        raise ValueError(
            'the secret must be "whsec_" and 24 to 64 bytes in base64: echo whsec_$(openssl rand -base64 32)'
        )
    return key


class WebhookReceiver(Receiver):
    """An HTTP endpoint that takes signed alerts.

    `secret` is what `secret:`, `secret_file:` or the environment gave. `timeout` covers one attempt from DNS to the
    answer (Standard Webhooks asks for 15 to 30 s).
    """

    type: Literal["webhook"]
    url: Annotated[str, AfterValidator(_web_address), PlainSerializer(_shown)] = Field(repr=False)
    secret_file: LocalPath | None = None
    secret: SecretStr | None = Field(default=None, validate_default=True)
    timeout: PositiveDuration = timedelta(seconds=20)

    @field_validator("secret_file")
    @classmethod
    def _holds_a_secret(cls, file: LocalPath | None) -> LocalPath | None:
        """Read it here once already, so that a mistake is reported at this key."""
        if secret := find_secret("secret", None, file) if file else None:
            _signing_key(secret)
        return file

    @field_validator("secret")
    @classmethod
    def _found(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if "secret_file" not in info.data:
            return value  # its own mistake is reported already
        secret = find_secret("secret", value, info.data["secret_file"])
        if secret is None:
            raise ValueError("'secret' or 'secret_file' is missing: webhooks are signed")
        _signing_key(secret)
        return secret

    def channel(self, outlets: Outlets) -> Channel:
        """A channel that posts through the shared session."""
        return WebhookChannel(self, outlets.session)


class WebhookChannel:
    """Posts each message to its receiver; connections are those of the session."""

    def __init__(self, receiver: WebhookReceiver, session: aiohttp.ClientSession) -> None:
        self._receiver = receiver
        self._session = session
        self._key = _signing_key(receiver.secret)
        self._timeout = aiohttp.ClientTimeout(total=receiver.timeout.total_seconds())
        self._hidden = _secrets_in(receiver.url)

    async def send(self, delivery: Delivery, message: Message, now: datetime) -> str:  # noqa: ARG002 (Channel)
        """Post it once, following no redirect; anything but 2xx raises DeliveryError."""
        body = payload(self._receiver.name, delivery)
        try:
            async with self._session.post(
                self._receiver.url,
                data=body,
                headers=self._headers(delivery.wire_id, body, now),
                allow_redirects=False,
                timeout=self._timeout,
            ) as response:
                said = await _excerpt(response)
        except TimeoutError:
            raise self._failed(f"no answer within {self._timeout.total:g} s") from None
        except (aiohttp.ClientError, OSError) as error:
            raise self._failed(str(error) or type(error).__name__) from None
        answer = f"{response.status} {response.reason or ''} {said}"
        if HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES:
            return one_line(answer, self._hidden)
        pause = retry_after(response.headers.get("Retry-After"), now)
        raise self._failed(answer, disabled=response.status == HTTPStatus.GONE, retry_after=pause)

    async def close(self) -> None:
        """The session belongs to somebody else."""

    def _headers(self, wire_id: str, body: bytes, now: datetime) -> dict[str, str]:
        timestamp = str(int(now.timestamp()))
        signed = f"{wire_id}.{timestamp}.".encode() + body
        signature = base64.b64encode(hmac.digest(self._key, signed, hashlib.sha256)).decode()
        return {
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
            "webhook-id": wire_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": f"v1,{signature}",
        }

    def _failed(self, answer: str, *, disabled: bool = False, retry_after: timedelta | None = None) -> DeliveryError:
        answer = one_line(answer, self._hidden)
        return DeliveryError(self._receiver.name, answer, disabled=disabled, retry_after=retry_after)


def payload(receiver: str, delivery: Delivery) -> bytes:
    """The body: the same bytes at every attempt, so `timestamp` is when the alert was raised."""
    first = delivery.alerts[0]
    story = first.get("story")
    body: dict[str, Any] = {
        "type": _TYPES.get(first["reason"], "alert.created"),
        "timestamp": delivery.created.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "data": {
            "receiver": receiver,
            "group": {"story": story["id"]} if story else {},
            "alerts": list(delivery.alerts),
        },
    }
    # "replace": half a surrogate pair in an article must not keep its alert from being sent.
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


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

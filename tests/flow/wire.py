"""What comes over the wire to receivers of mails and webhooks -> kept in order, and answered as a test wants it."""

from __future__ import annotations

import asyncio
import email
import json
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from typing import Any

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session
from flow.installation import SECRET, VALID
from standardwebhooks import Webhook

DROP = "drop"
"""An answer that never comes: the connection is cut when the message was taken."""
HANG = "hang"
"""An answer that never comes, on a connection that stays."""


@dataclass(frozen=True)
class Taken:
    """A message that somebody has: `to` is a mailbox or the path of a webhook, `id` its Message-ID or webhook-id."""

    when: Any
    to: str
    id: str
    body: bytes

    @property
    def is_mail(self) -> bool:
        return "@" in self.to

    def alerts(self) -> list[dict[str, Any]]:
        """The documents in a webhook."""
        found: list[dict[str, Any]] = json.loads(self.body)["data"]["alerts"]
        return found

    def text(self) -> str:
        """The words of a mail."""
        mail = email.message_from_bytes(self.body, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        part = mail.get_body(("plain",))
        assert part is not None
        return str(part.get_content())

    def header(self, name: str) -> str:
        """A header of a mail."""
        return str(email.message_from_bytes(self.body, policy=policy.default)[name])


@dataclass
class Wire:
    """Receivers of both kinds on loopback. `answer` says what one gets: a status or SMTP reply, DROP or HANG.

    `when` stamps what comes, the number of a life or a time; `accepted` is what was answered with success, and what a
    sender could not know of; `bad` what was wrong with a webhook, which is checked as Standard Webhooks and by schema.
    """

    answer: Callable[[Taken], Any] = lambda _: None
    when: Callable[[], Any] = lambda: datetime.now(UTC)
    pause: float = 0
    headers: dict[str, str] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)
    mail_connections: int = 0
    http: int = 0
    smtp: int = 0

    def shown(self, to: str) -> dict[str, Taken]:
        """What somebody sees who keys on the id; all copies of a message must be the same."""
        found: dict[str, Taken] = {}
        for one in self.taken:
            if one.to == to:
                assert found.setdefault(one.id, one).body == one.body, f"{one.id} came with two contents"
        return found

    def copies(self) -> dict[tuple[str, str], list[Any]]:
        """When each message came to somebody, as often as it came."""
        found: dict[tuple[str, str], list[Any]] = defaultdict(list)
        for one in self.taken:
            found[one.to, one.id].append(one.when)
        return found

    async def open(self) -> None:
        """Serve until `close`, each kind on a port of its own."""
        loop = asyncio.get_running_loop()
        self._runner = web.ServerRunner(web.Server(self._post), shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.http).start()
        self.http = self._runner.addresses[0][1]
        self._mail = await loop.create_server(self._protocol, "127.0.0.1", self.smtp)
        self.smtp = self._mail.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stop serving and cut what is open."""
        self._mail.close()
        for one in self._protocols:
            if one.transport is not None:
                one.transport.abort()
        await self._mail.wait_closed()
        await self._runner.cleanup()
        await asyncio.sleep(0)

    def _protocol(self) -> SMTP:
        self.mail_connections += 1
        made = SMTP(self, hostname="mx.example.org", loop=asyncio.get_running_loop())
        self._protocols.append(made)
        return made

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's)
        assert isinstance(envelope.content, bytes)
        id_ = str(email.message_from_bytes(envelope.content)["message-id"])
        answer = await self._answered(Taken(self.when(), envelope.rcpt_tos[0], id_, envelope.content))
        if answer == DROP:
            assert server.transport is not None
            server.transport.abort()
        return answer or "250 2.0.0 taken"

    async def _post(self, request: web.BaseRequest) -> web.StreamResponse:
        try:
            body = await request.read()
        except ConnectionError:  # the sender was killed in the middle
            return web.Response(status=400)
        self._check(request, body)
        answer = await self._answered(Taken(self.when(), request.path, request.headers["webhook-id"], body))
        if answer == DROP:
            assert request.transport is not None
            request.transport.abort()
        status = answer if isinstance(answer, int) else 204
        return web.Response(status=status, headers=None if status < 300 else self.headers)

    async def _answered(self, one: Taken) -> Any:
        self.taken.append(one)
        answer = self.answer(one)
        await asyncio.sleep(60 if answer == HANG else self.pause)
        return answer

    def _check(self, request: web.BaseRequest, body: bytes) -> None:
        id_, sent = request.headers["webhook-id"], int(request.headers["webhook-timestamp"])
        # `verify` would compare with the clock of the machine, which is not that of the sender.
        if request.headers["webhook-signature"] != Webhook(SECRET).sign(
            id_, datetime.fromtimestamp(sent, UTC), body.decode()
        ):
            self.bad.append(f"{id_}: wrong signature")
        self.bad += [f"{id_}: {error.message}" for error in VALID.iter_errors(json.loads(body))]

    def __post_init__(self) -> None:
        self._protocols: list[SMTP] = []


@contextmanager
def served(wire: Wire) -> Iterator[Wire]:
    """The receivers in a thread, for tests that run the program as a process."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(wire.open(), loop).result(10)
    try:
        yield wire
    finally:
        asyncio.run_coroutine_threadsafe(wire.close(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()

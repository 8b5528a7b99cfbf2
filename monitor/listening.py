"""The `web:` section -> the address at which the daemon answers questions over HTTP."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator

from monitor.values import Written

_HELP = "write HOST:PORT like 127.0.0.1:8087 or '[::1]:8087'"
_LISTEN = re.compile(r"(?:\[(?P<six>[^\[\]]+)\]|(?P<name>[A-Za-z0-9._-]+)):(?P<port>[0-9]{1,5})")
_LAST_PORT = 65535


def _listen(value: Any) -> Any:
    found = _LISTEN.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise ValueError(f"{value!r} is no address to listen on ({_HELP})")
    try:
        if found["six"]:
            IPv6Address(found["six"])
        elif re.fullmatch("[0-9.]+", found["name"]):  # what the system takes for an address, and may read as another
            IPv4Address(found["name"])
    except AddressValueError:
        raise ValueError(f"{found['six'] or found['name']!r} is no IP address ({_HELP})") from None
    if int(found["port"]) > _LAST_PORT:
        raise ValueError(f"port {found['port']} is above {_LAST_PORT} ({_HELP})")
    return value


class WebSettings(Written):
    """The `web:` section: where `run` listens; without one it listens nowhere. Port 0 is any free one, told in the log.

    Settings are read below the pages that use them, so they cannot stand in `web/`.
    """

    later: ClassVar[frozenset[str]] = frozenset({"token_file", "edit", "base_path"})

    listen: Annotated[str, BeforeValidator(_listen)] = "127.0.0.1:8087"

    @property
    def address(self) -> tuple[str, int]:
        """Host, without the brackets of IPv6, and port."""
        host, _, port = self.listen.rpartition(":")
        return host.strip("[]"), int(port)

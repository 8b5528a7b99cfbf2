"""A redirect -> the next request: where it goes, and what of the first one goes along."""

from __future__ import annotations

from collections.abc import Mapping

from yarl import URL

_SECRET = frozenset({"authorization", "cookie", "proxy-authorization"})


class HopError(Exception):
    """A redirect that is not followed; its text says why."""


def next_hop(url: URL, target: str, first: URL) -> URL:
    """Where a redirect leads; credentials of the first URL go to its own server only, those in a redirect nowhere.

    Raises HopError, and ValueError for what is no URL.
    """
    hop = url.join(URL(target)).with_fragment(None)
    if hop.scheme not in ("http", "https") or not hop.host:
        raise HopError("redirects to an address that is neither http nor https")
    if url.scheme == "https" and hop.scheme == "http":
        raise HopError("redirects from https to http")
    if _is_same_server(first, hop):
        return hop.with_user(first.user).with_password(first.password)
    return hop.with_user(None)


def headers_for(url: URL, headers: Mapping[str, str], first: URL) -> dict[str, str]:
    """The headers of a hop: those of the first request, without credentials where it leads to another server."""
    if _is_same_server(first, url):
        return dict(headers)
    return {name: value for name, value in headers.items() if name.lower() not in _SECRET}


def _is_same_server(first: URL, hop: URL) -> bool:
    """The same origin, or the same host over TLS instead of without, each on its usual port."""
    if hop.origin() == first.origin():
        return True
    upgraded = first.scheme == "http" and hop.scheme == "https" and first.is_default_port() and hop.is_default_port()
    return upgraded and hop.raw_host == first.raw_host

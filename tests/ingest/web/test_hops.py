"""Redirects: where they lead, and what goes along."""

from __future__ import annotations

import pytest
from yarl import URL

from monitor.ingest.web.hops import HopError, headers_for, next_hop

SECRETS = {"Authorization": "Basic x", "COOKIE": "a=b", "proxy-authorization": "y"}


def hop(url: str, target: str) -> str:
    return str(next_hop(URL(url), target, URL(url)))


def test_a_target_may_be_relative_and_loses_its_fragment() -> None:
    assert hop("https://a.example/x/feed?b=c", "../new?d#e") == "https://a.example/new?d"
    assert hop("https://a.example/feed", "//b.example/f") == "https://b.example/f"


@pytest.mark.parametrize(
    ("url", "target", "reached"),
    [
        ("https://u:p@a.example/1", "/2", "https://u:p@a.example/2"),
        ("https://u:p@a.example/1", "https://x:y@a.example/2", "https://u:p@a.example/2"),
        ("http://u:p@a.example/1", "https://a.example/2", "https://u:p@a.example/2"),
        ("https://u:p@a.example/1", "https://b.example/2", "https://b.example/2"),
        ("https://u:p@a.example/1", "https://a.example:8443/2", "https://a.example:8443/2"),
        ("http://u:p@a.example:8080/1", "https://a.example/2", "https://a.example/2"),
        ("https://a.example/1", "https://x:y@b.example/2", "https://b.example/2"),
        ("https://a.example/1", "https://a.example@b.example/2", "https://b.example/2"),
    ],
)
def test_credentials_go_to_their_own_server_only(url: str, target: str, reached: str) -> None:
    assert hop(url, target) == reached


def test_headers_with_credentials_go_to_their_own_server_only() -> None:
    first, headers = URL("https://a.example/1"), {**SECRETS, "If-None-Match": '"e"'}
    assert headers_for(first, headers, first) == headers
    assert headers_for(URL("https://a.example/2"), headers, first) == headers
    assert headers_for(URL("https://b.example/1"), headers, first) == {"If-None-Match": '"e"'}


@pytest.mark.parametrize("target", ["http://a.example/", "http://b.example/"])
def test_https_never_becomes_http(target: str) -> None:
    with pytest.raises(HopError, match=r"^redirects from https to http$"):
        hop("https://a.example/feed", target)


@pytest.mark.parametrize(
    "target",
    ["file:///etc/passwd", "data:text/plain,x", "gopher://x.example/", "ftp://x.example/", "javascript:x"],
)
def test_other_schemes_are_refused(target: str) -> None:
    with pytest.raises((HopError, ValueError)):
        hop("http://a.example/feed", target)

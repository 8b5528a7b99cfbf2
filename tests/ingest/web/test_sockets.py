"""The sockets of the client: which are opened, and how much they take in."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from ipaddress import ip_network

import pytest

from monitor.ingest.web.sockets import RefusedAddressError, TooMuchError, guarded, rationed

OPEN = guarded([ip_network("127.0.0.0/8")])
Pair = tuple[socket.socket, socket.socket]


def info(address: tuple[str, int]) -> tuple[object, ...]:
    return (socket.AF_INET, socket.SOCK_STREAM, 6, "", address)


@pytest.fixture
def pair() -> Iterator[Callable[[], Pair]]:
    """`pair()` opens a socket to a server and gives both of its ends."""
    opened: list[socket.socket] = []

    def connected() -> Pair:
        with socket.create_server(("127.0.0.1", 0)) as server:
            ours = OPEN(info(server.getsockname()))
            ours.connect(server.getsockname())
            opened.extend([ours, server.accept()[0]])
        return opened[-2], opened[-1]

    yield connected
    for one in opened:
        one.close()


def test_an_address_that_is_refused_gets_no_socket() -> None:
    with pytest.raises(RefusedAddressError, match=r"10\.0\.0\.1 is not public"):
        OPEN(info(("10.0.0.1", 80)))


def test_a_connection_takes_in_its_ration_and_what_is_added(pair: Callable[[], Pair]) -> None:
    with rationed(4) as ration:
        ours, theirs = pair()
    theirs.sendall(b"0123456789")
    assert ours.recv(3) == b"012"
    ration.left += 2
    assert ours.recv_into(bytearray(3)) == 3
    with pytest.raises(TooMuchError, match="far more than its answer"):
        ours.recv(1)


def test_both_ways_to_receive_are_counted(pair: Callable[[], Pair]) -> None:
    for receive in (lambda one: one.recv(9), lambda one: one.recv_into(bytearray(9))):
        with rationed(5):
            ours, theirs = pair()
        theirs.sendall(b"012345678")
        with pytest.raises(TooMuchError):
            receive(ours)


def test_a_connection_without_a_ration_takes_in_what_comes(pair: Callable[[], Pair]) -> None:
    with rationed(1):
        pass
    ours, theirs = pair()
    theirs.sendall(b"0123456789")
    assert ours.recv(100) == b"0123456789"

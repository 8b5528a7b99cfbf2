"""What fails on the way to a server is one sentence, without the names that a programming language has for it."""

from __future__ import annotations

import errno
import socket
import ssl

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey

from monitor.faults import SpokenError, reason, reported, sentence, unreached

KEY = ConnectionKey("paper.example", 80, False, True, None, None, None)


def connector(kind: type[aiohttp.ClientConnectorError], error: OSError) -> aiohttp.ClientConnectorError:
    return kind(KEY, error)


def invalid(message: str) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = message
    return error


REFUSED = ConnectionRefusedError(errno.ECONNREFUSED, "Connect call failed ('127.0.0.1', 9)")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (connector(aiohttp.ClientConnectorError, REFUSED), "paper.example cannot be reached: connection refused"),
        (
            connector(aiohttp.ClientConnectorDNSError, socket.gaierror(-2, "Name or service not known")),
            "the host paper.example cannot be found",
        ),
        (
            connector(
                aiohttp.ClientConnectorError, OSError("Multiple exceptions: [Errno 111] Connect call, [Errno 101]")
            ),
            "paper.example cannot be reached: connection refused",
        ),
        (
            connector(aiohttp.ClientConnectorError, OSError("?")),
            "paper.example cannot be reached: the connection failed",
        ),
        (
            aiohttp.ClientConnectorCertificateError(KEY, invalid("certificate has expired")),
            "the certificate of paper.example is not valid: certificate has expired",
        ),
        (connector(aiohttp.ClientConnectorError, SpokenError(13, "it is private")), "it is private"),
        (SpokenError(13, "too much"), "too much"),
        (TimeoutError(), "no answer in time"),
        (aiohttp.ServerTimeoutError(), "no answer in time"),
        (aiohttp.ServerDisconnectedError(), "the server closed the connection without an answer"),
        (
            aiohttp.ClientOSError(errno.ECONNRESET, "Connection reset by peer"),
            "the server closed the connection without an answer",
        ),
        (aiohttp.ClientPayloadError("<ContentLengthError: 400>"), "the answer broke off"),
        (aiohttp.InvalidURL("http://token@"), "the address is not valid"),
        (ConnectionResetError(errno.ECONNRESET, "x"), "connection reset by peer"),
        (aiohttp.ClientError("RuntimeError('secret')"), "the connection failed"),
    ],
)
def test_a_request_that_fails_is_told_in_a_sentence(error: Exception, said: str) -> None:
    assert sentence(error) == said


def test_what_says_more_in_its_cause_is_told_by_that() -> None:
    error = aiohttp.ClientOSError(1, "x")
    error.__cause__ = SpokenError(1, "the server sends far more than its answer")
    assert sentence(error) == "the server sends far more than its answer"


def test_a_server_without_encryption_is_told_as_such() -> None:
    error = ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)")
    error.reason = "WRONG_VERSION_NUMBER"
    assert unreached("mail.example", error) == "no encrypted connection to mail.example: wrong version number"
    assert reason(ssl.SSLError(1, "")) == "it broke off"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "HTTPConnectionPool(host='h', port=9): Max retries exceeded with url: /t0ken (Caused by "
            "NewConnectionError('<urllib3.connection.HTTPConnection>: [Errno 111] Connection refused'))",
            "connection refused",
        ),
        (
            "NameResolutionError(\"Failed to resolve 'h' ([Errno -2] Name or service not known)\")",
            "the host cannot be found",
        ),
        (
            "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: "
            "self-signed certificate (_ssl.c:1006)'))",
            "the certificate is not valid: self-signed certificate",
        ),
        (
            "SSLError(SSLError(1, '[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)'))",
            "no encrypted connection: wrong version number",
        ),
        ("HTTPSConnectionPool(host='h', port=443): Read timed out. (read timeout=4.0)", "no answer in time"),
        (
            "('Connection aborted.', ConnectionResetError(104, 'Connection reset by peer'))",
            "the server closed the connection without an answer",
        ),
        ("invalid token", "invalid token"),
    ],
)
def test_what_a_library_reports_is_told_in_words_of_its_cause(text: str, said: str) -> None:
    assert reported(text) == said

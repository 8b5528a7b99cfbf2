"""What failed on the way to a server -> one sentence for people, without an address that may hold a token."""

from __future__ import annotations

import os
import re
import socket
import ssl

import aiohttp

_ERRNO = re.compile(r"\[Errno (\d+)\]")
_BROKE_OFF = "the server closed the connection without an answer"
_HEADER_TOO_LARGE = ("Got more than", "Too many headers")  # aiohttp's words, which have no type of their own

# What libraries that know nothing of sentences say, the first that is found counts; {} is what stands in the brackets.
_REPORTED = (
    (r"NameResolutionError|Name or service not known|getaddrinfo failed|name resolution", "the host cannot be found"),
    (r"certificate verify failed: ([\w ,'-]+)", "the certificate is not valid: {}"),
    (r"\[SSL[^\]]*\] ([\w ]+)", "no encrypted connection: {}"),
    (r"Connection refused|ConnectionRefusedError", "connection refused"),
    (r"Network is unreachable|No route to host", "the network is unreachable"),
    (r"timed out|Timeout\b|TimeoutError", "no answer in time"),
    (r"Connection reset|Connection aborted|RemoteDisconnected|ConnectionResetError|Broken pipe", _BROKE_OFF),
)
_SENTENCES: tuple[tuple[type[Exception], str], ...] = (
    (TimeoutError, "no answer in time"),
    (aiohttp.ClientPayloadError, "the answer broke off"),
    (aiohttp.ServerDisconnectedError, _BROKE_OFF),
    (aiohttp.ClientOSError, _BROKE_OFF),
    (aiohttp.ClientResponseError, "the answer is not valid HTTP"),
    (ValueError, "the address is not valid"),
)


class SpokenError(OSError):
    """An error of a socket whose `strerror` is a sentence for people already."""


def sentence(error: Exception) -> str:
    """What went wrong with a request over HTTP: an error of aiohttp, of a socket or of an address."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return _unconnected(error)
    for one in (error, error.__cause__):
        if isinstance(one, SpokenError):
            return str(one.strerror)
    if isinstance(error, aiohttp.ClientResponseError) and error.message.startswith(_HEADER_TOO_LARGE):
        return "the header of the answer is too large"
    if said := next((words for kind, words in _SENTENCES if isinstance(error, kind)), None):
        return said
    return reason(error) if isinstance(error, OSError) else "the connection failed"


def unreached(host: str, error: OSError) -> str:
    """Why nothing answers at a host: an error of the look-up, of the connection or of its encryption."""
    match error:
        case SpokenError(strerror=str(said)):
            return said
        case socket.gaierror():
            return f"the host {host} cannot be found"
        case ssl.SSLCertVerificationError():
            return f"the certificate of {host} is not valid: {error.verify_message.rstrip('.')}"
        case ssl.SSLError():
            return f"no encrypted connection to {host}: {reason(error)}"
    return f"{host} cannot be reached: {reason(error)}"


def reason(error: OSError) -> str:
    """The error in the system's words; of several addresses that of the first."""
    if isinstance(error, ssl.SSLError):  # whose numbers are others than those of the system
        return str(getattr(error, "reason", None) or "it broke off").lower().replace("_", " ")
    found = _ERRNO.search(str(error))
    number = error.errno or (int(found[1]) if found else 0)
    if isinstance(error, TimeoutError) or not number:
        return "no answer in time" if isinstance(error, TimeoutError) else "the connection failed"
    return os.strerror(number).lower()


def reported(text: str) -> str:
    """What a library reports of a connection that failed, in words; another text as it is."""
    for pattern, words in _REPORTED:
        if found := re.search(pattern, text):
            return words.format(*(part.strip() for part in found.groups()))
    return text


def _unconnected(error: aiohttp.ClientConnectorError) -> str:
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return f"the host {error.host} cannot be found"
    certificate = error.certificate_error if isinstance(error, aiohttp.ClientConnectorCertificateError) else None
    cause = certificate if isinstance(certificate, OSError) else error.os_error
    return unreached(error.host, cause)

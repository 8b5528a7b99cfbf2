"""An IP address and port -> None, or why the daemon must not connect there."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address
_LOW = 0xFFFFFFFF  # the 32 bits in which an IPv6 address carries an IPv4 one

PORTS = frozenset((80, 443, *range(8000, 10000)))

# Own tables: ipaddress.is_global calls multicast, NAT64 of loopback and 192.0.0.8 global, and differs between
# patch releases of Python (measured on 3.11.2 and 3.11.7). Source: IANA special-purpose address registries.
_NOT_PUBLIC = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
# Only 2000::/3 is public IPv6 at all, which leaves out ::/96 (IPv4-compatible), 64:ff9b:1::/48 (NAT64 of a site's own),
# unique and link-local addresses and multicast; inside it: protocol assignments with Teredo, documentation, 6to4.
_PUBLIC_6 = IPv6Network("2000::/3")
_NOT_PUBLIC_6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
# An IPv6-only network with DNS64 sees every IPv4 server under this prefix, so the address inside it decides.
_NAT64 = IPv6Network("64:ff9b::/96")
# ISATAP carries IPv4 behind this interface identifier in any prefix (RFC 5214 6.1); the two bits left out of the mask
# say whether the IPv4 address is unique, and that of a group.
_ISATAP, _ISATAP_MASK = 0x00005EFE, 0xFCFFFFFF


def refusal(host: str, port: int, allowed: Sequence[Network]) -> str | None:
    """Why not to connect to a resolved address, as one sentence, or None when it may be reached.

    Addresses in `allowed` are open on every port, public ones on 80, 443 and 8000-9999.
    """
    try:
        address = _plain(ip_address(host))
    except ValueError:
        return f"{host} is not an IP address"
    if any(address in network for network in allowed):
        return None
    hint = "http.allow_networks lists the networks that may be reached anyway"
    if not _is_public(address):
        return f"the address {address} is not public; {hint}"
    if port not in PORTS:
        return f"port {port} of {address} is none of 80, 443 and 8000-9999; {hint}"
    return None


def _plain(address: Address) -> Address:
    """The address that is reached: an IPv4 address written as IPv6 is IPv4."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _NAT64:
            return IPv4Address(int(address) & _LOW)
    return address


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC)
    if (int(address) >> 32) & _ISATAP_MASK == _ISATAP and not _is_public(IPv4Address(int(address) & _LOW)):
        return False
    return address in _PUBLIC_6 and not any(address in network for network in _NOT_PUBLIC_6)

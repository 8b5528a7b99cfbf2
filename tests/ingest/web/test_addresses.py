"""What the daemon may connect to."""

from ipaddress import ip_network

import pytest

from monitor.ingest.web.addresses import refusal

REFUSED = """
0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 172.31.255.255
192.0.0.8 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1
239.255.255.255 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe
64:ff9b:1::808:808 100::1 2001::1 2001:0:7f00:1:: 2001:10::1 2001:db8::1 2002:7f00:1:: 2002:808:808:: 3fff::1 5f00::1
::8.8.8.8 64:ff9b:1::7f00:1 2a00:1450::5efe:7f00:1 2a00:1450::200:5efe:10.0.0.1 2a00:1450::5efe:192.168.1.1
fc00::1 fd12:3456::1 fe80::1 fe80::1%eth0 fec0::1 ff02::1 ff0e::1
""".split()
PUBLIC = """
8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 169.253.255.255 172.15.255.255
172.32.0.0 192.0.1.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255
2a00:1450:4007::1 2606:2800:220:1::1 2001:200::1 ::ffff:8.8.8.8 64:ff9b::808:808
2a00:1450::5efe:808:808 2a00:1450::1:5efe:7f00:1
""".split()


@pytest.mark.parametrize("address", REFUSED)
def test_private_and_special_addresses_are_refused_with_their_name_and_the_setting(address: str) -> None:
    assert "http.allow_networks" in (refusal(address, 443, ()) or "")


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_open_on_the_web_ports_only(address: str) -> None:
    assert all(refusal(address, port, ()) is None for port in (80, 443, 8000, 8080, 9999))
    assert all("port" in (refusal(address, port, ()) or "") for port in (22, 25, 81, 444, 7999, 10000))


def test_listed_networks_are_open_on_every_port_in_every_spelling() -> None:
    allowed = (ip_network("127.0.0.0/8"), ip_network("fd00::/8"))
    assert refusal("127.0.0.1", 25, allowed) is None
    assert refusal("::ffff:127.0.0.1", 25, allowed) is None
    assert refusal("fd00::5", 6000, allowed) is None
    assert refusal("10.0.0.1", 443, allowed)
    assert refusal("::1", 443, allowed)


def test_what_is_no_address_is_refused() -> None:
    assert "not an IP address" in (refusal("localhost", 80, ()) or "")

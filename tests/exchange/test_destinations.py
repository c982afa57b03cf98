"""Where webhooks may lead: to addresses that the whole internet has, and to nothing behind our own door."""

import ipaddress

import pytest

from service.exchange import destinations
from service.exchange.destinations import NoSuchHost, NotAnAddress, NotEncrypted, NotPublic, destination, require_public

FINE = "https://hooks.example.org/plenary"


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
        *("169.254.169.254", "100.64.0.1", "100.127.255.255", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.7"),
        *("203.0.113.9", "192.88.99.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b::808:808"),
        *("64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::1", "3fff::1", "5f00::1", "fc00::1"),
        *("fd12:3456::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "2001:0:7f00:1::"),
    ],
)
def test_no_address_is_called_that_is_not_one_machines_on_the_internet(address: str) -> None:
    for addresses in ([address], ["8.8.8.8", address], [address, "2606:4700::1111"]):
        with pytest.raises(NotPublic):
            require_public(destination(FINE, to_loopback=False), addresses, to_loopback=False)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.215.14", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450:4001::1"]
)
def test_what_everybody_reaches_is_called(address: str) -> None:
    require_public(destination(FINE, to_loopback=False), [address], to_loopback=False)


def test_python_agrees_that_nothing_we_call_is_private() -> None:
    edges = [network[index] for network in destinations.NOT_PUBLIC for index in (0, -1)]
    around = [edge + step for edge in edges for step in (-1, 0, 1) if int(edge) + step >= 0 and int(edge) + step < 2**32]
    called = [address for address in around if destinations.is_public(address)]
    assert called
    assert [address for address in called if not ipaddress.ip_address(str(address)).is_global] == []


def test_a_name_without_an_address_is_not_called() -> None:
    with pytest.raises(NoSuchHost):
        require_public(destination(FINE, to_loopback=False), [], to_loopback=False)


@pytest.mark.parametrize(
    ("url", "refusal"),
    [
        ("http://hooks.example.org/", NotEncrypted),
        *((one, NotAnAddress) for one in ("", "hooks.example.org", "ftp://hooks.example.org/", "file:///etc/passwd")),
        *((one, NotAnAddress) for one in ("https://", "https:///x", "https://me@hooks.example.org/", "https://a:b@c.org/")),
        *((one, NotAnAddress) for one in ("https://hooks.example.org/#x", "https://hooks.example.org/a b", "https://a\\b/")),
        *(
            (one, NotAnAddress)
            for one in ("https://hooks.example.org\r\nX: y/", "https://b\u00fccher.example/", "https://a:0/")
        ),
        *((one, NotAnAddress) for one in ("https://a:99999/", "https://[::1/", "https://a.org/" + "x" * 1000)),
    ],
)
def test_an_address_is_written_so_that_nobody_reads_it_otherwise(url: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        destination(url, to_loopback=False)


def test_for_trying_out_this_machine_is_called_and_nothing_else_that_is_private_or_open_to_read() -> None:
    plain = destination("http://localhost:9000/", to_loopback=True)
    require_public(plain, ["127.0.0.1", "::1"], to_loopback=True)
    for found, address in ((plain, "8.8.8.8"), (plain, "10.0.0.1"), (destination(FINE, to_loopback=True), "10.0.0.1")):
        with pytest.raises(NotPublic):
            require_public(found, [address], to_loopback=True)

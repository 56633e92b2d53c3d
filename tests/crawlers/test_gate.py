"""No address of a private or own network is ever asked, however it is spelt."""

import ipaddress

import pytest

from crawlers.gate import Gate, RefusedAddressError, require_public

HOSTILE = """
    http://127.0.0.1/ http://127.1/ http://0/ http://0x7f000001/ http://2130706433/ http://017700000001/
    http://0x7f.0.0.1/ http://[::1]/ http://[::ffff:127.0.0.1]/ http://[::ffff:7f00:1]/ http://[64:ff9b::7f00:1]/
    http://[2002:7f00:1::]/ http://[fe80::1]/ http://[fc00::1]/ http://10.0.0.1/ http://172.16.0.1/
    http://192.168.1.1/ http://169.254.169.254/latest/meta-data http://100.64.0.1/ http://192.0.0.8/
    http://192.0.0.192/ http://0.0.0.0/ http://224.0.0.1/ http://255.255.255.255/ http://localhost/
    http://metadata.internal/ http://printer.local/ http://①②⑦.⓪.⓪.①/ http://127。0。0。1/ http://１２７.0.0.1/
    file:///etc/passwd ftp://city.example/ gopher://city.example/ data:text/html,x javascript:alert(1)
    http://user@city.example/ http://user:pass@city.example/ http://city.example\\@evil.example/
    http://city.example:22/ http://city.example:6379/ http:///path http://[::1 http://city.example:99999/
""".split()

ORDINARY = """
    https://www.city-adm.lviv.ua/ http://zt-rada.gov.ua/?3398[0]=1123 https://opendata.city-adm.lviv.ua/api/3/action/
    https://www8.city-adm.lviv.ua/Pool/Info/doclmr_1.NSF/(SearchForWeb)/451A?OpenDocument http://93.184.216.34/
    https://сумщина.укр/рішення https://xn--j1amh.xn--p1ai/ https://rada.example:8443/a%20b http://city.example:8080/
""".split()


@pytest.mark.parametrize("url", HOSTILE)
def test_hostile_addresses_are_refused(url: str) -> None:
    """Loopback, private networks, other schemes, odd ports and double readings do not pass."""
    with pytest.raises(RefusedAddressError):
        Gate().require(url)


@pytest.mark.parametrize("tail", ["\t", "\n", " ", "\x00", "。"])
def test_characters_that_no_address_holds_are_refused(tail: str) -> None:
    """A tab or newline that one parser drops and another keeps is not guessed about."""
    with pytest.raises(RefusedAddressError, match=r"holds characters|no name of a host"):
        Gate().require(f"http://city.example{tail}.evil.example/")


@pytest.mark.parametrize("url", ORDINARY)
def test_ordinary_addresses_pass(url: str) -> None:
    """Council sites as they are, with brackets, parentheses and names of their own alphabet, are visited."""
    Gate().require(url)


def test_an_address_of_fifty_kilobytes_is_refused() -> None:
    """Nobody publishes anything under such an address."""
    with pytest.raises(RefusedAddressError, match="longer than"):
        Gate().require("http://city.example/" + "a" * 50_000)


def test_a_name_with_one_private_address_is_refused_as_a_whole() -> None:
    """A name that is public and private at once is a trick."""
    gate = Gate(resolve=lambda _: ["93.184.216.34", "10.0.0.1"])

    with pytest.raises(RefusedAddressError, match=r"10\.0\.0\.1"):
        gate.addresses("city.example")


def test_public_addresses_are_handed_out_as_judged() -> None:
    """The caller connects to what was judged and does not ask again."""
    assert Gate(resolve=lambda _: ["93.184.216.34"]).addresses("city.example") == ["93.184.216.34"]


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "https://kyivcity.gov.ua/", "http://test/"])
def test_the_pretend_gate_lets_only_pretend_hosts_pass(url: str) -> None:
    """The demo cannot visit a real site, nor a real run a pretend one."""
    with pytest.raises(RefusedAddressError):
        Gate(pretend=True).require(url)
    Gate(pretend=True).require("http://city.test/")
    with pytest.raises(RefusedAddressError):
        Gate().require("http://city.test/")


def test_every_closed_network_is_closed() -> None:
    """First and last address of the reserved blocks are refused, in both families."""
    for block in ("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "198.18.0.0/15", "fc00::/7", "2001:db8::/32"):
        network = ipaddress.ip_network(block)
        for address in (network[0], network[-1]):
            with pytest.raises(RefusedAddressError):
                require_public(address, "x")

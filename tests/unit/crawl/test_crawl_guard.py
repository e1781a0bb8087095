"""The guard's decisions. Addresses of other networks are judged here, never connected to."""

import pytest

from pipelines.crawl.fetching.guard import Guard, Permit, RefusedByGuard, is_public


@pytest.mark.parametrize(
    "url",
    [
        "http://www.nantong.gov.cn/x",
        "https://a.b.c.gov.cn",
        "http://fujian.gov.cn:82/gate",
        "http://WWW.NANTONG.GOV.CN./x",
    ],
)
def test_gov_cn_is_registered(url: str) -> None:
    assert not Guard().permit(url).listed


@pytest.mark.parametrize(
    "url",
    [
        "http://gov.cn/x", "http://evilgov.cn/x", "http://www.gov.cn.evil.com/x", "http://nantong.gov.cn.evil.org/",
        "http://nantong.gov.com/", "http://x.gov.cn@evil.com/", "http://evil.com/www.nantong.gov.cn",
        "http://evil.com#.gov.cn", "http://evil.com?.gov.cn", "ftp://www.nantong.gov.cn/", "file:///etc/passwd",
        "http://user:pw@www.nantong.gov.cn/", "http:///x", "http://127.0.0.1/", "http://[::1]/", "http://2130706433/",
        "http://www.nantong.gov.cn:99999/", "javascript:alert(1)", "//www.nantong.gov.cn/x",
    ],
)  # fmt: skip
def test_everything_else_is_refused(url: str) -> None:
    """``gov.cn`` itself, exactly, is the central portal's old name and is listed when wanted."""
    with pytest.raises(RefusedByGuard):
        Guard().permit(url)


@pytest.mark.parametrize(
    ("entry", "url", "allowed"),
    [
        ("127.0.0.2", "http://127.0.0.2:81/x", True),
        ("127.0.0.2:81", "http://127.0.0.2:81/x", True),
        ("127.0.0.2:81", "http://127.0.0.2:82/x", False),
        ("127.0.0.2:80", "http://127.0.0.2/x", True),
        ("127.0.0.2", "http://127.0.0.20/x", False),
        ("xxgk.example.cn", "https://XXGK.example.cn/x", True),
        ("xxgk.example.cn", "https://a.xxgk.example.cn/x", False),
        ("[::1]", "http://[::1]:8000/", True),
        ("[::1]:8000", "http://[::1]:8000/", True),
    ],
)
@pytest.mark.parametrize("place", ["policy", "source"])
def test_a_listed_host_is_exactly_that_host(entry: str, url: str, allowed: bool, place: str) -> None:
    guard, own = (Guard((entry,)), ()) if place == "policy" else (Guard(), (entry,))
    if allowed:
        assert guard.permit(url, own).listed
    else:
        with pytest.raises(RefusedByGuard):
            guard.permit(url, own)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200", "0.0.0.0",
        "224.0.0.1", "240.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1", "168.63.129.16", "::1", "::", "fe80::1%eth0",
        "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1",
        "2002:7f00:1::", "2002:a00:1::", "2001:0:7f00:1::", "not-an-address", "",
    ],
)  # fmt: skip
def test_addresses_that_are_not_the_public_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["58.221.1.1", "1.1.1.1", "240e:e1::1", "64:ff9b::3add:101"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)


def test_one_private_answer_refuses_the_host() -> None:
    """A rebinding name answers with a public address and a private one."""
    guard = Guard(resolver=lambda host, port: ["58.221.1.1", "10.0.0.1"])
    with pytest.raises(RefusedByGuard, match=r"10\.0\.0\.1"):
        guard.addresses(Permit("www.nantong.gov.cn", 80, listed=False))


def test_a_listed_host_may_be_private() -> None:
    guard = Guard(resolver=lambda host, port: ["127.0.0.2"])
    assert guard.addresses(Permit("demo", 80, listed=True)) == ["127.0.0.2"]

"""Which addresses may be asked."""

from __future__ import annotations

import ipaddress

import pytest

from services.fetch import FetchForbiddenError
from services.guarded_fetch import GuardedFetcher, check_url, is_public, system_lookup, tls_context


@pytest.mark.parametrize(
    "address",
    ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"],
)
def test_a_public_address_may_be_asked(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.0.8",
        "192.0.2.1",
        "198.18.0.1",
        "192.88.99.1",
        "168.63.129.16",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fec0::1",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
        "2001:db8::1",
        "3fff::1",
        "5f00::1",
        "::127.0.0.1",
        "100:0:0:1::1",
        "100::1",
    ],
)
def test_an_address_inside_or_standing_for_another_is_not_asked(address: str) -> None:
    """F01, F03."""
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "https://registrar.example/t/uni/did.json",
        "https://registrar.example:8443/a?b=c",
        "https://registrar.example:443",
        "https://xn--universit-lya.example/",
        "https://a_b.registrar.example/",
    ],
)
def test_a_plain_https_address_may_be_asked(url: str) -> None:
    assert url.startswith(f"https://{check_url(url).hostname}")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://registrar.example/",
        "HTTPS://registrar.example/",
        "ftp://registrar.example/",
        "file:///etc/passwd",
        "gopher://registrar.example/",
        "data:application/json,{}",
        "//registrar.example/",
        "https:registrar.example",
        "https://",
        "https:///path",
        "https://localhost/",
        "https://localhost:8443/",
        "https://printer.local/",
        "https://metadata.google.internal/",
        "https://intranet/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://0x7f.0.0.0x1/",
        "https://2130706433/",
        "https://[::1]/",
        "https://[::1/",
        "https://[::ffff:127.0.0.1]/",
        "https://user@registrar.example/",
        "https://user:word@registrar.example/",
        "https://@registrar.example/",
        "https://registrar.example:22/",
        "https://registrar.example:99999/",
        "https://registrar.example:port/",
        "https://registrar.example./",
        "https://registrar..example/",
        "https://-registrar.example/",
        "https://régistrar.example/",
        "https://registrar.example/é",
        "https://registrar.example/a b",
        "https://registrar.example/\r\nHost: evil",
        "https://registrar.example\\@evil.example/",
        "https://registrar.example%00.evil.example/",
        "https://" + "a" * 3_000 + ".example/",
    ],
)
def test_any_other_address_is_not_asked(url: str) -> None:
    """F01, F02, F11."""
    with pytest.raises(FetchForbiddenError):
        check_url(url)
    with pytest.raises(FetchForbiddenError):
        GuardedFetcher().fetch(url, accept="*/*", max_bytes=1)


def test_the_system_looks_up_this_machine() -> None:
    assert ipaddress.ip_address("127.0.0.1") in system_lookup("localhost", 443)


def test_old_tls_is_not_spoken_and_names_are_checked() -> None:
    context = tls_context()
    assert context.check_hostname
    assert "TLSv1_2" == context.minimum_version.name

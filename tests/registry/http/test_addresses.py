import pytest

from layerscope.registry.http.addresses import is_loopback, is_private, origin, shown_host, split_port, web_url


@pytest.mark.parametrize(
    ("host", "parts"),
    [
        ("localhost:5000", ("localhost", 5000)),
        ("[::1]:5000", ("::1", 5000)),
        ("[::1]", ("::1", None)),
        ("GHCR.io", ("ghcr.io", None)),
    ],
)
def test_host_and_port_are_separated(host, parts):
    assert split_port(host) == parts


@pytest.mark.parametrize("host", ["localhost", "LocalHost:5000", "127.0.0.1:5000", "127.9.9.9", "[::1]:5000"])
def test_loopback_is_known_by_its_own_word(host):
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["foo.localhost:5000", "10.0.0.5:5000", "reg.local", "128.0.0.1", "localhost.example"])
def test_nothing_else_is_loopback(host):
    assert not is_loopback(host)


@pytest.mark.parametrize(
    "host",
    [
        *(
            "169.254.169.254",
            "fd00:ec2::254",
            "127.0.0.1",
            "10.0.0.5",
            "0.0.0.0",
            "::ffff:169.254.169.254",
            "2130706433",
        ),
        *("127.1", "0x7f.1", "0177.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "::1", "::", "fe80::1%eth0"),
        *("224.0.0.1", "ff02::1", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "localhost", "x.localhost", "LOCALHOST."),
    ],
)
def test_private_addresses_are_known_however_they_are_spelled(host):
    assert is_private(host)


@pytest.mark.parametrize("host", ["auth.docker.io", "8.8.8.8", "2606:4700::1111", "10.example.org", "::ffff:8.8.8.8"])
def test_public_hosts_are_not_private(host):
    assert not is_private(host)


@pytest.mark.parametrize(
    "url",
    ["", "not a url", "ftp://host/x", "file:///etc/passwd", "https://", "//host", "https://u:p@host/", "https://h:99999/",
     "https://[::1/", "https://host/\n", "https://host/a b"],
)  # fmt: skip
def test_an_invalid_web_address_is_not_accepted(url):
    assert web_url(url) is None


def test_an_origin_has_its_default_port():
    assert origin("https://Host/x") == origin("https://host:443") == ("https", "host", 443)


def test_nothing_secret_of_an_address_is_shown():
    assert shown_host("https://user:secret@store.example:8443/path?X-Amz-Signature=secret") == "store.example:8443"

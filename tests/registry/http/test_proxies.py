"""Proxies that the environment names: which requests they get, and what they learn."""

import base64

import pytest

from layerscope.errors import TransportError
from layerscope.registry.auth.credentials import Credential
from layerscope.registry.client import Call, RegistryClient
from layerscope.registry.hosts.hosts import HostOptions, Hosts
from layerscope.registry.hosts.probe import Protocol, probe
from layerscope.registry.http.proxies import proxy_for
from layerscope.registry.http.tls import TlsSettings
from layerscope.registry.http.transport import Request, Transport
from support.fake_registry import FakeRegistry, Reply
from support.proxy import Proxy

PROXY = "http://proxy.example:3128"
CANARY = "canary-secret"
HOST = "other.example:5000"
"""The host of the certificate `other_name`; only the proxy knows its address."""


@pytest.fixture
def registry(certificates):
    with FakeRegistry(tls=certificates.other_name) as registry:
        yield registry


@pytest.fixture
def proxy(registry):
    with Proxy(registry.host) as proxy:
        yield proxy


@pytest.fixture
def through(certificates):
    """Request a URL; returns status and body."""
    transport = Transport(lambda _host: TlsSettings(ca_files=(certificates.authority,)))

    def get(url):
        with transport.send(Request("GET", url)) as answer:
            return answer.status, answer.read_some(1000)

    yield get
    transport.close()


pytestmark = pytest.mark.real("openssl")


@pytest.mark.parametrize("setting", ["HTTPS_PROXY=http://{}", "https_proxy={}", "ALL_PROXY=http://{}"])
def test_tls_goes_through_a_tunnel_to_the_host_itself(registry, proxy, through, monkeypatch, setting):
    monkeypatch.setenv(*setting.format(proxy.host).split("="))
    registry.on("GET", "/v2/", Reply(body=b"registry"))
    assert through(f"https://{HOST}/v2/") == (200, b"registry")
    assert [asked.line for asked in proxy.requests] == [f"CONNECT {HOST} HTTP/1.1"]


def test_plain_http_is_asked_of_the_proxy_by_its_whole_address(proxy, through, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", f"http://{proxy.host}")
    assert through("http://registry.invalid/v2/") == (200, b"proxied")
    assert [asked.line for asked in proxy.requests] == ["GET http://registry.invalid/v2/ HTTP/1.1"]


def test_a_login_of_the_proxy_is_for_the_proxy_and_one_of_the_registry_for_that(
    registry, proxy, certificates, monkeypatch
):
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:{CANARY}@{proxy.host}")
    challenge = Reply(401, headers={"WWW-Authenticate": 'Basic realm="r"'})
    registry.on("GET", "/v2/", challenge, Reply())

    class Login:
        def find(self, *_place):
            return Credential("you", "registry-secret")

    options = HostOptions(ca_files=(certificates.authority,))
    with RegistryClient(Hosts(options), Login()) as client, client.send(Call("GET", HOST, "", "")) as answer:
        assert answer.status == 200
    login = base64.b64encode(f"me:{CANARY}".encode()).decode()
    assert {asked.headers["proxy-authorization"] for asked in proxy.requests} == {f"Basic {login}"}
    assert not any("authorization" in asked.headers for asked in proxy.requests)
    assert [request.headers.get("proxy-authorization") for request in registry.requests] == [None, None]
    assert registry.requests[1].headers["authorization"].startswith("Basic ")


@pytest.mark.parametrize("status", ["403 Forbidden", "407 Proxy Authentication Required"])
def test_a_proxy_that_refuses_is_reported_without_its_login(registry, through, monkeypatch, status):
    with Proxy(registry.host, status) as refusing:
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:{CANARY}@{refusing.host}")
        with pytest.raises(TransportError) as caught:
            through(f"https://{HOST}/v2/")
    assert "other.example:5000" in caught.value.message
    assert CANARY not in caught.value.message + (caught.value.hint or "")
    assert registry.requests == []


@pytest.mark.parametrize(
    ("no_proxy", "is_asked"),
    [
        ("registry.invalid", False),
        (".invalid", False),
        ("invalid", False),
        ("*", False),
        ("example.com, registry.invalid", False),
        ("REGISTRY.invalid", False),
        ("", True),
        ("example.com", True),
        ("gistry.invalid", True),
        ("registry.invalid.example.com", True),
    ],
)
def test_hosts_that_no_proxy_names_are_asked_directly(proxy, through, monkeypatch, no_proxy, is_asked):
    monkeypatch.setenv("HTTP_PROXY", f"http://{proxy.host}")
    monkeypatch.setenv("NO_PROXY", no_proxy)
    if is_asked:
        assert through("http://registry.invalid/v2/") == (200, b"proxied")
    else:
        with pytest.raises(TransportError, match=r"`registry\.invalid`"):
            through("http://registry.invalid/v2/")
    assert len(proxy.requests) == is_asked


@pytest.fixture
def proxied(monkeypatch):
    """Name this proxy in the environment for all requests."""

    def use(proxy):
        for name in ("HTTP_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, proxy)

    return use


@pytest.mark.parametrize(
    ("exceptions", "direct", "other"),
    [
        ("10.0.0.0/8", "10.1.1.1:5000", "11.1.1.1:5000"),
        ("10.9.9.9/8", "10.1.1.1", "reg.example"),
        ("fd00::/8", "[fd12::1]:5000", "[2001:db8::1]:5000"),
        ("192.168.1.1", "192.168.1.1:5000", "192.168.1.2:5000"),
        ("192.168.1.1:5000", "192.168.1.1:5000", "192.168.1.1:5001"),
        ("fd12::1", "[fd12::1]:5000", "[fd12::2]:5000"),
        ("reg.example", "reg.example:5000", "notreg.example"),
        ("reg.example", "A.Reg.Example", "example"),
        (".reg.example", "a.reg.example", "areg.example"),
        ("*.reg.example", "a.reg.example:5000", "b.example"),
        ("reg.example:443", "reg.example", "reg.example:5000"),
        ("x.example, 10.0.0.0/8 ,y.example", "10.1.1.1", "z.example"),
        ("nonsense/8,10.0.0.0/8", "10.1.1.1", "11.1.1.1"),
    ],
)
def test_no_proxy_names_hosts_addresses_and_networks_as_for_go_tools(proxied, monkeypatch, exceptions, direct, other):
    proxied(PROXY)
    monkeypatch.setenv("NO_PROXY", exceptions)
    assert proxy_for("https", direct) is None
    assert proxy_for("https", other) == PROXY


def test_with_a_star_nothing_goes_through_the_proxy(proxied, monkeypatch):
    proxied(PROXY)
    monkeypatch.setenv("NO_PROXY", "*")
    assert proxy_for("https", "reg.example") is None


def failure(url):
    transport = Transport()
    try:
        with pytest.raises(TransportError) as error:
            transport.send(Request("GET", url))
    finally:
        transport.close()
    return error.value


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_down_is_named_and_its_password_is_not(proxied, scheme):
    proxied("http://alice:canary@127.0.0.1:1/canary")
    error = failure(f"{scheme}://reg.example/x")
    assert error.message == "the proxy `127.0.0.1:1` refused the connection"
    assert "HTTPS_PROXY" in error.hint
    assert "canary" not in repr(error) + error.hint


def test_a_proxy_whose_name_is_unknown_is_named(proxied):
    proxied("http://no-such-proxy.invalid:3128")
    assert failure("https://reg.example/").message.startswith("the proxy `no-such-proxy.invalid:3128` is unknown")


def test_a_proxy_that_refuses_to_connect_is_named_with_the_host(proxied):
    with Proxy() as proxy:
        proxied(proxy.url)
        error = failure("https://reg.example/")
    assert error.message == f"the proxy `{proxy.url.partition('//')[2]}` refused to connect to `reg.example`"


def test_what_an_insecure_host_speaks_is_asked_through_the_proxy(proxied, fake_registry):
    with Proxy(fake_registry.host) as proxy:
        proxied(proxy.url)
        assert probe("reg.example:5000") is Protocol.PLAIN
    assert proxy.asked == ["reg.example:5000"]


@pytest.mark.real("openssl")
def test_an_insecure_host_behind_a_proxy_is_spoken_to_in_tls(proxied, certificates):
    with FakeRegistry(tls=certificates.server) as registry, Proxy(registry.host) as proxy:
        proxied(proxy.url)
        registry.on("GET", "/v2/", Reply())
        registry.on("HEAD", "/v2/", Reply(307, headers={"Location": "https://elsewhere.example/"}))
        hosts = Hosts(HostOptions(insecure=frozenset({"reg.example:5000"})))
        with RegistryClient(hosts) as client, client.send(Call("GET", "reg.example:5000", "", "")) as answer:
            assert answer.status == 200
    assert set(proxy.asked) == {"reg.example:5000"}
    assert [request.headers.get("authorization") for request in registry.requests] == [None, None]


def test_a_proxy_that_does_not_connect_says_nothing_about_the_host(proxied):
    with Proxy() as proxy:
        proxied(proxy.url)
        assert probe("reg.example:5000") is Protocol.UNKNOWN


def test_the_proxy_is_logged_without_its_password(proxied, caplog):
    caplog.set_level("INFO")
    proxied("http://alice:canary@127.0.0.1:1")
    failure("https://reg.example/x")
    assert caplog.messages == ["`reg.example` is reached through the proxy `127.0.0.1:1`"]

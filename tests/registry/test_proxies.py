"""Proxies that the environment names: who is asked through them, and what they learn."""

import base64

import pytest

from layerscope.errors import TransportError
from layerscope.registry.auth.credentials import Credential
from layerscope.registry.client import Call, RegistryClient
from layerscope.registry.hosts import HostOptions, Hosts
from layerscope.registry.tls import TlsSettings
from layerscope.registry.transport import Request, Transport
from support.fake_registry import FakeRegistry, Reply
from support.proxy import Proxy

CANARY = "canary-secret"
HOST = "other.example:5000"
"""What the certificate `other_name` is for; only the proxy knows where it is."""


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
    """Ask for a URL, and give status and body."""
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
    told = base64.b64encode(f"me:{CANARY}".encode()).decode()
    assert {asked.headers["proxy-authorization"] for asked in proxy.requests} == {f"Basic {told}"}
    assert not any("authorization" in asked.headers for asked in proxy.requests)
    assert [request.headers.get("proxy-authorization") for request in registry.requests] == [None, None]
    assert registry.requests[1].headers["authorization"].startswith("Basic ")


@pytest.mark.parametrize("status", ["403 Forbidden", "407 Proxy Authentication Required"])
def test_a_proxy_that_refuses_is_told_without_its_login(registry, through, monkeypatch, status):
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

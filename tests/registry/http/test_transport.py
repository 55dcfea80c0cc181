import logging
import socket
import threading

import httpx
import pytest

from layerscope import __version__
from layerscope.errors import Cancelled, RegistryError, TransportError
from layerscope.registry.http import transport as transport_module
from layerscope.registry.http.tls import TlsSettings
from layerscope.registry.http.transport import Request, Transport
from support.fake_registry import FakeRegistry, Reply

CANARY = "canary-secret"


@pytest.fixture
def transport():
    transport = Transport()
    yield transport
    transport.close()


@pytest.fixture
def other_registry():
    with FakeRegistry() as registry:
        yield registry


def port_of(listener):
    return listener.getsockname()[1]


def get(transport, url, **headers):
    with transport.send(Request("GET", url, headers)) as answer:
        return answer.status, answer.read_some(1000)


def redirect(location, status=307):
    return Reply(status, headers={"Location": location})


def test_requests_name_the_client_and_want_no_encoding(transport, fake_registry):
    get(transport, fake_registry.url + "/x")
    headers = fake_registry.requests[0].headers
    assert (headers["user-agent"], headers["accept-encoding"]) == (f"layerscope/{__version__}", "identity")


def test_cookies_are_never_sent_back(transport, fake_registry):
    fake_registry.on("GET", "/x", Reply(headers={"Set-Cookie": f"session={CANARY}; Path=/"}))
    get(transport, fake_registry.url + "/x")
    get(transport, fake_registry.url + "/x")
    assert "cookie" not in fake_registry.requests[1].headers


def test_a_body_is_given_as_it_was_sent(transport, fake_registry):
    fake_registry.on("GET", "/x", Reply(body=b"\x1f\x8bnot really", headers={"Content-Encoding": "gzip"}))
    assert get(transport, fake_registry.url + "/x") == (200, b"\x1f\x8bnot really")


def test_an_unrequested_encoding_is_refused_if_the_whole_body_matters(transport, fake_registry):
    fake_registry.on("GET", "/x", Reply(body=b"x", headers={"Content-Encoding": "gzip"}))
    with (
        transport.send(Request("GET", fake_registry.url + "/x")) as answer,
        pytest.raises(RegistryError, match="encoding"),
    ):
        answer.read(10, "it")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_host_drops_authorization_and_cookie(transport, fake_registry, other_registry, status):
    fake_registry.on("GET", "/blob", redirect(other_registry.url + f"/store?sig={CANARY}", status))
    other_registry.on("GET", "/store", Reply(body=b"data"))
    headers = {"Authorization": f"Bearer {CANARY}", "Cookie": CANARY, "Range": "bytes=5-"}
    assert get(transport, fake_registry.url + "/blob", **headers) == (200, b"data")
    assert fake_registry.requests[0].headers["authorization"] == f"Bearer {CANARY}"
    sent = other_registry.requests[0].headers
    assert not {"authorization", "cookie"} & set(sent)
    assert sent["range"] == "bytes=5-"


def test_a_credential_lost_on_the_way_does_not_come_back(transport, fake_registry, other_registry):
    fake_registry.on("GET", "/blob", redirect(other_registry.url + "/away"))
    other_registry.on("GET", "/away", redirect(fake_registry.url + "/back"))
    get(transport, fake_registry.url + "/blob", Authorization=CANARY)
    assert "authorization" not in fake_registry.requests[1].headers


def test_a_redirect_within_the_host_keeps_authorization(transport, fake_registry):
    fake_registry.on("GET", "/blob", redirect("/other"))
    get(transport, fake_registry.url + "/blob", Authorization="Basic x")
    assert fake_registry.requests[1].headers["authorization"] == "Basic x"


def test_a_downgrade_from_https_to_http_drops_the_credential():
    seen = []

    def answer(request):
        seen.append(request)
        return httpx.Response(307, headers={"Location": "http://reg.example/x"} if len(seen) == 1 else {})

    transport = Transport(http=httpx.MockTransport(answer))
    with pytest.raises(RegistryError):
        transport.send(Request("GET", "https://reg.example/x", {"Authorization": CANARY}))
    assert seen[1].url.scheme == "http"
    assert "authorization" not in seen[1].headers


@pytest.mark.parametrize(
    "location",
    ["", "file:///etc/passwd", "ftp://host/x", "http://[::1", "https://user:pw@host/", "https://", "javascript:x"],
)
def test_redirects_that_lead_nowhere_are_an_error(transport, fake_registry, location):
    fake_registry.on("GET", "/x", redirect(location))
    with pytest.raises(RegistryError, match="redirects to an address that is not http or https"):
        transport.send(Request("GET", fake_registry.url + "/x"))
    assert len(fake_registry.requests) == 1


def test_an_endless_redirect_ends_after_ten(transport, fake_registry):
    fake_registry.on("GET", "/x", redirect("/x"))
    with pytest.raises(RegistryError, match="more than 10 times"):
        transport.send(Request("GET", fake_registry.url + "/x"))
    assert len(fake_registry.requests) == 11


def test_a_redirect_to_an_unknown_host_is_one_sentence(transport, fake_registry):
    fake_registry.on("GET", "/x", redirect(f"//no-such-host.invalid/?sig={CANARY}"))
    with pytest.raises(TransportError, match=r"^the host `no-such-host.invalid` is unknown"):
        transport.send(Request("GET", fake_registry.url + "/x"))


def test_a_write_is_never_redirected(transport, fake_registry):
    fake_registry.on("PUT", "/x", redirect("/y"))
    with transport.send(Request("PUT", fake_registry.url + "/x", content=b"data")) as answer:
        assert answer.status == 307
    assert len(fake_registry.requests) == 1


def test_nothing_secret_is_logged(transport, fake_registry, caplog):
    caplog.set_level(logging.DEBUG)
    fake_registry.on("GET", "/x", redirect(f"/y?sig={CANARY}"))
    get(transport, fake_registry.url + f"/x?token={CANARY}", Authorization=CANARY)
    assert CANARY not in caplog.text


def test_a_closed_port_is_one_sentence(transport):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{port_of(unused)}"
        with pytest.raises(TransportError, match=f"^`{host}` refused the connection$"):
            transport.send(Request("GET", f"http://{host}/x?sig={CANARY}"))


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a" * 70 + ".example"])
def test_an_unknown_host_is_one_sentence(transport, host):
    with pytest.raises(TransportError, match=host[:10]) as error:
        transport.send(Request("GET", f"https://{host}/x?sig={CANARY}"))
    assert CANARY not in repr(error.value)


def test_a_server_that_never_answers_is_given_up(monkeypatch):
    monkeypatch.setattr(transport_module, "_TIMEOUT", httpx.Timeout(0.05))
    transport = Transport()
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        pytest.raises(TransportError, match="stopped answering"),
    ):
        transport.send(Request("GET", f"http://127.0.0.1:{port_of(server)}/"))
    transport.close()


def test_close_ends_at_once_what_another_thread_waits_for():
    """The read timeout is 30 seconds; a test that waits for it has failed."""
    transport = Transport()
    outcome = []

    def ask(url):
        try:
            transport.send(Request("GET", url))
        except Cancelled as error:
            outcome.append(error)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=ask, args=(f"http://127.0.0.1:{port_of(server)}/",))
        thread.start()
        connection, _ = server.accept()
        connection.recv(100)
        transport.close()
        thread.join(5)
        connection.close()
    assert len(outcome) == 1


def test_a_closed_transport_says_that_it_was_cancelled(fake_registry):
    transport = Transport()
    transport.close()
    with pytest.raises(Cancelled):
        transport.send(Request("GET", fake_registry.url))


def test_loopback_is_never_asked_through_a_proxy(transport, fake_registry, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    assert get(transport, fake_registry.url + "/x")[0] == 404


def test_a_proxy_that_is_down_is_one_sentence(transport, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with pytest.raises(TransportError, match=r"^the proxy `127\.0\.0\.1:1` refused the connection$"):
        transport.send(Request("GET", f"http://reg.example/?sig={CANARY}"))


@pytest.mark.real("openssl")
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("server", "is not trusted: .* local issuer"),
        ("expired", "is not trusted: .* expired"),
        ("other_name", "is for another host name"),
    ],
)
def test_a_certificate_that_is_not_trusted_is_refused_with_its_reason(certificates, name, reason):
    authorities = () if name == "server" else (certificates.authority,)
    transport = Transport(lambda _host: TlsSettings(ca_files=authorities))
    with (
        FakeRegistry(tls=getattr(certificates, name)) as registry,
        pytest.raises(TransportError, match=reason) as error,
    ):
        transport.send(Request("GET", registry.url))
    assert f"--insecure {registry.host}" in error.value.hint
    assert ("--ca-file" in error.value.hint) == (name != "other_name")
    transport.close()


@pytest.mark.real("openssl")
def test_an_authority_of_the_users_is_trusted(certificates):
    transport = Transport(lambda _host: TlsSettings(ca_files=(certificates.authority,)))
    with FakeRegistry(tls=certificates.server) as registry:
        assert get(transport, registry.url)[0] == 404
    transport.close()


@pytest.mark.real("openssl")
def test_only_hosts_that_are_named_go_without_a_certificate(certificates):
    with FakeRegistry(tls=certificates.server) as named, FakeRegistry(tls=certificates.server) as other:
        transport = Transport(lambda host: TlsSettings(verify=host != named.host))
        assert get(transport, named.url)[0] == 404
        with pytest.raises(TransportError, match="not trusted"):
            transport.send(Request("GET", other.url))
        transport.close()

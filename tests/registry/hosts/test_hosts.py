import ipaddress
import socket
import threading
from pathlib import Path

import httpx
import pytest

from layerscope.errors import RegistryError, TransportError
from layerscope.oci import Reference
from layerscope.registry.api.manifests import open_manifest
from layerscope.registry.client import Call, RegistryClient
from layerscope.registry.hosts.hosts import HostOptions, Hosts
from layerscope.registry.hosts.probe import Protocol, probe
from layerscope.registry.hosts.rules import Mirror, RegistryRule
from layerscope.registry.http.transport import Transport
from support.fake_registry import FakeRegistry, Reply


def port_of(listener):
    return listener.getsockname()[1]


def hosts(speaks=Protocol.PLAIN, **options):
    return Hosts(HostOptions(**options), probe=lambda _host: speaks)


@pytest.mark.parametrize("name", ["alpine", "user/x", "docker.io/alpine", "index.docker.io/alpine"])
def test_docker_hub_answers_elsewhere(name):
    endpoint = hosts().endpoint(Reference.parse(name).domain)
    assert (endpoint.domain, endpoint.url) == ("docker.io", "https://registry-1.docker.io")


@pytest.mark.parametrize("host", ["localhost:5000", "127.0.0.1:5000", "[::1]:5000", "127.9.9.9"])
def test_loopback_may_speak_http_without_a_flag(host):
    assert hosts(Protocol.PLAIN).endpoint(host).url == f"http://{host}"
    assert hosts(Protocol.TLS).endpoint(host).url == f"https://{host}"


@pytest.mark.parametrize("host", ["10.0.0.5:5000", "reg.local", "foo.localhost:5000"])
def test_other_hosts_are_https_only(host):
    assert hosts(Protocol.PLAIN).endpoint(host).scheme == "https"


def test_hosts_that_the_user_named_may_speak_http():
    assert hosts(plain_http=frozenset({"reg.local"})).endpoint("reg.local").scheme == "http"
    assert hosts(Protocol.PLAIN, insecure=frozenset({"reg.local"})).endpoint("reg.local").scheme == "http"
    assert hosts(Protocol.TLS, insecure=frozenset({"reg.local"})).endpoint("reg.local").scheme == "https"


def test_only_insecure_hosts_are_trusted_without_a_certificate():
    rules = hosts(insecure=frozenset({"reg.local:5000"}))
    assert not rules.tls("reg.local:5000").verify
    assert rules.tls("reg.local").verify


@pytest.mark.parametrize(
    ("named", "host", "meant"),
    [
        ("LOCALHOST:5000", "localhost:5000", True),
        ("reg.local:5000", "REG.local:5000", True),
        ("reg.local", "reg.local:5000", True),
        ("[::1]", "[::1]:5000", True),
        ("[::1]:5000", "[::1]:5000", True),
        ("reg.local:5000", "reg.local", False),
        ("reg.local:5000", "reg.local:5001", False),
        ("reg.local", "evil-reg.local:5000", False),
        ("reg.local", "reg.local.evil:5000", False),
    ],
)
def test_a_host_is_named_in_any_case_and_without_a_port_for_any_port(named, host, meant):
    assert hosts(insecure=frozenset({named})).tls(host).verify != meant
    assert (hosts(Protocol.TLS, plain_http=frozenset({named})).endpoint(host).scheme == "http") == meant


def test_a_host_that_a_file_names_without_a_port_is_that_host_alone():
    rules = hosts(insecure=frozenset({"reg.local"}), files={"reg.local": "`daemon.json`"})
    assert (rules.tls("reg.local").verify, rules.tls("reg.local:5000").verify) == (False, True)


def test_the_rule_that_decided_is_logged(caplog):
    caplog.set_level("INFO")
    rules = hosts(
        plain_http=frozenset({"plain.local"}),
        insecure=frozenset({"given.local", "file.local"}),
        insecure_networks=(ipaddress.ip_network("10.0.0.0/8"),),
        ca_files=(Path("/own/ca.pem"),),
        files={"file.local": "`/etc/docker/daemon.json`", "10.0.0.0/8": "`/etc/x`"},
        rules=(RegistryRule("given.local", "given.local", mirrors=(Mirror("m.local"),)),),
    )
    rules.endpoint("plain.local")
    for host in ("given.local", "file.local", "10.1.1.1"):
        rules.tls(host)
    rules.endpoint("given.local", "app")
    for line in (
        "`plain.local` is used over plain HTTP because of `--plain-http`",
        "`given.local` is insecure because of `--insecure`",
        "`file.local` is insecure because of `/etc/docker/daemon.json`",
        "`10.1.1.1` is insecure because of 10.0.0.0/8 in `/etc/x`",
        "for `file.local`, the authorities in `/own/ca.pem` are trusted too",
        "the rule for `given.local` leads to m.local, given.local",
    ):
        assert line in caplog.messages


def test_what_a_host_speaks_is_asked_once():
    asked = []
    rules = Hosts(probe=lambda host: asked.append(host) or Protocol.PLAIN)
    for _ in range(3):
        rules.endpoint("localhost:5000")
    assert asked == ["localhost:5000"]


def test_a_host_that_does_not_answer_is_asked_again_and_stays_https():
    answers = iter([Protocol.UNKNOWN, Protocol.PLAIN])
    rules = Hosts(probe=lambda _host: next(answers))
    assert [rules.endpoint("localhost").scheme for _ in range(2)] == ["https", "http"]


def test_an_http_server_is_known_at_once(fake_registry):
    assert probe(fake_registry.host) is Protocol.PLAIN


@pytest.mark.real("openssl")
def test_a_tls_server_is_known_whatever_its_certificate(certificates):
    with FakeRegistry(tls=certificates.server) as registry:
        assert probe(registry.host) is Protocol.TLS


def test_a_closed_port_speaks_nothing():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        assert probe(f"127.0.0.1:{port_of(unused)}") is Protocol.UNKNOWN


def test_a_server_that_hangs_up_on_a_hello_is_taken_for_http():
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up():
            server.accept()[0].close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        assert probe(f"127.0.0.1:{port_of(server)}") is Protocol.PLAIN
        thread.join()


def test_an_http_server_on_loopback_is_used_without_a_flag(fake_registry, client):
    fake_registry.on("GET", "/v2/", Reply())
    with client.send(Call("GET", fake_registry.host, "", "")) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    "answer",
    [b"Client sent an HTTP request to an HTTPS server.\n", b"<html>The plain HTTP request was sent to HTTPS port"],
)
def test_a_server_that_speaks_https_only_leads_to_no_flag(fake_registry, client, answer):
    fake_registry.on("GET", "/v2/app/manifests/v1", Reply(400, answer))
    with pytest.raises(RegistryError) as error, open_manifest(client, Reference.parse(f"{fake_registry.host}/app:v1")):
        pass
    assert error.value.hint == f"`{fake_registry.host}` may speak HTTPS: leave out `--plain-http`"


def test_a_server_that_speaks_http_only_is_named_with_the_flag_that_helps(fake_registry):
    """The socket is redirected: no test may rely on a server outside of loopback."""
    port = int(fake_registry.host.rpartition(":")[2])

    class Elsewhere(httpx.HTTPTransport):
        def handle_request(self, request):
            request.url = request.url.copy_with(host="127.0.0.1", port=port)
            return super().handle_request(request)

    with (
        RegistryClient(transport=Transport(http=Elsewhere())) as client,
        pytest.raises(TransportError, match="seems to speak HTTP") as error,
    ):
        client.send(Call("GET", "reg.example:5000", "", ""))
    assert error.value.hint == "use `--plain-http reg.example:5000`"

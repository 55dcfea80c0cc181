import shutil
import ssl

import pytest

from layerscope.errors import TransportError, UsageError
from layerscope.registry.client import Call, RegistryClient
from layerscope.registry.hosts.hosts import HostOptions, Hosts
from layerscope.registry.http.tls import TlsSettings, ssl_context
from support.fake_registry import FakeRegistry, Reply


@pytest.mark.real("openssl")
def test_certs_d_is_used_for_its_host_only(certificates, tmp_path):
    with FakeRegistry(tls=certificates.server) as named, FakeRegistry(tls=certificates.server) as other:
        directory = tmp_path / named.host
        directory.mkdir()
        shutil.copy(certificates.authority, directory / "ca.crt")
        client = RegistryClient(Hosts(HostOptions(certificate_directories=(tmp_path, tmp_path / "missing"))))
        named.on("GET", "/v2/", Reply())
        with client.send(Call("GET", named.host, "", "")) as answer:
            assert answer.status == 200
        with pytest.raises(TransportError, match="is not trusted"):
            client.send(Call("GET", other.host, "", ""))
        client.close()


@pytest.mark.real("openssl")
def test_a_clients_certificate_is_shown_to_its_host(certificates, tmp_path):
    with FakeRegistry(tls=certificates.server, client_authority=certificates.authority) as registry:
        directory = tmp_path / registry.host
        directory.mkdir()
        shutil.copy(certificates.authority, directory / "ca.crt")
        shutil.copy(certificates.client[0], directory / "client.cert")
        registry.on("GET", "/v2/", Reply())
        call = Call("GET", registry.host, "", "")
        without = RegistryClient(Hosts(HostOptions(ca_files=(certificates.authority,))))
        with without, pytest.raises(TransportError, match=registry.host):
            without.send(call).read_some(1)
        shutil.copy(certificates.client[1], directory / "client.key")
        client = RegistryClient(Hosts(HostOptions(certificate_directories=(tmp_path,))))
        with client.send(call) as answer:
            assert answer.status == 200
        client.close()


def test_a_clients_certificate_without_a_key_is_refused_by_its_name(tmp_path):
    (tmp_path / "reg.local").mkdir()
    (tmp_path / "reg.local/client.cert").write_text("")
    hosts = Hosts(HostOptions(certificate_directories=(tmp_path,)))
    with pytest.raises(
        UsageError, match=r"`.*reg\.local/client\.cert` has no key: there is no `client\.key` beside it"
    ):
        hosts.tls("reg.local")
    assert hosts.tls("other.local").client_certificate is None


def test_a_ca_file_that_cannot_be_used_is_named(tmp_path):
    bad = tmp_path / "bad.pem"
    bad.write_text("nonsense")
    for path, reason in ((bad, "not valid PEM"), (tmp_path / "none", "No such file")):
        with pytest.raises(UsageError, match=f"{path}` cannot be used as a CA file: .*{reason}"):
            ssl_context(TlsSettings(ca_files=(path,)))
        with pytest.raises(UsageError, match="cannot be used as a client certificate"):
            ssl_context(TlsSettings(client_certificate=(path, path)))


def test_a_path_with_escape_sequences_is_shown_escaped(tmp_path):
    odd = tmp_path / "\x1b[2J.pem"
    odd.write_text("nonsense")
    for settings in (TlsSettings(ca_files=(odd,)), TlsSettings(client_certificate=(odd, odd))):
        with pytest.raises(UsageError) as error:
            ssl_context(settings)
        assert r"\x1b[2J.pem` cannot be used" in str(error.value)


def test_old_versions_of_tls_are_not_spoken():
    assert ssl_context(TlsSettings()).minimum_version >= ssl.TLSVersion.TLSv1_2


def test_authorities_exist_even_if_the_system_has_none(monkeypatch):
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    real = ssl.create_default_context
    monkeypatch.setattr(ssl, "create_default_context", lambda **more: real(**more) if more else empty)
    empty = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    assert ssl_context(TlsSettings()).cert_store_stats()["x509_ca"] > 50


def test_missing_authorities_of_the_environment_are_an_error(monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such/file")
    with pytest.raises(UsageError, match="SSL_CERT_FILE or SSL_CERT_DIR cannot be used: No such file"):
        ssl_context(TlsSettings())

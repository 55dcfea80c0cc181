"""The registry client with `docker-registry` processes that use the common kinds of logins."""

import json
import logging
import ssl

import pytest

from layerscope.blobs.copy_set import CopySet
from layerscope.blobs.copying import BlobOutcome
from layerscope.errors import RegistryError, TransportError, Unauthorized, VerificationError
from layerscope.oci import Reference
from layerscope.registry.api.blobs import open_blob
from layerscope.registry.api.deletes import delete_manifest
from layerscope.registry.api.listing import list_repositories, list_tags
from layerscope.registry.api.manifests import find_manifest
from layerscope.registry.auth.credentials import Credential
from layerscope.registry.client import RegistryClient
from layerscope.registry.connect import connect
from layerscope.registry.hosts.hosts import HostOptions, Hosts
from layerscope.registry.publish.blob_upload import Destination
from layerscope.registry.publish.publishing import plan_copy, plan_push, publish
from support.fake_registry import FakeRegistry
from support.images import build_image
from support.memory_store import MemoryStore
from support.real_registry import RealRegistry
from support.registry_reading import fetch_blob, fetch_manifest
from support.token_server import TokenServer

pytestmark = pytest.mark.real("docker-registry", "openssl")
IMAGE = build_image()
USER, PASSWORD = "alice", "canary:pässword"
HTPASSWD = f"{USER}:$2b$04$LYv4gjpXqPd2iZUdhYxxjOqiVqfGOznm.UKhBVbszuzbyN/2PvXbG\n"
LOGIN = Credential(USER, PASSWORD)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """A registry with htpasswd logins, over plain HTTP."""
    directory = tmp_path_factory.mktemp("htpasswd")
    (directory / "htpasswd").write_text(HTPASSWD)
    auth = {"htpasswd": {"realm": "tests", "path": str(directory / "htpasswd")}}
    with RealRegistry(directory, {"auth": auth}) as registry:
        registry.push(IMAGE, auth=(USER.encode(), PASSWORD.encode()))
        yield registry


@pytest.fixture(scope="module")
def token_server(tmp_path_factory):
    with TokenServer(tmp_path_factory.mktemp("tokens")) as server:
        yield server


@pytest.fixture(scope="module")
def tokened(token_server, tmp_path_factory):
    """A registry that wants tokens."""
    with RealRegistry(tmp_path_factory.mktemp("tokened"), {"auth": token_server.settings}) as registry:
        yield registry


def logged_in(registry, listener=lambda _event: None, credential=LOGIN):
    return connect(listener=listener, given={registry.host: credential})


def manage(client, reference, elsewhere="elsewhere"):
    """Read, tag, list, copy and delete; at the end only the first tag exists."""
    fetched = fetch_manifest(client, reference)
    assert fetched.data == IMAGE.manifest_bytes
    assert fetch_blob(client, reference, fetched.value.config) == IMAGE.config_bytes
    publish(plan_copy(client, reference, reference.with_tag("second")))
    assert set(list_tags(client, reference).items) == {reference.tag, "second"}
    progress = []
    target = Reference(reference.domain, elsewhere, "v1")
    publish(plan_copy(client, reference, target), progress.append)
    assert {item.outcome for item in progress if item.outcome} == {BlobOutcome.MOUNTED}
    assert {elsewhere, reference.repository} <= set(list_repositories(client, reference.domain).items)
    assert delete_manifest(client, target, fetched.descriptor.digest) is None
    assert find_manifest(client, reference).digest == fetched.descriptor.digest


def test_a_name_and_password_open_everything(guarded):
    with logged_in(guarded) as client:
        manage(client, guarded.reference())


def test_a_token_server_may_redirect_within_itself_and_nowhere_else(tmp_path):
    with TokenServer(tmp_path) as server, RealRegistry(tmp_path / "registry", {"auth": server.settings}) as registry:
        server.move("/moved")
        with connect() as client:
            assert list_repositories(client, registry.host).items == ()
        with FakeRegistry() as other, connect() as client:
            server.move(f"{other.url}/moved")
            with pytest.raises(RegistryError, match=f"`{server.host}` redirects to another server"):
                list_repositories(client, registry.host)
            assert other.requests == []


def test_a_wrong_password_is_refused_and_not_shown(guarded):
    wrong = Credential(USER, "canary-wrong")
    with logged_in(guarded, credential=wrong) as client, pytest.raises(Unauthorized, match="refuses the cred") as error:
        fetch_manifest(client, guarded.reference())
    assert "canary" not in f"{error.value} {error.value.hint}"


def test_a_catalog_that_needs_a_login_is_an_error_that_says_so(guarded, tmp_path):
    for login, words, tip in (
        (None, "requires a login", "log in with"),
        (Credential(USER, "wrong"), f"refuses the credentials of `{USER}`", "log in again with"),
    ):
        client = logged_in(guarded, credential=login) if login else connect()
        with client, pytest.raises(Unauthorized, match=words) as error:
            list_repositories(client, guarded.host)
        assert error.value.hint.startswith(f"{tip} `docker login {guarded.host}`")
        assert error.value.hint.endswith(
            f"if you know a repository, `layerscope tags {guarded.host}/NAME` lists its tags"
        )
    server = TokenServer(tmp_path, users={LOGIN.basic})
    wanting = RealRegistry(tmp_path / "registry", {"auth": server.settings})
    with server, wanting, connect() as client, pytest.raises(Unauthorized, match="without a login"):
        list_repositories(client, wanting.host)


def test_nobody_gets_nothing(guarded, client):
    with pytest.raises(Unauthorized, match=f"`{guarded.host}` requires a login"):
        fetch_manifest(client, guarded.reference())


def test_each_operation_gets_a_token_of_its_scope(tokened):
    with connect() as client:
        image = build_image([[("token", b"x")]])
        push_with_tokens(client, tokened, image)
        assert fetch_manifest(client, tokened.reference()).data == image.manifest_bytes
        assert list_tags(client, tokened.reference()).items == ("latest",)
        publish(plan_copy(client, tokened.reference(), tokened.reference("other:v1")))
        assert set(list_repositories(client, tokened.host).items) == {"app", "other"}
        digest = fetch_manifest(client, tokened.reference("other:v1")).descriptor.digest
        assert delete_manifest(client, tokened.reference("other:v1"), digest) is None


def push_with_tokens(client, registry, image):
    store = MemoryStore().holding(image)
    publish(plan_push(store, CopySet.of(store), Destination(client, registry.reference())))


def test_a_token_server_knows_the_user_and_the_registry_never_sees_the_password(tmp_path):
    server = TokenServer(tmp_path, users={LOGIN.basic})
    with server, RealRegistry(tmp_path / "registry", {"auth": server.settings}) as registry:
        with logged_in(registry) as client:
            push_with_tokens(client, registry, IMAGE)
            assert fetch_manifest(client, registry.reference()).data == IMAGE.manifest_bytes
        with connect() as nobody, pytest.raises(Unauthorized, match="issues no token") as error:
            fetch_manifest(nobody, registry.reference())
        assert f"docker login {registry.host}" in error.value.hint
        wrong = Credential(USER, "canary-wrong")
        with (
            logged_in(registry, credential=wrong) as client,
            pytest.raises(Unauthorized, match="refuses the "),
        ):
            fetch_manifest(client, registry.reference())


@pytest.fixture(scope="module")
def encrypted(certificates, tmp_path_factory):
    """A registry over TLS, whose certificate is signed by a private authority."""
    certificate, key = certificates.server
    tls = {"tls": {"certificate": str(certificate), "key": str(key)}}
    with RealRegistry(tmp_path_factory.mktemp("encrypted"), {"http": tls}) as registry:
        registry.push(IMAGE, verify=ssl.create_default_context(cafile=certificates.authority))
        yield registry


def test_a_registry_with_its_own_authority_is_read_with_it(encrypted, certificates):
    hosts = Hosts(HostOptions(ca_files=(certificates.authority,)))
    with RegistryClient(hosts) as client:
        manage(client, encrypted.reference())


def test_a_registry_with_its_own_authority_is_refused_without_it(encrypted):
    with RegistryClient() as client, pytest.raises(TransportError, match="is not trusted") as error:
        fetch_manifest(client, encrypted.reference())
    assert f"--insecure {encrypted.host}" in error.value.hint


def test_an_insecure_registry_is_read_without_a_check(encrypted):
    with RegistryClient(Hosts(HostOptions(insecure=frozenset({encrypted.host})))) as client:
        assert fetch_manifest(client, encrypted.reference()).data == IMAGE.manifest_bytes


def test_no_secret_is_shown_or_logged_at_any_level(guarded, caplog, tmp_path, monkeypatch):
    caplog.set_level(logging.DEBUG)
    (tmp_path / "config.json").write_text(
        json.dumps({"auths": {guarded.host: {"auth": "canary"}, "x": {"auth": LOGIN.basic[6:]}}})
    )
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    events = []
    with logged_in(guarded, events.append) as client:
        manage(client, guarded.reference(), "somewhere")
        layer = fetch_manifest(client, guarded.reference()).value.layers[0]
        with open_blob(client, guarded.reference(), layer) as chunks:
            list(chunks)
    with connect(listener=events.append) as client, pytest.raises(Unauthorized) as error:
        fetch_manifest(client, guarded.reference())
    assert len(events) == 1
    shown = f"{caplog.text} {events} {error.value!r} {error.value.hint} {client._authorizer!r}"
    assert "canary" not in shown
    assert LOGIN.basic[6:] not in shown


def test_one_flipped_byte_in_any_blob_is_seen(tmp_path, client):
    with RealRegistry(tmp_path) as registry:
        reference = registry.push(IMAGE)
        manifest = fetch_manifest(client, reference).value
        for item in (manifest.config, *manifest.layers):
            file = registry.blob_file(str(item.digest))
            good = file.read_bytes()
            file.write_bytes(bytes([good[0] ^ 1]) + good[1:])
            with pytest.raises(VerificationError, match=r"has the digest .*, not"):
                fetch_blob(client, reference, item)
            file.write_bytes(good)
            assert fetch_blob(client, reference, item) == good

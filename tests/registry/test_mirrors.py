import pytest

from layerscope.blobs.copying import BlobOutcome
from layerscope.errors import NotFound, UsageError, VerificationError
from layerscope.oci import Digest, Reference
from layerscope.registry.api.deletes import delete_manifest
from layerscope.registry.api.listing import list_repositories, list_tags
from layerscope.registry.api.manifests import find_manifest
from layerscope.registry.api.referrers import list_referrers
from layerscope.registry.auth.credentials import Credential
from layerscope.registry.client import Call, RegistryClient
from layerscope.registry.hosts.hosts import HostOptions, Hosts
from layerscope.registry.hosts.rules import Mirror, RegistryRule
from layerscope.registry.publish.publishing import plan_copy, publish
from support.fake_registry import FakeRegistry, Reply
from support.images import build_image, digest_of
from support.impatient import ImpatientTransport
from support.registry_reading import fetch_blob, fetch_manifest

IMAGE = build_image()


@pytest.fixture
def mirror():
    with FakeRegistry() as registry:
        yield registry


class Keeper:
    """A login for one registry."""

    def __init__(self, domain):
        self.domain = domain

    def find(self, domain, _repository):
        return Credential("alice", "canary") if domain == self.domain else None


@pytest.fixture
def mirrored(fake_registry, mirror):
    rule = RegistryRule(fake_registry.host, fake_registry.host, mirrors=(Mirror(f"{mirror.host}/cache"),))
    hosts = Hosts(HostOptions(rules=(rule,)))
    with RegistryClient(hosts, Keeper(fake_registry.host), transport=ImpatientTransport()) as client:
        yield client


def test_a_mirror_is_asked_first_with_the_name_of_the_origin(fake_registry, mirror, mirrored):
    mirror.serve(IMAGE, "cache/app")
    fetched = fetch_manifest(mirrored, fake_registry.reference())
    config = fetched.value.config
    assert fetch_blob(mirrored, fake_registry.reference(), config) == IMAGE.config_bytes
    assert mirror.paths() == [
        f"/v2/cache/app/manifests/latest?ns={fake_registry.host}",
        f"/v2/cache/app/blobs/{config.digest}?ns={fake_registry.host}",
    ]
    assert fake_registry.requests == []


@pytest.mark.parametrize("reply", [Reply(404), Reply(500), Reply(429), Reply(401), Reply(307)])
def test_a_mirror_that_fails_is_passed_over_at_once(fake_registry, mirror, mirrored, reply):
    mirror.on("GET", "/v2/cache/app/manifests/latest", reply)
    fake_registry.serve(IMAGE)
    assert fetch_manifest(mirrored, fake_registry.reference()).data == IMAGE.manifest_bytes
    assert len(mirror.requests) == 1
    assert fake_registry.paths() == ["/v2/app/manifests/latest"]
    assert mirrored.transport.pauses == []


def test_a_mirror_that_cannot_be_reached_is_not_asked_again(fake_registry, mirror, mirrored):
    def hang_up(_request):
        raise ConnectionError

    mirror.on("GET", "/v2/cache/app/manifests/latest", hang_up)
    fake_registry.serve(IMAGE)
    for _ in range(3):
        fetch_manifest(mirrored, fake_registry.reference())
    assert len(mirror.requests) == 1


def test_the_credentials_of_the_origin_are_not_sent_to_a_mirror(fake_registry, mirror, mirrored):
    challenge = {"WWW-Authenticate": 'Basic realm="x"'}
    mirror.on("GET", "/v2/cache/app/manifests/latest", Reply(401, headers=challenge))
    good = Reply(body=IMAGE.manifest_bytes)
    fake_registry.on("GET", "/v2/app/manifests/latest", Reply(401, headers=challenge), good)
    fetch_manifest(mirrored, fake_registry.reference())
    assert [request.headers.get("authorization") for request in mirror.requests] == [None]
    assert fake_registry.requests[1].headers["authorization"].startswith("Basic ")


def test_what_is_asked_of_the_registry_itself_does_not_go_to_a_mirror(fake_registry, mirror, mirrored):
    mirror.serve(IMAGE, "cache/app")
    with pytest.raises(NotFound):
        fetch_manifest(mirrored, fake_registry.reference(), mirrors=False)
    assert mirror.requests == []


def test_a_mirror_is_verified_as_any_registry(fake_registry, mirror, mirrored):
    mirror.on("GET", f"/v2/cache/app/manifests/{IMAGE.digest}", Reply(body=b"{}"))
    with pytest.raises(VerificationError):
        fetch_manifest(mirrored, fake_registry.reference(f"app@{IMAGE.digest}"))


def test_an_image_that_lies_elsewhere_is_read_from_there(fake_registry):
    rule = RegistryRule("example.com/foo", f"{fake_registry.host}/bar")
    fake_registry.serve(IMAGE, "bar/app")
    with RegistryClient(Hosts(HostOptions(rules=(rule,)))) as client:
        fetched = fetch_manifest(client, Reference.parse("example.com/foo/app"))
    assert fetched.data == IMAGE.manifest_bytes
    assert fake_registry.paths() == ["/v2/bar/app/manifests/latest"]


def test_a_blocked_registry_is_not_asked(fake_registry):
    rule = RegistryRule(fake_registry.host, blocked=True)
    with RegistryClient(Hosts(HostOptions(rules=(rule,)))) as client, pytest.raises(UsageError, match="is blocked"):
        fetch_manifest(client, fake_registry.reference())
    assert fake_registry.requests == []


def test_the_prefix_of_a_rule_is_shown_escaped():
    hosts = Hosts(HostOptions(rules=(RegistryRule("*.\x1b[2J.example", blocked=True),)))
    with pytest.raises(UsageError) as error:
        hosts.reading_endpoints("a.\x1b[2J.example", "app", by_digest=False)
    assert r"the rule for `*.\x1b[2J.example`" in str(error.value)


def following(*rules):
    return RegistryClient(Hosts(HostOptions(rules=rules)), transport=ImpatientTransport())


BLOCKED = {
    "tags": list_tags,
    "catalog": lambda client, reference: list_repositories(client, reference.domain),
    "look": find_manifest,
    "referrers": lambda client, reference: list_referrers(client, reference, Digest.of(b"")),
    "delete": lambda client, reference: delete_manifest(client, reference, Digest.of(b"")),
    "write": lambda client, reference: client.send(Call.to(reference, "PUT", "manifests/x", content=b"{}")),
}


@pytest.mark.parametrize("what", BLOCKED)
def test_nothing_is_asked_of_a_blocked_registry_and_nothing_written_to_it(fake_registry, what):
    rule = RegistryRule(fake_registry.host, fake_registry.host, blocked=True)
    with following(rule) as client, pytest.raises(UsageError, match="is blocked"):
        BLOCKED[what](client, fake_registry.reference())
    assert fake_registry.requests == []


def test_what_lies_elsewhere_is_listed_and_looked_at_there(fake_registry):
    reference = Reference.parse("example.invalid/foo/app")
    fake_registry.on("GET", "/v2/bar/app/tags/list", Reply(body=b'{"tags": ["a"]}'))
    fake_registry.on("GET", "/v2/_catalog", Reply(body=b'{"repositories": ["x"]}'))
    headers = {"Docker-Content-Digest": IMAGE.digest}
    fake_registry.on("HEAD", "/v2/bar/app/manifests/latest", Reply(headers=headers, length=5))
    rule = RegistryRule("example.invalid/foo", f"{fake_registry.host}/bar")
    whole = RegistryRule("other.invalid", f"{fake_registry.host}/bar")
    with following(rule, whole) as client:
        assert list_tags(client, reference).items == ("a",)
        assert str(find_manifest(client, reference).digest) == IMAGE.digest
        assert list_referrers(client, reference, Digest.of(b"")) == []
        assert list_repositories(client, "other.invalid").items == ("x",)


@pytest.mark.real("docker-registry")
def test_what_lies_elsewhere_is_copied_and_deleted_there_and_its_mirrors_are_only_read(real_registry, mirror):
    real_registry.push(IMAGE, "bar/app")
    rule = RegistryRule("example.invalid/foo", f"{real_registry.host}/bar", mirrors=(Mirror(mirror.host),))
    start, end = (Reference.parse(f"example.invalid/foo/{name}") for name in ("app", "copy"))
    events = []
    with following(rule) as client:
        publish(plan_copy(client, start, end), events.append)
        assert {item.outcome for item in events if item.outcome} == {BlobOutcome.MOUNTED}
        assert str(find_manifest(client, end).digest) == IMAGE.digest
        assert fetch_manifest(client, real_registry.reference("bar/copy")).data == IMAGE.manifest_bytes
        assert delete_manifest(client, end, Digest.parse(digest_of(IMAGE.manifest_bytes))) is None
    assert {request.method for request in mirror.requests} <= {"GET", "HEAD"}


@pytest.mark.real("docker-registry")
def test_what_only_a_mirror_has_can_be_copied(real_registry, mirror):
    mirror.serve(IMAGE, "cache/app")
    rule = RegistryRule("gone.invalid", "127.0.0.1:1", mirrors=(Mirror(f"{mirror.host}/cache"),))
    end = real_registry.reference("mirrors/copied")
    with following(rule) as client:
        publish(plan_copy(client, Reference.parse("gone.invalid/app"), end))
        assert fetch_manifest(client, end).data == IMAGE.manifest_bytes

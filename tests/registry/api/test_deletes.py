import json

import pytest

from layerscope.blobs.tree import MAX_INDEX_DEPTH
from layerscope.errors import NotFound, RegistryError, Unauthorized
from layerscope.oci import Digest, media_types
from layerscope.registry.api.deletes import delete_manifest, delete_tag
from layerscope.registry.api.deletion_cost import cost_of_deleting
from layerscope.registry.api.listing import list_tags
from layerscope.registry.api.manifests import find_manifest
from support.fake_registry import Reply
from support.images import build_image, build_index, descriptor, digest_of
from support.real_registry import RealRegistry

IMAGE, OTHER = build_image(), build_image([[("other", b"x")]])
INDEX = build_index(IMAGE.descriptor(), OTHER.descriptor())
DIGEST = Digest.parse(IMAGE.digest)
TAG = "/v2/app/manifests/latest"


def now(registry, path=TAG):
    headers = {"Docker-Content-Digest": IMAGE.digest, "Content-Type": IMAGE.media_type}
    registry.on("HEAD", path, Reply(headers=headers, body=b"x"))


@pytest.mark.parametrize("status", [200, 202, 204])
def test_a_tag_is_removed_and_looked_for(fake_registry, client, status):
    fake_registry.on("DELETE", TAG, Reply(status))
    assert delete_tag(client, fake_registry.reference()) is None
    assert [(request.method, request.path) for request in fake_registry.requests] == [("DELETE", TAG), ("HEAD", TAG)]


def test_a_tag_that_still_exists_is_reported(fake_registry, client):
    fake_registry.on("DELETE", TAG, Reply(202))
    now(fake_registry)
    assert delete_tag(client, fake_registry.reference()).digest == DIGEST


def test_a_missing_tag_is_not_found(fake_registry, client):
    fake_registry.on("DELETE", TAG, Reply(404))
    with pytest.raises(NotFound, match=r"cannot delete .*: it does not exist"):
        delete_tag(client, fake_registry.reference())


@pytest.mark.parametrize(("status", "code"), [(405, "UNSUPPORTED"), (400, "UNSUPPORTED"), (400, "DIGEST_INVALID")])
def test_a_registry_that_cannot_untag_is_never_asked_to_delete_the_digest(fake_registry, client, status, code):
    now(fake_registry)
    fake_registry.on("DELETE", TAG, Reply(status, b'{"errors": [{"code": "%b"}]}' % code.encode()))
    with pytest.raises(RegistryError, match=f"cannot delete only the tag.*{code}") as error:
        delete_tag(client, fake_registry.reference())
    assert "--digest" in error.value.hint
    assert fake_registry.paths("DELETE") == [TAG]


def test_a_delete_that_is_not_allowed_is_reported(fake_registry, client):
    fake_registry.on("DELETE", TAG, Reply(403))
    with pytest.raises(Unauthorized, match="refuses access: cannot delete"):
        delete_tag(client, fake_registry.reference())


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_delete_is_never_repeated(fake_registry, client, status):
    fake_registry.on("DELETE", TAG, Reply(status))
    with pytest.raises(RegistryError):
        delete_tag(client, fake_registry.reference())
    assert len(fake_registry.paths("DELETE")) == 1


@pytest.mark.real("docker-registry")
def test_a_real_registry_that_cannot_untag_keeps_all(real_registry, client):
    reference = real_registry.push(IMAGE, "delete/untag")
    with pytest.raises(RegistryError, match="cannot delete only the tag"):
        delete_tag(client, reference)
    assert find_manifest(client, reference).digest == DIGEST


@pytest.mark.real("docker-registry")
def test_all_tags_of_a_digest_are_found_and_vanish_with_it(real_registry, client):
    for tag in ("one", "two", "three"):
        reference = real_registry.push(IMAGE, "delete/digest", tag)
    real_registry.push(OTHER, "delete/digest", "other")
    found = cost_of_deleting(client, reference, DIGEST)
    assert (set(found.tags), found.incomplete) == ({"one", "two", "three"}, "")
    assert delete_manifest(client, reference, DIGEST) is None
    assert list_tags(client, reference).items == ("other",)
    with pytest.raises(NotFound):
        delete_manifest(client, reference, DIGEST)


@pytest.mark.real("docker-registry")
def test_a_repository_whose_last_tag_is_deleted_has_no_tags(real_registry, client):
    """docker-registry then lists its tags as null."""
    reference = real_registry.push(IMAGE, "delete/last")
    delete_manifest(client, reference, DIGEST)
    assert list_tags(client, reference).items == ()


@pytest.mark.real("docker-registry")
def test_a_real_registry_without_deletes_says_so(tmp_path, client):
    with RealRegistry(tmp_path, {"storage": {"delete": {"enabled": False}}}) as registry:
        reference = registry.push(IMAGE)
        with pytest.raises(RegistryError, match="refuses to delete manifests"):
            delete_manifest(client, reference, DIGEST)
        assert find_manifest(client, reference).digest == DIGEST


def test_a_list_that_may_be_longer_is_marked(fake_registry, client):
    link = {"Link": '</v2/app/tags/list?n=1000>; rel="next"'}
    fake_registry.on("GET", "/v2/app/tags/list", Reply(body=b'{"tags": ["latest"]}', headers=link))
    now(fake_registry)
    found = cost_of_deleting(client, fake_registry.reference(), DIGEST)
    assert found.tags == ("latest",)
    assert "sends the same page" in found.incomplete


def serve_index(registry, data, *tags):
    """Serve an index at these tags and at its digest, for HEAD and GET."""
    digest = digest_of(data)
    reply = Reply(body=data, headers={"Docker-Content-Digest": digest, "Content-Type": media_types.OCI_INDEX})
    for target in (*tags, digest):
        for method in ("GET", "HEAD"):
            registry.on(method, f"/v2/app/manifests/{target}", reply)


def list_these(registry, *tags):
    registry.on("GET", "/v2/app/tags/list", Reply(body=json.dumps({"tags": tags}).encode()))


@pytest.mark.real("docker-registry")
def test_indexes_that_contain_the_manifest_are_found_by_their_tags(real_registry, client):
    repository = "delete/indexes"
    nested = build_index(descriptor(INDEX, media_types.OCI_INDEX))
    for tag in ("idx", "v2"):
        reference = real_registry.push_index(INDEX, [IMAGE, OTHER], repository, tag)
    real_registry.push_index(nested, [], repository, "nested")
    real_registry.push_index(build_index(OTHER.descriptor()), [], repository, "apart")
    real_registry.push(IMAGE, repository, "one")
    cost = cost_of_deleting(client, reference, DIGEST)
    assert (cost.tags, set(cost.broken), cost.incomplete) == (("one",), {"idx", "v2", "nested"}, "")


def test_an_index_that_several_tags_name_is_read_once_and_manifests_never(fake_registry, client):
    list_these(fake_registry, "latest", "a", "b", "c")
    now(fake_registry)
    serve_index(fake_registry, INDEX, "a", "b", "c")
    cost = cost_of_deleting(client, fake_registry.reference(), DIGEST)
    assert (cost.tags, cost.broken) == (("latest",), ("a", "b", "c"))
    assert fake_registry.paths("GET") == ["/v2/app/tags/list?n=1000", f"/v2/app/manifests/{digest_of(INDEX)}"]


def test_an_index_that_cannot_be_read_leaves_the_cost_incomplete(fake_registry, client):
    lost = build_index(descriptor(b"lost", media_types.OCI_INDEX))
    list_these(fake_registry, "latest", "lost", "idx")
    now(fake_registry)
    serve_index(fake_registry, lost, "lost")
    serve_index(fake_registry, INDEX, "idx")
    cost = cost_of_deleting(client, fake_registry.reference(), DIGEST)
    assert (cost.tags, cost.broken) == (("latest",), ("idx",))
    assert f"no manifest {digest_of(b'lost')[:19]}" in cost.incomplete


def test_indexes_within_indexes_are_not_followed_for_ever(fake_registry, client):
    data = build_index(OTHER.descriptor())
    for _ in range(MAX_INDEX_DEPTH):
        serve_index(fake_registry, data)
        data = build_index(descriptor(data, media_types.OCI_INDEX))
    serve_index(fake_registry, data, "deep")
    list_these(fake_registry, "deep")
    cost = cost_of_deleting(client, fake_registry.reference(), DIGEST)
    assert cost.broken == ()
    assert f"deeper than {MAX_INDEX_DEPTH} levels" in cost.incomplete

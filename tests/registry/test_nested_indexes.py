"""Every way to reach an image in a registry finds the same documents below the same indexes, or refuses them alike."""

from collections import Counter

import pytest
from hypothesis import given, settings, strategies as st

from layerscope.blobs.copy_set import CopySet
from layerscope.blobs.resolve import resolve
from layerscope.blobs.tree import MAX_INDEX_DEPTH
from layerscope.errors import InvalidDocument, LayerscopeError, NoMatchingPlatform, NotFound, VerificationError
from layerscope.oci import Digest, Platform
from layerscope.registry.api.deletion_cost import cost_of_deleting
from layerscope.registry.api.store import RegistryStore
from layerscope.registry.api.tag_summary import read_tag
from layerscope.registry.client import RegistryClient
from layerscope.registry.publish.blob_upload import Destination
from layerscope.registry.publish.publishing import plan_copy, plan_push, publish
from layerscope.sources.attachments import find_attachments
from support.fake_registry import Reply
from support.impatient import ImpatientTransport
from support.keeping_registry import KeepingRegistry
from support.memory_store import MemoryStore
from support.nested_images import PLATFORMS, TREES, build, nested

EXAMPLES = settings(max_examples=25)
AMD = "linux/amd64"


@pytest.fixture(scope="module")
def client():
    with RegistryClient(transport=ImpatientTransport()) as client:
        yield client


def plan(client, registry, tree, way, platform=None):
    """The plan to bring the tree to the repository `there`, by `copy` or by `push`."""
    wanted = platform and Platform.parse(platform)
    destination = registry.reference("there:v1")
    if way == "copy":
        return plan_copy(client, registry.keep(tree, "here"), destination, wanted)
    store = MemoryStore()
    store.blobs = {**tree.blobs, **tree.documents}
    store.with_roots(tree.root)
    return plan_push(store, CopySet.of(store, wanted), Destination(client, destination))


def refusal(work):
    """The sentence of the error that the work raises."""
    with pytest.raises(LayerscopeError) as error:
        work()
    return error.value.message


WAYS = pytest.mark.parametrize("way", ["copy", "push"])


@WAYS
@EXAMPLES
@given(tree=TREES)
def test_all_that_lies_below_an_index_is_written_once_and_children_first(client, way, tree):
    with KeepingRegistry() as registry:
        if tree.is_too_deep:
            with pytest.raises(InvalidDocument, match=f"deeper than {MAX_INDEX_DEPTH} levels"):
                plan(client, registry, tree, way)
            assert registry.put == []
            return
        publish(plan(client, registry, tree, way))

        assert registry.digests("there") == (set(tree.documents), set(tree.blobs))
        assert all(registry.manifests["there", digest][1] == data for digest, data in tree.documents.items())
        assert sorted(registry.put) == sorted({*tree.documents, "v1"} - {tree.root["digest"]})
        assert set(Counter(registry.paths("GET")).values()) <= {1}


@WAYS
@EXAMPLES
@given(tree=TREES, platform=st.sampled_from(PLATFORMS))
def test_one_platform_is_written_alone_from_whatever_depth(client, way, tree, platform):
    image = tree.image_for(platform)
    with KeepingRegistry() as registry:
        if tree.depth_to(platform) > MAX_INDEX_DEPTH:
            with pytest.raises(InvalidDocument, match=f"deeper than {MAX_INDEX_DEPTH} levels"):
                plan(client, registry, tree, way, platform)
        elif image is None:
            with pytest.raises(NoMatchingPlatform):
                plan(client, registry, tree, way, platform)
        else:
            publish(plan(client, registry, tree, way, platform))
            assert registry.digests("there")[0] == {image}


@EXAMPLES
@given(tree=TREES, platform=st.sampled_from(PLATFORMS))
def test_the_facts_of_a_tag_are_those_of_the_image_for_the_platform(client, tree, platform):
    with KeepingRegistry() as registry:
        reference = registry.keep(tree)
        if tree.depth_to(platform) > MAX_INDEX_DEPTH:
            with pytest.raises(InvalidDocument, match=f"deeper than {MAX_INDEX_DEPTH} levels"):
                read_tag(client, reference, Platform.parse(platform))
            return
        facts = read_tag(client, reference, Platform.parse(platform))

        assert str(facts.digest) == tree.root["digest"]
        assert (facts.size is None) == (tree.image_for(platform) is None)
        if facts.size is not None:
            image = resolve(RegistryStore(reference, client), Platform.parse(platform))
            assert (facts.size, facts.created) == (image.compressed_size, image.config.created)


@EXAMPLES
@given(tree=TREES, choice=st.integers(0))
def test_a_delete_breaks_the_tag_of_every_index_above_it_and_reads_no_manifest(client, tree, choice):
    *below, _ = tree.documents
    wanted = below[choice % len(below)] if below else tree.root["digest"]
    with KeepingRegistry() as registry:
        cost = cost_of_deleting(client, registry.keep(tree), Digest.parse(wanted))

        if not tree.is_too_deep:
            assert (cost.broken, cost.incomplete) == (("latest",) if below else (), "")
        elif not cost.broken:
            assert f"deeper than {MAX_INDEX_DEPTH} levels" in cost.incomplete
        read = {path.rpartition("/")[2] for path in registry.paths("GET")} & tree.documents.keys()
        assert all(tree.children(digest) for digest in read)


@EXAMPLES
@given(tree=TREES.filter(lambda tree: not tree.is_too_deep))
def test_the_attestations_of_every_index_are_attached(client, tree):
    with KeepingRegistry() as registry:
        found = find_attachments(client, registry.keep(tree), None)

        assert {str(item.descriptor.digest) for item in found} == tree.attestations()


@WAYS
@EXAMPLES
@given(tree=TREES.filter(lambda tree: not tree.is_too_deep and len(tree.documents) > 1), choice=st.integers(0))
def test_a_missing_document_is_refused_by_every_way_that_needs_it(client, way, tree, choice):
    *below, _ = tree.documents
    lost = below[choice % len(below)]
    ways = {platform: tree.way_to(platform) for platform in PLATFORMS}
    images = {platform: tree.image_for(platform) for platform in PLATFORMS}
    del tree.documents[lost]
    with KeepingRegistry() as registry:
        with pytest.raises(NotFound, match=Digest.parse(lost).short):
            plan(client, registry, tree, way)
        for platform in PLATFORMS:
            if lost in ways[platform]:
                with pytest.raises(NotFound, match=Digest.parse(lost).short):
                    plan(client, registry, tree, way, platform)
            elif images[platform]:
                assert str(plan(client, registry, tree, way, platform).digest) == images[platform]


@pytest.mark.parametrize("depth", range(1, MAX_INDEX_DEPTH + 2))
def test_every_way_ends_at_the_same_depth_with_the_same_sentence(client, depth):
    tree, platform = nested(depth), Platform.parse(AMD)
    with KeepingRegistry() as registry:
        reference = registry.keep(tree)
        ways = (
            lambda: resolve(RegistryStore(reference, client), platform),
            lambda: plan_copy(client, reference, registry.reference("there:v1")),
            lambda: plan_copy(client, reference, registry.reference("there:v1"), platform),
            lambda: read_tag(client, reference, platform),
            lambda: find_attachments(client, reference, platform),
        )
        if depth <= MAX_INDEX_DEPTH:
            assert all(way() is not None for way in ways)
        else:
            assert {refusal(way) for way in ways} == {f"`{reference}` nests image indexes deeper than 8 levels"}


def test_a_registry_that_sends_an_index_in_a_circle_is_refused_with_the_same_sentence(client):
    tree, platform = build([["linux/arm64", [AMD]]]), Platform.parse(AMD)
    inner = tree.children(tree.root["digest"])[0]["digest"]
    with KeepingRegistry() as registry:
        reference = registry.keep(tree)
        circle = tree.root_bytes.ljust(len(tree.documents[inner]))
        registry.on("GET", f"/v2/app/manifests/{inner}", Reply(body=circle))
        said = {
            refusal(lambda: resolve(RegistryStore(reference, client), platform)),
            refusal(lambda: plan_copy(client, reference, registry.reference("there:v1"))),
            refusal(lambda: plan_copy(client, reference, registry.reference("there:v1"), platform)),
            refusal(lambda: read_tag(client, reference, platform)),
            refusal(lambda: find_attachments(client, reference, platform)),
            cost_of_deleting(client, reference, Digest.parse(tree.image_for(AMD))).incomplete,
        }
        assert said == {
            f"the content of the index {Digest.parse(inner).short} has the digest {Digest.of(circle)}, not {inner}"
        }


def test_an_image_for_another_platform_is_not_copied_for_the_one_that_is_wanted(client):
    with KeepingRegistry() as registry, pytest.raises(NoMatchingPlatform, match="is for linux/amd64, not for"):
        plan(client, registry, build(AMD), "copy", "linux/arm64")


def test_a_blob_whose_bytes_are_others_ends_the_copy_before_any_manifest(client):
    tree = build([AMD, 0])
    changed = next(iter(tree.blobs))
    tree.blobs[changed] = b"x" * len(tree.blobs[changed])
    with KeepingRegistry() as source, KeepingRegistry() as registry:
        planned = plan_copy(client, source.keep(tree), registry.reference("there:v1"))
        with pytest.raises(
            VerificationError, match=f"the content of the blob {Digest.parse(changed).short} has the digest"
        ):
            publish(planned)
        assert registry.put == []

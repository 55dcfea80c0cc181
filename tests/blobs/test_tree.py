"""The walk down an index: what is visited, in which order, and what is refused."""

from hypothesis import given, strategies as st

from layerscope.blobs.resolve import resolve
from layerscope.blobs.status import BlobStatus
from layerscope.blobs.tree import MAX_INDEX_DEPTH, Walk, children_first
from layerscope.errors import InvalidDocument, NotFound
from layerscope.oci import Platform, media_types
from support.memory_store import MemoryStore


def nested(store, depth):
    """A manifest below so many indexes."""
    entry = store.manifest()
    for _ in range(depth):
        entry = store.index(entry)
    return store.with_roots(entry)


def digests(visits):
    return [str(visit.entry.digest) for visit in visits]


def test_parents_come_before_what_they_list():
    store = MemoryStore()
    first, second = store.manifest("first"), store.manifest("second")
    inner = store.index(second)
    store.with_roots(root := store.index(first, inner))

    assert digests(Walk(store).visits(store.root())) == [item["digest"] for item in (root, first, inner, second)]


def test_children_first_turns_the_order_round_at_every_level():
    store = MemoryStore()
    first, second = store.manifest("first"), store.manifest("second")
    inner = store.index(second)
    store.with_roots(root := store.index(inner, first))

    visits = children_first(Walk(store).visits(store.root()))

    assert digests(visits) == [item["digest"] for item in (second, inner, first, root)]


def test_with_a_platform_only_its_entry_is_visited():
    store = MemoryStore()
    arm, amd = store.manifest("arm", "linux/arm64"), store.manifest("amd", "linux/amd64")
    store.with_roots(root := store.index(arm, amd))

    visits = Walk(store).visits(store.root(), Platform("linux", "arm64"))

    assert digests(visits) == [root["digest"], arm["digest"]]


def test_a_document_that_is_listed_twice_is_read_once():
    store = MemoryStore()
    entry = store.manifest()
    store.with_roots(store.index(entry, entry, store.index(entry)))

    visits = list(Walk(store).visits(store.root()))

    assert [visit.is_repeat for visit in visits] == [False, False, True, False, True]
    assert store.opened.count(entry["digest"]) == 1


def test_a_second_promise_of_another_size_is_checked_on_its_own():
    store = MemoryStore()
    entry = store.manifest()
    store.with_roots(store.index(entry, entry | {"size": entry["size"] + 1}))

    assert [visit.status for visit in Walk(store).visits(store.root())] == [
        BlobStatus.VERIFIED,
        BlobStatus.VERIFIED,
        BlobStatus.TRUNCATED,
    ]


def test_a_missing_child_is_a_visit_with_the_error_and_the_walk_goes_on():
    store = MemoryStore()
    missing, present = store.manifest("missing"), store.manifest("present")
    store.with_roots(store.index(missing, present))
    del store.blobs[missing["digest"]]

    _, first, second = Walk(store).visits(store.root())

    assert isinstance(first.error, NotFound)
    assert (first.status, second.status) == (BlobStatus.MISSING, BlobStatus.VERIFIED)


def test_as_many_indexes_as_the_limit_allows_are_followed():
    store = nested(MemoryStore(), MAX_INDEX_DEPTH)

    *_, last = Walk(store).visits(store.root())

    assert last.checked().value.config


def test_one_index_more_is_refused_by_every_way_down():
    store = nested(MemoryStore(), MAX_INDEX_DEPTH + 1)

    *_, last = Walk(store).visits(store.root())

    assert f"deeper than {MAX_INDEX_DEPTH} levels" in str(last.error)
    assert _refusal(store) == str(last.error)


def test_a_repeated_index_is_refused_if_what_it_lists_lies_too_deep_the_second_time():
    store = MemoryStore()
    entry = shared = store.index(store.index(store.manifest()))
    for _ in range(MAX_INDEX_DEPTH - 2):
        entry = store.index(entry)
    store.with_roots(store.index(shared, entry))

    *_, last = Walk(store).visits(store.root())

    assert f"deeper than {MAX_INDEX_DEPTH} levels" in str(last.error)


def test_an_index_that_lies_too_deep_the_first_time_is_followed_where_it_fits():
    store = MemoryStore()
    manifest = store.manifest()
    entry = shared = store.index(manifest)
    for _ in range(MAX_INDEX_DEPTH - 1):
        entry = store.index(entry)
    store.with_roots(store.index(entry, shared))

    visits = list(Walk(store).visits(store.root()))

    assert [visit.entry.digest for visit in visits if visit.error] == [visits[-2].entry.digest]
    assert digests(visits[-2:]) == [shared["digest"], manifest["digest"]]
    assert not visits[-2].is_repeat


def test_an_index_that_contains_itself_is_refused(monkeypatch):
    store = MemoryStore()
    inner = store.index(*[store.manifest(str(number)) for number in range(3)])
    store.with_roots(outer := store.index(inner))
    liar = store.index(outer)
    store.blobs[inner["digest"]] = store.blobs[liar["digest"]].ljust(inner["size"])
    monkeypatch.setattr("layerscope.blobs.verified.check", lambda _blob, _what: (BlobStatus.VERIFIED, ""))

    *_, last = Walk(store).visits(store.root())

    assert "contains itself" in str(last.error)
    assert _refusal(store) == str(last.error)


def test_an_entry_that_is_no_manifest_is_a_blob_and_not_read():
    store = MemoryStore()
    layer = store.put(b"layer", media_types.OCI_LAYER)
    store.with_roots(store.index(layer))

    _, visit = Walk(store).visits(store.root())

    assert (visit.is_blob, visit.document) == (True, None)
    assert layer["digest"] not in store.opened


def test_manifests_need_not_be_read_to_know_what_an_index_lists():
    store = MemoryStore()
    entry = store.manifest()
    store.with_roots(root := store.index(store.index(entry), entry))

    visits = list(Walk(store, reads_manifests=False).visits(store.root()))

    assert digests(visits).count(entry["digest"]) == 2
    assert (root["digest"] in store.opened, entry["digest"] in store.opened) == (True, False)


@given(st.recursive(st.integers(0, 5), lambda inner: st.lists(inner, min_size=1, max_size=3), max_leaves=12))
def test_every_parent_follows_all_that_it_lists_however_indexes_share_their_entries(shape):
    store = MemoryStore()

    def put(node):
        return store.manifest(str(node)) if isinstance(node, int) else store.index(*map(put, node))

    store.with_roots(put(shape))
    seen = set()
    for visit in children_first(Walk(store).visits(store.root())):
        if not visit.is_repeat and hasattr(visit.checked().value, "manifests"):
            assert {entry.digest for entry in visit.checked().value.manifests} <= seen
        seen.add(visit.entry.digest)
    assert len(seen) == len({str(digest) for digest in seen} & set(store.opened))


def _refusal(store):
    try:
        resolve(store, None)
    except InvalidDocument as error:
        return str(error)
    return None

import os

from layerscope.cache.document_cache import DocumentCache
from layerscope.oci import Digest, Reference

APP = Reference.parse("reg.example/app:v1")


def test_a_document_is_found_by_its_digest(tmp_path):
    cache = DocumentCache(tmp_path / "documents")
    cache.put(Digest.of(b"{}"), b"{}")
    assert cache.get(Digest.of(b"{}")) == b"{}"
    assert cache.get(Digest.of(b"[]")) is None


def test_bytes_of_another_digest_or_of_an_unknown_algorithm_are_not_kept(tmp_path):
    cache = DocumentCache(tmp_path / "documents")
    cache.put(Digest.of(b"[]"), b"{}")
    cache.put(Digest.parse("multihash+base58:QmRZxt2b"), b"{}")
    assert cache.rows() == []


def test_the_least_recently_used_documents_make_room(tmp_path):
    cache = DocumentCache(tmp_path / "documents", max_size=25)
    texts = [str(number) * 10 for number in range(3)]
    for age, text in enumerate(texts[:2]):
        cache.put(Digest.of(text.encode()), text.encode())
        path = tmp_path / "documents" / f"sha256-{Digest.of(text.encode()).encoded}.document"
        os.utime(path, (1000 + age, 1000 + age))
    assert cache.get(Digest.of(texts[0].encode()))  # it is the most recently used one now
    cache.put(Digest.of(texts[2].encode()), texts[2].encode())
    assert {row.digest for row in cache.rows()} == {str(Digest.of(texts[number].encode())) for number in (0, 2)}


def test_a_tag_has_the_digest_of_the_last_look_and_its_date(tmp_path):
    cache = DocumentCache(tmp_path / "documents")
    for data in (b"old", b"new"):
        cache.put_tag(APP, Digest.of(data))
    assert cache.tag(APP).digest == Digest.of(b"new")
    assert cache.tag(APP).date.endswith("Z")
    assert cache.tag(Reference.parse("reg.example/app:v2")) is None


def test_a_damaged_tag_is_not_known(tmp_path):
    cache = DocumentCache(tmp_path / "documents")
    cache.put_tag(APP, Digest.of(b"app"))
    (path,) = (tmp_path / "documents").iterdir()
    path.write_bytes(b'{"digest": "x"}')
    assert cache.tag(APP) is None


def test_a_directory_that_cannot_be_used_finds_and_keeps_nothing(tmp_path):
    (tmp_path / "documents").write_text("a file")
    cache = DocumentCache(tmp_path / "documents")
    cache.put(Digest.of(b"{}"), b"{}")
    assert (cache.get(Digest.of(b"{}")), cache.tag(APP)) == (None, None)

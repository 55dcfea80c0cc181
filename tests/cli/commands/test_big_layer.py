"""A file at the end of a layer of 60 MB, read again and again from a registry."""

import random
from types import SimpleNamespace

import pytest

from support.fake_registry import FakeRegistry, Reply, ranged
from support.images import build_image
from support.tars import file, gzip_fast

WANTED = b"the last file\n" * 100


@pytest.fixture(scope="module")
def image():
    noise = random.Random(1)
    big = [file(f"big/{number}", noise.randbytes(5_000_000)) for number in range(12)]
    return build_image([[*big, file("last", WANTED)]], compress=gzip_fast)


class Counting(FakeRegistry):
    """A registry that counts the bytes of blobs that it sends, and can ignore ranges."""

    def __init__(self, image):
        super().__init__()
        self.sent_size = 0
        self.has_ranges = True
        self.serve(image)
        self.layer = f"/v2/app/blobs/{image.manifest['layers'][0]['digest']}"
        self.blob = image.layers[0]
        self.on("GET", self.layer, self._send)

    def _send(self, request):
        reply = ranged(self.blob)(request) if self.has_ranges else Reply(body=self.blob)
        parts = (reply.body[start : start + 65536] for start in range(0, len(reply.body), 65536))
        return Reply(reply.status, reply.body, reply.headers, chunks=self._counted(parts))

    def _counted(self, parts):
        for part in parts:
            self.sent_size += len(part)
            yield part


@pytest.fixture
def registry(image):
    with Counting(image) as registry:
        yield registry


@pytest.fixture
def opened(cli, registry):
    """The image whose layer was read before, as `cat` or `ls` do."""
    name = str(registry.reference())
    assert cli("ls", name).code == 0
    registry.sent_size = 0
    return SimpleNamespace(name=name)


def test_cat_fetches_little_the_second_time_and_the_log_says_how_much(cli, registry, opened):
    assert cli("cat", opened.name, "last").out.encode() == WANTED
    registry.sent_size = 0
    again = cli("cat", "-v", opened.name, "last")
    assert again.out.encode() == WANTED
    assert registry.sent_size < 8_000_000
    assert " MB of 60.0 MB of layer 0" in again.err


def test_extract_uses_what_cat_left(cli, registry, opened, tmp_path):
    cli("cat", opened.name, "last")
    registry.sent_size = 0
    assert cli("extract", opened.name, "last", "-o", tmp_path / "out").code == 0
    assert (tmp_path / "out/last").read_bytes() == WANTED
    assert registry.sent_size < 8_000_000


def test_diff_of_a_path_uses_what_cat_left(cli, registry, opened):
    cli("cat", opened.name, "last")
    other = build_image([[file("last", b"another file\n")]])
    registry.serve(other, repository="other")
    cli("ls", str(registry.reference("other:latest")))
    registry.sent_size = 0
    outcome = cli("diff", opened.name, str(registry.reference("other:latest")), "last")
    assert outcome.code == 1
    assert "+another file" in outcome.lines
    assert registry.sent_size < 8_000_000


def test_without_the_cache_nothing_is_kept_and_the_whole_prefix_is_fetched(cli, registry, opened):
    for _ in range(2):
        registry.sent_size = 0
        assert cli("cat", "--no-cache", opened.name, "last").out.encode() == WANTED
        assert registry.sent_size > 60_000_000


def test_a_registry_that_ignores_ranges_sends_the_same_bytes_and_the_log_says_so(cli, registry, opened):
    registry.has_ranges = False
    for _ in range(2):
        outcome = cli("cat", "-v", opened.name, "last")
        assert outcome.out.encode() == WANTED
        assert f"`{registry.host}` ignores ranges" in outcome.err


def test_a_blob_that_changed_under_its_digest_is_noticed(cli, registry, opened):
    cli("cat", opened.name, "last")
    registry.blob = gzip_fast(bytes(100)) + registry.blob[200:]
    registry.blob = registry.blob[:-3000] + random.Random(2).randbytes(3000)
    outcome = cli("cat", opened.name, "last")
    assert outcome.code == 2
    assert outcome.err.startswith("error: ")
    assert WANTED not in outcome.out.encode()


def test_the_cache_lists_a_layer_with_its_checkpoints_and_prunes_them_with_it(cli, opened, image):
    def size():
        rows = cli("cache", "list", "--json").json
        return sum(row["size"] for row in rows if row["digest"] == image.manifest["layers"][0]["digest"])

    before = size()
    cli("cat", opened.name, "last")
    assert size() > before > 0
    cli("cache", "prune")
    assert size() == 0

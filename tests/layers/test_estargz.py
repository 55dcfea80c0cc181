import gzip

from layerscope.blobs.status import BlobStatus
from layerscope.layers.reader import read_layer
from layerscope.oci import Descriptor, Digest, Layer
from layerscope.oci.media_types import OCI_LAYER_GZIP
from support.tars import file, tar


def read(plain):
    blob = gzip.compress(plain, mtime=0)
    descriptor = Descriptor(OCI_LAYER_GZIP, Digest.of(blob), len(blob))
    return read_layer([blob], Layer(0, descriptor, Digest.of(plain)))


def test_the_index_behind_an_estargz_layer_is_no_reason_for_a_warning():
    content = read(tar(file("a", b"1")) + tar(file("stargz.index.json", b'{"version": 1}')))
    assert (content.status, content.index.count, content.warnings) == (BlobStatus.VERIFIED, 1, ())


def test_any_other_entry_after_the_end_is_a_warning():
    content = read(tar(file("a", b"1")) + tar(file("stargz.index.json.not", b"2")))
    assert (content.index.count, content.warnings) == (1, ("more data follows the end of the tar; it is not read",))

"""Documents and blobs of a registry, read and verified, for tests that want just these."""

from layerscope.blobs.resolve import read_root
from layerscope.blobs.verified import open_verified
from layerscope.registry.api.store import RegistryStore


def fetch_manifest(client, reference, **store):
    """The manifest or index that a reference names."""
    return read_root(RegistryStore(reference, client, **store))


def fetch_blob(client, reference, descriptor):
    """A blob of the repository."""
    with open_verified(RegistryStore(reference, client), descriptor) as chunks:
        return b"".join(chunks)

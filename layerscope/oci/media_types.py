"""Media types of manifests, configs and layers (OCI image-spec media-types.md; Docker image manifest v2 schema 2)."""

OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
OCI_EMPTY = "application/vnd.oci.empty.v1+json"
OCI_LAYER = "application/vnd.oci.image.layer.v1.tar"
OCI_LAYER_GZIP = OCI_LAYER + "+gzip"
OCI_LAYER_ZSTD = OCI_LAYER + "+zstd"

DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json"
DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar"
DOCKER_LAYER_GZIP = DOCKER_LAYER + ".gzip"
DOCKER_FOREIGN_LAYER_GZIP = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"

SCHEMA1 = "application/vnd.docker.distribution.manifest.v1+json"
SCHEMA1_SIGNED = "application/vnd.docker.distribution.manifest.v1+prettyjws"

MANIFESTS = frozenset({OCI_MANIFEST, DOCKER_MANIFEST})
INDEXES = frozenset({OCI_INDEX, DOCKER_INDEX})
LEGACY = frozenset({SCHEMA1, SCHEMA1_SIGNED})
IMAGE_CONFIGS = frozenset({OCI_CONFIG, DOCKER_CONFIG})

ODD_IMAGE_CONFIGS = frozenset({"application/octet-stream", "application/json", "text/html", ""})
"""What some old registries and tools call an image config; Docker accepts them too (moby's `ImageTypes`)."""

ACCEPT_MANIFESTS = ", ".join(
    (OCI_MANIFEST, OCI_INDEX, DOCKER_MANIFEST, DOCKER_INDEX, f"{SCHEMA1_SIGNED};q=0.5", f"{SCHEMA1};q=0.4")
)
"""One Accept header for every kind of manifest. Without the Docker types, old registries send schema 1."""


def without_parameters(content_type: str | None) -> str | None:
    """The media type of a Content-Type header in lower case; None if it is missing, or not a manifest's."""
    bare = (content_type or "").split(";", 1)[0].strip().lower()
    known = MANIFESTS | INDEXES | LEGACY
    return bare if bare in known else None


def is_layer(media_type: str) -> bool:
    """Whether the type is a file system changeset, of any compression; foreign layers are included."""
    return media_type.startswith(
        (
            OCI_LAYER,
            DOCKER_LAYER,
            "application/vnd.oci.image.layer.nondistributable.v1.tar",
            "application/vnd.docker.image.rootfs.foreign.diff.tar",
        )
    )


def is_plain_layer(media_type: str) -> bool:
    """Whether the type is a file system changeset without compression."""
    return is_layer(media_type) and media_type.endswith(".tar")


def is_encrypted(media_type: str) -> bool:
    """Whether the layer is encrypted (ocicrypt): its bytes can be verified but not read."""
    return media_type.endswith("+encrypted")


def is_foreign(media_type: str) -> bool:
    """Whether registries must not distribute the layer's bytes (layer.md, "Non-Distributable Layers")."""
    return ".foreign." in media_type or ".nondistributable." in media_type

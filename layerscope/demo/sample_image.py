"""The image `hello-world-java`: a few real layers with the usual waste, the same on every run.

It is an image index for Linux on amd64 and arm64, which share the layers without binaries of the runtime. It has an
attestation, and an SBOM refers to it. The tars of the layers are the same on every machine; their gzip bytes depend
on the build of zlib.
"""

import zlib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from layerscope.demo.build_steps import BuildStep, build_steps
from layerscope.demo.java_runtime import INSTALLED, java_home
from layerscope.demo.repository import Repository
from layerscope.demo.tar_writer import MTIME
from layerscope.oci import Digest, media_types

NAME = "hello-world-java"
TAGS = ("1.0", "1.0.3", "latest")
SCALES = {"amd64": 1, "arm64": 5}
"""The architectures of the index; the runtime of arm64 is smaller, as arm64 is there only to be chosen."""

IN_TOTO = "application/vnd.in-toto+json"
SPDX = "application/spdx+json"

_GZIP_LEVEL = 1
_GZIP_WINDOW = 31
"""A window of 2 ** 15 with a gzip header, which zlib writes without a time or a name."""


def build_sample_image() -> Repository:
    """Build the image for all architectures; this takes about a second."""
    repository = Repository()
    builds = {architecture: build_steps(architecture, scale=scale) for architecture, scale in SCALES.items()}
    layers = _pack_layers(repository, (step.tar for steps in builds.values() for step in steps if step.tar))
    images = [_add_image(repository, architecture, steps, layers) for architecture, steps in builds.items()]
    entries = [*images, _add_attestation(repository, images[0])]
    index = repository.add_manifest({"schemaVersion": 2, "mediaType": media_types.OCI_INDEX, "manifests": entries})
    _add_sbom(repository, index)
    repository.tags.update(dict.fromkeys(TAGS, index["digest"]))
    return repository


def _pack_layers(repository: Repository, tars: Iterable[bytes]) -> dict[str, dict[str, Any]]:
    """The descriptors of the compressed layers by diff_id; each distinct tar is compressed once."""
    with ThreadPoolExecutor(2) as pool:
        distinct = dict(zip(pool.map(_diff_id, kept := list(tars)), kept, strict=True))
        blobs = pool.map(_compress, distinct.values())
        return {
            diff_id: repository.add_blob(media_types.OCI_LAYER_GZIP, blob)
            for diff_id, blob in zip(distinct, blobs, strict=True)
        }


def _diff_id(tar: bytes) -> str:
    return str(Digest.of(tar))


def _compress(tar: bytes) -> bytes:
    return zlib.compress(tar, _GZIP_LEVEL, _GZIP_WINDOW)


def _add_image(
    repository: Repository, architecture: str, steps: list[BuildStep], layers: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    diff_ids = [_diff_id(step.tar) for step in steps if step.tar]
    config = repository.add_document(media_types.OCI_CONFIG, _config(architecture, steps, diff_ids))
    descriptors = [layers[diff_id] for diff_id in diff_ids]
    manifest = repository.add_manifest(_manifest(config, descriptors))
    return manifest | {"platform": {"architecture": architecture, "os": "linux"}}


def _config(architecture: str, steps: list[BuildStep], diff_ids: list[str]) -> dict[str, Any]:
    return {
        "architecture": architecture,
        "os": "linux",
        "created": _time(steps[-1].seconds),
        "author": "The makers of the sample",
        "config": {
            "Env": [
                "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                f"JAVA_HOME=/{java_home(architecture)}",
            ],
            "Entrypoint": ["java", "-cp", "/app:/app/greetings.jar"],
            "Cmd": ["HelloWorld"],
            "WorkingDir": "/app",
            "Labels": {"org.opencontainers.image.title": NAME, "org.opencontainers.image.version": "1.0.3"},
        },
        "rootfs": {"type": "layers", "diff_ids": diff_ids},
        "history": [_history_entry(step) for step in steps],
    }


def _history_entry(step: BuildStep) -> dict[str, Any]:
    entry: dict[str, Any] = {"created": _time(step.seconds), "created_by": step.command}
    if not step.command.startswith("/bin/sh -c #(nop)"):
        entry["comment"] = "buildkit.dockerfile.v0"
    return entry if step.tar else entry | {"empty_layer": True}


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(MTIME + seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _manifest(config: dict[str, Any], layers: list[dict[str, Any]]) -> dict[str, Any]:
    return {"schemaVersion": 2, "mediaType": media_types.OCI_MANIFEST, "config": config, "layers": layers}


def _add_attestation(repository: Repository, image: dict[str, Any]) -> dict[str, Any]:
    """A provenance statement as BuildKit attaches it: an entry of the index, with an unknown platform."""
    subject = {"name": NAME, "digest": {"sha256": image["digest"].removeprefix("sha256:")}}
    statement = {"_type": "https://in-toto.io/Statement/v0.1", "subject": [subject], "predicate": {"demo": True}}
    layer = repository.add_document(IN_TOTO, statement)
    config = repository.add_document(
        media_types.OCI_CONFIG,
        {
            "architecture": "unknown",
            "os": "unknown",
            "config": {},
            "rootfs": {"type": "layers", "diff_ids": [layer["digest"]]},
        },
    )
    return repository.add_manifest(_manifest(config, [layer])) | {
        "annotations": {
            "vnd.docker.reference.digest": image["digest"],
            "vnd.docker.reference.type": "attestation-manifest",
        },
        "platform": {"architecture": "unknown", "os": "unknown"},
    }


def _add_sbom(repository: Repository, index: dict[str, Any]) -> None:
    """A list of the installed packages, as an artifact whose subject is the index (image-spec manifest.md)."""
    packages = [{"name": name, "SPDXID": f"SPDXRef-{name}"} for name in INSTALLED]
    document = {"spdxVersion": "SPDX-2.3", "name": NAME, "packages": packages}
    layer = repository.add_document(SPDX, document)
    empty = repository.add_blob(media_types.OCI_EMPTY, b"{}")
    repository.add_manifest(_manifest(empty, [layer]) | {"artifactType": SPDX, "subject": index})

"""Images with the provenance that BuildKit attaches to them with `mode=max`."""

import base64
import json

from layerscope.oci import media_types
from support.images import build_image, build_index, descriptor, digest_of
from support.local_images import blob_files, layout_files, write_directory

SOURCE = '# syntax=docker/dockerfile:1\nFROM scratch\nCOPY a /a\n\nRUN make && \\\n\tclean\nCMD ["a"]\n'
STEPS = (
    {"created_by": "COPY a /a # buildkit"},
    {"created_by": "RUN /bin/sh -c make && \tclean # buildkit"},
    {"created_by": 'CMD ["a"]', "empty_layer": True},
)
IN_TOTO = "application/vnd.in-toto+json"


def built_image(**more):
    """An image of two layers, whose instructions stand on the lines 3 and 5 of `SOURCE`."""
    return build_image([[("a", b"1" * 2000)], [("b", b"2" * 300)]], STEPS, **more)


def statement(image, source=SOURCE, version="v0.2"):
    """What BuildKit says about the build; the name of BuildKit's own member depends on the version of SLSA."""
    layers = [{"digest": layer["digest"]} for layer in image.manifest["layers"]]
    metadata = {
        "source": {
            "locations": {
                "step0": {"locations": [{"ranges": [{"start": {"line": 3}, "end": {"line": 3}}]}]},
                "step1": {"locations": [{"ranges": [{"start": {"line": 5}, "end": {"line": 6}}]}]},
            },
            "infos": [{"filename": "Dockerfile", "data": base64.b64encode(source.encode()).decode()}],
        },
        "layers": {"step0:0": [layers[:1]], "step1:0": [layers]},
    }
    own = {"metadata": {"https://mobyproject.org/buildkit@v1#metadata": metadata}}
    predicate = own if version == "v0.2" else {"runDetails": {"metadata": {"buildkit_metadata": metadata}}}
    return {"_type": "https://in-toto.io/Statement/v0.1", "predicate": predicate}


def attestation(image, value, predicate_type="https://slsa.dev/provenance/v0.2"):
    """The entry of an index for an attestation of an image, and the blobs of the attestation, by digest."""
    data = json.dumps(value).encode()
    annotations = {"in-toto.io/predicate-type": predicate_type}
    config = b'{"architecture": "unknown", "os": "unknown"}'
    manifest = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": media_types.OCI_MANIFEST,
            "config": descriptor(config, media_types.OCI_CONFIG),
            "layers": [descriptor(data, IN_TOTO, annotations=annotations)],
        }
    ).encode()
    about = {"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": image.digest}
    platform = {"os": "unknown", "architecture": "unknown"}
    entry = descriptor(manifest, media_types.OCI_MANIFEST, annotations=about, platform=platform)
    return entry, {digest_of(blob): blob for blob in (data, config, manifest)}


def attested_layout(directory, image, *attestations):
    """Write a layout whose tag `app` is an index of the image and its attestations; returns its name."""
    index = build_index(
        image.descriptor(platform={"os": "linux", "architecture": "amd64"}), *(e for e, _ in attestations)
    )
    entry = descriptor(index, media_types.OCI_INDEX, annotations={"org.opencontainers.image.ref.name": "app"})
    blobs = [index, *(blob for _, blobs in attestations for blob in blobs.values())]
    files = layout_files([entry], image) | blob_files(*blobs)
    return f"oci:{write_directory(directory, files)}:app"

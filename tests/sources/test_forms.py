"""One image in every form that real tools write: what is in it is the same, only its packing differs."""

import gzip
import tarfile
from contextlib import closing, contextmanager

import pytest
from backports import zstd

from layerscope.filesystem.stack import Stack
from layerscope.insight.analysis import Analysis
from layerscope.loading import load
from layerscope.oci import media_types
from layerscope.report.files import nodes_below, snapshot_rows
from layerscope.report.formats import report
from layerscope.sources.open import open_store
from support import tars
from support.images import build_image
from support.local_images import layout_files, named, write_directory
from support.real_engines import containerd, docker_service, podman_service, run

NAME = "localhost/forms:v1"
LAYERS = [
    [
        tars.directory("etc"),
        tars.file("etc/passwd", b"root\n" * 500),
        tars.file("etc/shadow", b"secret" * 90),
        tars.directory("cache"),
        tars.file("cache/index", b"index" * 999),
        tars.file("tool", b"tool" * 2000, mode=0o4755, mtime=1_600_000_000),
    ],
    [
        tars.directory("etc"),
        tars.file("etc/passwd", b"root\nuser\n", uid=7, gid=8),
        tars.file("etc/.wh.shadow"),
        tars.directory("cache"),
        tars.file("cache/.wh..wh..opq"),
        tars.file("cache/new", b"new"),
    ],
    [tars.hardlink("same", "link-target"), tars.symlink("link", "etc/passwd")],
]
LAYERS[2].insert(0, tars.file("link-target", b"target" * 50))
HISTORY = [
    {"created": "2024-01-01T00:00:00Z", "created_by": "COPY . /"},
    {"created": "2024-01-01T00:00:00Z", "created_by": "ENV A=b", "empty_layer": True},
    {"created": "2024-01-01T00:00:00Z", "created_by": "RUN rm -rf /etc/shadow"},
    {"created": "2024-01-01T00:00:00Z", "created_by": "RUN ln link-target same"},
]
PACKINGS = {
    "gzip": (gzip.compress, media_types.OCI_LAYER_GZIP),
    "zstd": (zstd.compress, media_types.OCI_LAYER_ZSTD),
    "plain": (bytes, media_types.OCI_LAYER),
}
IMAGES = {
    name: build_image(LAYERS, HISTORY, compress=compress, layer_media_type=media_type)
    for name, (compress, media_type) in PACKINGS.items()
}
DIFFERENT = {
    "reference": "how the image is named",
    "digest": "of the manifest, which may be generated, and of layers, which may be packed again",
    "mediaType": "of Docker or of OCI, and of the compression",
    "compressedSize": "the pull of layers that are packed again",
    "pullKnown": "false for layers that an engine unpacked",
    "wastedCompressedSize": "the wasted part of that",
    "warnings": "skopeo keeps the media type of gzip for layers that it unpacks",
}
"""What differs between the forms, and why. Everything else of the report is the same."""


def contents_of(text):
    """All that a report says of an image, and all its files, without what is different in each form."""
    with closing(open_store(text, notify=[].append)) as store:
        loaded = load(store)
    analysis = Analysis.of(loaded.image, loaded.contents)
    assert {str(content.status) for content in loaded.contents} == {"verified"}
    return _common(report(analysis)), _common(files_of(analysis.stack))


def files_of(stack):
    return list(snapshot_rows(stack.final, nodes_below(stack.nodes, 0, recursive=True)))


def _common(value):
    if isinstance(value, dict):
        return {key: _common(inner) for key, inner in value.items() if key not in DIFFERENT}
    return list(map(_common, value)) if isinstance(value, list) else value


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A directory with the image as a layout in each packing; what is made from them is kept there."""
    directory = tmp_path_factory.mktemp("forms")
    for name, image in IMAGES.items():
        write_directory(directory / name, layout_files([named(image, "v1")], image))
    return directory


@pytest.fixture(scope="module")
def skopeo(place):
    def copy(source, form):
        """The image in another form, written once."""
        target = place / form.replace(":", "-")
        if not target.exists():
            name = f":{NAME}" if form != "dir" else ""
            run("skopeo", "--insecure-policy", "--tmpdir", place, "copy", source, f"{form}:{target}{name}")
        return target

    return copy


@contextmanager
def patched(service):
    with pytest.MonkeyPatch.context() as patch, service(patch):
        yield


@pytest.fixture(scope="module")
def docker(place, skopeo):
    """The real dockerd with the image."""
    with patched(docker_service):
        run("docker", "load", "--input", skopeo(f"oci:{place}/gzip:v1", "docker-archive"))
        yield


@pytest.fixture(scope="module")
def podman(place, skopeo):
    """The real podman with the image, and its service."""
    with patched(podman_service):
        run("podman", "load", "--input", skopeo(f"oci:{place}/gzip:v1", "docker-archive"))
        yield


@pytest.fixture(scope="module")
def expected(place):
    return contents_of(f"oci:{place}/gzip:v1")


@pytest.mark.parametrize("packing", PACKINGS)
def test_the_same_layers_in_each_compression(place, expected, packing):
    assert contents_of(f"oci:{place}/{packing}:v1") == expected


@pytest.mark.parametrize("compress", [gzip.compress, zstd.compress])
@pytest.mark.real("skopeo")
def test_the_same_archive_compressed(place, skopeo, expected, compress):
    (place / "packed").write_bytes(compress(skopeo(f"oci:{place}/gzip:v1", "docker-archive").read_bytes()))
    assert contents_of(str(place / "packed")) == expected


@pytest.mark.real("skopeo")
@pytest.mark.parametrize("form", ["oci", "oci-archive", "docker-archive", "dir"])
def test_the_forms_of_skopeo(place, skopeo, expected, form):
    target = skopeo(f"oci:{place}/gzip:v1", form)
    assert contents_of(f"{form}:{target}") == expected
    assert contents_of(str(target)) == expected


@pytest.mark.real("skopeo", "docker-registry")
@pytest.mark.parametrize("packing", ["gzip", "zstd"])
def test_a_registry(place, real_registry, expected, packing):
    reference = str(real_registry.reference(f"forms:{packing}"))
    target = f"docker://{reference}"
    run("skopeo", "--insecure-policy", "copy", "--dest-tls-verify=false", f"oci:{place}/{packing}:v1", target)
    assert contents_of(reference) == contents_of(target) == expected


@pytest.mark.real("dockerd", "docker", "skopeo")
@pytest.mark.usefixtures("docker")
def test_the_engine_of_docker_and_what_it_saves(place, expected):
    assert contents_of(f"docker-daemon:{NAME}") == expected
    run("docker", "save", "--output", place / "saved.tar", NAME)
    assert contents_of(f"docker-archive://{place}/saved.tar") == expected
    with tarfile.open(place / "saved.tar") as archive:
        archive.extractall(place / "unpacked", filter="data")
    assert contents_of(str(place / "unpacked")) == expected


@pytest.mark.real("podman", "skopeo")
@pytest.mark.usefixtures("podman")
@pytest.mark.parametrize("form", ["docker-archive", "oci-archive", "docker-dir", "oci-dir"])
def test_what_podman_saves(place, expected, form):
    run("podman", "save", "--format", form, "--output", place / f"podman-{form}", NAME)
    assert contents_of(str(place / f"podman-{form}")) == expected


@pytest.mark.real("podman", "skopeo")
@pytest.mark.usefixtures("podman")
@pytest.mark.parametrize("text", [f"podman:{NAME}", "podman://forms:v1", f"containers-storage:{NAME}"])
def test_the_storage_of_podman(expected, text):
    assert contents_of(text) == expected


@pytest.mark.real("podman", "skopeo")
@pytest.mark.usefixtures("podman")
@pytest.mark.parametrize("program", [pytest.param("buildah", marks=pytest.mark.real("buildah")), "skopeo"])
def test_the_storage_of_podman_through_other_programs(expected, monkeypatch, program):
    which = {program: f"/usr/bin/{program}"}
    monkeypatch.setattr("shutil.which", which.get)
    assert contents_of(f"containers-storage:{NAME}") == expected


@pytest.mark.real("containerd", "ctr", "skopeo")
def test_containerd(place, skopeo, expected):
    with patched(containerd):
        run("ctr", "images", "import", "--no-unpack", skopeo(f"oci:{place}/gzip:v1", "docker-archive"))
        assert contents_of(f"containerd:{NAME}") == expected


@pytest.mark.real("dockerd", "docker", "podman", "skopeo")
@pytest.mark.usefixtures("docker", "podman")
@pytest.mark.parametrize("engine", ["docker", "podman"])
def test_a_plain_name_whose_registry_does_not_answer(expected, engine):
    name = f"localhost:1/forms-{engine}:v1"
    run(engine, "tag", NAME, name)
    assert contents_of(name) == contents_of(f"docker://{name}") == expected


@pytest.mark.real("dockerd", "docker", "skopeo")
@pytest.mark.usefixtures("docker")
def test_a_container_has_the_files_of_its_image(expected):
    run("docker", "create", "--name", "forms", NAME, "/tool")
    with closing(open_store("docker-container:forms")) as store:
        loaded = load(store)
    files = {
        row["path"]: row["size"] for row in files_of(Stack.of([loaded.contents[0].index])) if row["type"] == "file"
    }
    of_the_image = {row["path"]: row["size"] for row in expected[1] if row["type"] == "file"}
    assert of_the_image.items() <= files.items()


def test_a_single_layer_has_the_files_of_its_image(tmp_path):
    image = build_image(LAYERS[:1])
    write_directory(tmp_path / "layout", layout_files([named(image, "v1")], image))
    whole = contents_of(f"oci:{tmp_path}/layout")
    for number, data in enumerate((image.layers[0], image.tars[0], zstd.compress(image.tars[0]))):
        (tmp_path / str(number)).write_bytes(data)
        found = contents_of(str(tmp_path / str(number)))
        assert found[1] == whole[1]
        assert found[0]["waste"] == whole[0]["waste"]

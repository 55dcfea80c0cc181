import gzip
import hashlib
import io
import json
import subprocess
import tarfile

import pytest

from layerscope.demo.build_steps import build_steps
from layerscope.demo.sample_image import SPDX, TAGS, build_sample_image
from layerscope.oci import Digest, Image, Index, Manifest, Platform, parse_manifest


@pytest.fixture(scope="module")
def repository():
    return build_sample_image()


@pytest.fixture(scope="module")
def index(repository):
    return parse_manifest(repository.manifests[repository.tags["latest"]])


@pytest.fixture(scope="module")
def image(repository, index):
    return resolve(repository, index, Platform("linux", "amd64"))


@pytest.fixture(scope="module")
def layers(repository, image):
    """For each layer, the tar member and the content of each path."""
    return [members(repository.blobs[str(layer.descriptor.digest)]) for layer in image.layers]


def resolve(repository, index, platform):
    chosen = index.select(platform)
    data = repository.manifests[str(chosen.digest)]
    manifest = parse_manifest(data)
    return Image.assemble("sample", chosen, manifest, data, repository.blobs[str(manifest.config.digest)], index=index)


def members(blob):
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(blob))) as archive:
        return {m.name: (m, archive.extractfile(m).read() if m.isreg() else b"") for m in archive}


def test_two_builds_have_the_same_digests(repository):
    again = build_sample_image()
    assert (again.tags, again.manifests) == (repository.tags, repository.manifests)


def test_the_tars_are_the_same_on_every_machine():
    tars = hashlib.sha256(b"".join(step.tar or b"" for step in build_steps("amd64")))
    assert tars.hexdigest() == "d4923841c6845e20ee36528e42dacfd96928496c4d957143923a30d3cffa918a"


def test_every_descriptor_has_the_true_size_and_digest(repository):
    held = repository.blobs | repository.manifests
    for data in repository.manifests.values():
        document = parse_manifest(data)
        for entry in document.manifests if isinstance(document, Index) else (document.config, *document.layers):
            assert (len(held[str(entry.digest)]), Digest.of(held[str(entry.digest)])) == (entry.size, entry.digest)


def test_the_index_offers_two_platforms_and_an_attestation(index):
    assert [str(entry.platform) for entry in index.images] == ["linux/amd64", "linux/arm64"]
    assert [entry.is_attestation for entry in index.manifests] == [False, False, True]


def test_the_platforms_share_the_layers_without_binaries_of_the_runtime(repository, index, image):
    other = resolve(repository, index, Platform("linux", "arm64"))
    pairs = zip(image.layers, other.layers, strict=True)
    assert [one.descriptor == two.descriptor for one, two in pairs] == [True, False, True, True, False, False, True]


def test_history_manifest_and_config_agree(repository, image):
    assert image.warnings == ()
    assert [step.layer for step in image.history if step.layer is not None] == list(range(7))
    assert [layer.command.split()[0] for layer in image.layers][-3:] == ["RUN", "RUN", "RUN"]
    for layer in image.layers:
        assert Digest.of(gzip.decompress(repository.blobs[str(layer.descriptor.digest)])) == layer.diff_id


def test_credentials_are_shipped_and_deleted_a_few_layers_later(layers):
    assert b"password" in layers[2]["root/.netrc"][1]
    assert "root/.wh..netrc" in layers[6]


def test_package_lists_are_left_behind_and_deleted_a_layer_later(layers):
    name = "var/lib/apt/lists/deb.example.org_sample_dists_demo_main_binary-amd64_Packages"
    assert layers[1][name][0].size > 1_000_000
    assert name.replace("lists/", "lists/.wh.") in layers[5]
    assert "var/cache/apt/.wh..wh..opq" in layers[5]


def test_chmod_stores_files_again_with_the_same_content(layers):
    again = {name: data for name, (member, data) in layers[4].items() if member.isreg()}
    assert sum(map(len, again.values())) > 3_000_000
    assert again.items() <= {name: data for name, (_, data) in layers[1].items()}.items()


def test_the_same_content_is_there_under_several_paths_and_moved(layers):
    jars = {layers[3][path][1] for path in ("app/lib/greetings.jar", "app/backup/greetings.jar")}
    assert jars == {layers[6]["app/greetings.jar"][1]}
    settings = [data for layer in layers for name, (_, data) in layer.items() if name.endswith("logging.properties")]
    assert len(settings) > len(set(settings))


def test_a_later_layer_overwrites_a_file_of_an_earlier_one(layers):
    assert layers[0]["var/lib/dpkg/status"][1] != layers[1]["var/lib/dpkg/status"][1]


def test_links_and_extended_attributes_are_among_the_entries(layers):
    kinds = {member.type for member, _ in layers[0].values()}
    assert {tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE} <= kinds
    assert "SCHILY.xattr.security.capability" in layers[0]["usr/bin/ping"][0].pax_headers


def test_a_list_of_packages_refers_to_the_index(repository):
    documents = [json.loads(data) for data in repository.manifests.values()]
    (artifact,) = [document for document in documents if document.get("artifactType") == SPDX]
    assert artifact["subject"]["digest"] == repository.tags["latest"]
    assert isinstance(parse_manifest(json.dumps(artifact).encode()), Manifest)


def test_every_tag_names_the_index(repository):
    assert list(repository.tags) == list(TAGS)
    assert len(set(repository.tags.values())) == 1


@pytest.mark.real("java")
def test_the_class_file_runs(tmp_path, layers):
    (tmp_path / "HelloWorld.class").write_bytes(layers[3]["app/HelloWorld.class"][1])
    done = subprocess.run(
        ["java", "-cp", tmp_path, "HelloWorld"], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "Hello, World!\n"

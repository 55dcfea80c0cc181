import pytest

from layerscope.oci import media_types
from support.images import build_image, build_index, descriptor, digest_of
from support.local_images import blob_files, layout_files, write_directory

LAYERS = ([("a", b"1" * 3000)], [("b", b"2")], [("c", b"3")])


@pytest.fixture
def image():
    return build_image(LAYERS)


def test_blob_prints_the_exact_bytes_of_every_part(layout, image, program, tmp_path):
    path = layout(app=image)
    for digest, data in {**image.blobs, image.digest: image.manifest_bytes}.items():
        with (tmp_path / "blob").open("wb") as file:
            assert program("blob", path, digest, stdout=file).code == 0
        assert (tmp_path / "blob").read_bytes() == data


def test_blob_writes_the_index_that_the_image_was_chosen_from(cli, image, tmp_path):
    index = build_index(image.descriptor(platform={"os": "linux", "architecture": "amd64"}))
    files = layout_files([descriptor(index, media_types.OCI_INDEX)], image) | blob_files(index)
    assert cli("blob", write_directory(tmp_path / "layout", files), digest_of(index)).out == index.decode()


def test_blob_takes_the_start_of_a_digest(cli, layout, image):
    digest = image.manifest["config"]["digest"]
    assert cli("blob", layout(app=image), digest.partition(":")[2][:12]).out == image.config_bytes.decode()


@pytest.mark.parametrize(("digest", "part"), [("sha256:" + "0" * 64, "no part"), ("sha256:", "5 digests"), ("", "5")])
def test_a_digest_of_no_part_or_of_several_parts_is_refused(cli, layout, image, digest, part):
    outcome = cli("blob", layout(app=image), digest)
    assert (outcome.code, outcome.out) == (2, "")
    assert part in outcome.err


def damaged(path, digest):
    blob = path / "blobs" / digest.replace(":", "/")
    blob.write_bytes(blob.read_bytes()[:-1] + b"\x01")
    return path


def test_blob_of_damaged_bytes_ends_with_an_error(program, layout, image):
    digest = image.manifest["layers"][0]["digest"]
    outcome = program("blob", damaged(layout(app=image), digest), digest)
    assert outcome.code == 2
    assert f", not {digest}" in outcome.err


def test_blob_writes_a_file_whole(cli, layout, image, tmp_path):
    digest = image.manifest["layers"][0]["digest"]
    outcome = cli("blob", layout(app=image), digest, "-o", tmp_path / "blob")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")
    assert (tmp_path / "blob").read_bytes() == image.blobs[digest]


def test_blob_replaces_a_file_only_if_asked(cli, layout, image, tmp_path):
    digest, file = image.manifest["layers"][0]["digest"], tmp_path / "blob"
    file.write_bytes(b"before")
    outcome = cli("blob", layout(app=image), digest, "-o", file)
    assert (outcome.code, file.read_bytes()) == (2, b"before")
    command = f"layerscope blob {layout(app=image)} {digest} -o {file} --force"
    assert outcome.err == f"error: `{file}` already exists\nhint: to replace it, use `{command}`\n"
    assert cli("blob", layout(app=image), digest, "-o", file, "--force").code == 0
    assert file.read_bytes() == image.blobs[digest]


def test_a_blob_that_is_not_written_is_not_fetched(cli, fake_registry, image, tmp_path):
    (tmp_path / "blob").write_bytes(b"before")
    assert cli("blob", fake_registry.reference(), image.digest, "-o", tmp_path / "blob").code == 2
    assert fake_registry.requests == []


def test_blob_writes_to_a_file_that_is_not_a_regular_one(program, layout, image):
    digest = image.manifest["layers"][0]["digest"]
    assert program("blob", layout(app=image), digest, "-o", "/dev/null").code == 0


@pytest.mark.parametrize("output", [[], ["-o", "-"]])
def test_blob_writes_nothing_to_a_terminal_and_hints_at_a_file(layout, image, on_a_terminal, output):
    arguments = ("blob", layout(app=image), image.manifest["layers"][0]["digest"], *output)
    outcome = on_a_terminal(*arguments)
    assert (outcome.code, outcome.shown) == (2, b"")
    error, hint = outcome.err.splitlines()
    assert error == "error: the exact bytes of a blob are not printed to a terminal"
    assert hint == f"hint: write them to a pipe, or use `layerscope {' '.join(map(str, arguments))} -o FILE`"


def test_blob_does_not_replace_a_file_if_the_bytes_are_damaged(cli, layout, image, tmp_path):
    digest = image.manifest["layers"][0]["digest"]
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "blob").write_bytes(b"before")
    output = ("-o", tmp_path / "out" / "blob", "--force")
    assert cli("blob", damaged(layout(app=image), digest), digest, *output).code == 2
    assert [path.read_bytes() for path in (tmp_path / "out").iterdir()] == [b"before"]


def test_blob_of_a_part_of_a_registry_asks_for_that_part_alone(program, fake_registry, image):
    fake_registry.serve(image)
    wanted = image.manifest["layers"][1]["digest"]
    assert program("blob", fake_registry.reference(), wanted).code == 0
    asked = {path.rpartition("/")[2] for path in fake_registry.paths()}
    assert asked.isdisjoint({layer["digest"] for layer in image.manifest["layers"]} - {wanted})

"""Commands that change a registry, run against a real `docker-registry`."""

import contextlib
import os
import pty
import re
import select
import subprocess
import sys
from types import SimpleNamespace

import pytest

from layerscope.oci import Platform, media_types
from support.fake_registry import Reply
from support.images import build_image, build_index, descriptor, digest_of
from support.local_images import (
    REF_NAME,
    blob_files,
    blob_path,
    classic_files,
    layout_files,
    named,
    write_archive,
    write_directory,
)
from support.real_registry import RealRegistry

pytestmark = pytest.mark.real("docker-registry")
LAYERS = ([("a", b"1" * 2000)], [("b", b"2")])


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    with RealRegistry(tmp_path_factory.mktemp("managed")) as registry:
        yield registry


@pytest.fixture
def image():
    return build_image(LAYERS)


@pytest.fixture
def name(registry, image, request):
    """A repository for this test alone; `latest` is the image."""
    repository = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower()).strip("-")
    registry.push(image, repository)
    return f"{registry.host}/{repository}"


@pytest.fixture
def other(registry, name):
    """Another image, at the tag `other` of the repository."""
    image = build_image()
    registry.push(image, name.partition("/")[2], "other")
    return image


def digest_at(cli, reference):
    outcome = cli("inspect", reference, "--json")
    return outcome.json["digest"] if outcome.code == 0 else None


def test_a_new_tag_is_the_same_manifest_byte_for_byte(program, cli, name, image):
    outcome = cli("tag", name, ":v2", "--json")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.json == {
        "reference": f"{name}:v2",
        "digest": image.digest,
        "replacedDigest": None,
        "written": True,
        "blobs": {},
    }
    assert program("manifest", f"{name}:v2", "--raw").out.encode() == image.manifest_bytes


def test_another_repository_of_the_registry_gets_the_blobs_by_mounting(cli, name):
    outcome = cli("tag", name, f"{name}-copy:v1", "--json")
    assert (outcome.code, outcome.json["blobs"]) == (0, {"mounted": 3})
    assert cli("verify", f"{name}-copy:v1").code == 0


def test_a_tag_that_is_the_image_already_is_left_alone(cli, name, image):
    outcome = cli("tag", name, ":latest")
    assert (outcome.code, outcome.lines) == (0, [f"{name}:latest already has the digest {image.digest}"])


def test_a_tag_that_is_another_image_is_replaced_only_if_that_is_confirmed(cli, name, image, other):
    refused = cli("tag", name, ":other")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith(f"error: this would replace `{name}:other` (old digest ")
    assert (
        f"), and there is no terminal to ask on\nhint: to answer yes, use `layerscope tag {name} :other --yes`\n"
        in refused.err
    )
    assert digest_at(cli, f"{name}:other") == other.digest
    outcome = cli("tag", name, ":other", "--yes", "--json")
    assert (outcome.json["replacedDigest"], outcome.json["digest"]) == (other.digest, image.digest)
    assert digest_at(cli, f"{name}:other") == image.digest


def test_a_dry_run_shows_the_result_and_writes_nothing(cli, name, image):
    outcome = cli("tag", name, ":dry", "--dry-run")
    assert (outcome.code, outcome.lines) == (0, [f"would write {name}:dry: digest {image.digest}"])
    assert cli("delete", f"{name}:latest", "--digest", "--dry-run").code == 0
    assert cli("tags", name).lines == ["latest"]


def test_an_image_is_copied_to_another_registry_with_all_its_platforms(cli, registry, tmp_path):
    images = [
        build_image([[("f", platform.encode())]], platform=platform) for platform in ("linux/amd64", "linux/arm64")
    ]
    entries = [
        image.descriptor(platform={"os": "linux", "architecture": image.config["architecture"]}) for image in images
    ]
    index = build_index(*entries)
    registry.push_index(index, images, "multi")
    with RealRegistry(tmp_path / "other") as other:
        outcome = cli("copy", f"{registry.host}/multi", f"{other.host}/deep/multi:v1", "--json")
        assert outcome.code == 0
        assert outcome.json["blobs"] == {"uploaded": 4}
        for platform in ("linux/amd64", "linux/arm64"):
            assert cli("verify", f"{other.host}/deep/multi:v1", "--platform", platform).code == 0
        chosen = cli("copy", f"{registry.host}/multi", f"{other.host}/one", "--platform", "linux/arm64", "--json")
        assert chosen.json["digest"] == images[1].digest


@pytest.mark.parametrize("kind", ["oci", "docker-archive"])
def test_an_image_of_this_machine_is_pushed(cli, registry, image, tmp_path, kind):
    if kind == "oci":
        source = f"oci:{write_directory(tmp_path / 'layout', layout_files([named(image, 'app')], image))}:app"
    else:
        source = f"docker-archive:{write_archive(tmp_path / 'app.tar', classic_files(image))}"
    outcome = cli("push", source, f"{registry.host}/pushed/{kind}:v1", "--json")
    assert (outcome.code, outcome.json["blobs"]) == (0, {"uploaded": 3})
    assert cli("verify", f"{registry.host}/pushed/{kind}:v1").code == 0
    again = cli("push", source, f"{registry.host}/pushed/{kind}:v2", "--json")
    assert again.json["blobs"] == {"present": 3}
    if kind == "oci":
        assert outcome.json["digest"] == image.digest


@pytest.mark.real("skopeo")
def test_skopeo_pulls_what_was_pushed_byte_for_byte(cli, registry, image, tmp_path):
    layout = write_directory(tmp_path / "layout", layout_files([named(image, "app")], image))
    assert cli("push", f"oci:{layout}:app", f"{registry.host}/for/skopeo").code == 0
    command = ["skopeo", "--insecure-policy", "copy", "--src-tls-verify=false"]
    target = tmp_path / "pulled"
    subprocess.run(
        [*command, f"docker://{registry.host}/for/skopeo", f"oci:{target}:app"], check=True, capture_output=True
    )
    for digest in (image.digest, *image.blobs):
        path = "blobs/" + digest.replace(":", "/")
        assert (target / path).read_bytes() == (layout / path).read_bytes()


@pytest.fixture
def index_layout(tmp_path, image):
    """A layout whose tag `m` is an index of two images and an attestation."""
    arm = build_image([[("arm", b"64")]], platform="linux/arm64")
    attestation = build_image([b"{}"], platform="unknown/unknown", layer_media_type="application/vnd.in-toto+json")
    index = build_index(
        image.descriptor(platform={"os": "linux", "architecture": "amd64"}),
        arm.descriptor(platform={"os": "linux", "architecture": "arm64"}),
        attestation.descriptor(
            platform={"os": "unknown", "architecture": "unknown"},
            annotations={"vnd.docker.reference.type": "attestation-manifest"},
        ),
    )
    entry = descriptor(index, media_types.OCI_INDEX, annotations={REF_NAME: "m"})
    files = layout_files([entry], image, arm, attestation) | blob_files(index)
    return SimpleNamespace(
        path=write_directory(tmp_path / "multi", files), files=files, index=index, images=(image, arm, attestation)
    )


def skopeo(*arguments):
    return subprocess.run(["skopeo", "--insecure-policy", *arguments], check=True, capture_output=True).stdout


@pytest.mark.real("skopeo")
@pytest.mark.parametrize("kind", ["oci", "oci-archive"])
def test_an_index_is_pushed_whole_and_skopeo_pulls_it_byte_for_byte(cli, registry, index_layout, tmp_path, kind):
    source = index_layout.path if kind == "oci" else write_archive(tmp_path / "multi.tar", index_layout.files)
    target = f"{registry.host}/whole/{kind}:m"
    outcome = cli("push", f"{kind}:{source}:m", target, "--json")
    assert (outcome.code, outcome.err, outcome.json["digest"]) == (0, "", digest_of(index_layout.index))
    assert outcome.json["blobs"] == {"uploaded": len({name for image in index_layout.images for name in image.blobs})}
    assert skopeo("inspect", "--raw", "--tls-verify=false", f"docker://{target}") == index_layout.index
    pulled = tmp_path / "pulled"
    skopeo("copy", "--all", "--src-tls-verify=false", f"docker://{target}", f"oci:{pulled}:m")
    blobs = {path: data for path, data in index_layout.files.items() if path.startswith("blobs/")}
    assert {path: (pulled / path).read_bytes() for path in blobs} == blobs


def test_one_platform_of_an_index_is_pushed_without_a_warning(cli, registry, index_layout):
    target = f"{registry.host}/whole/arm:m"
    outcome = cli("push", f"oci:{index_layout.path}:m", target, "--platform", "linux/arm64", "--json")
    assert (outcome.code, outcome.err, outcome.json["digest"]) == (0, "", index_layout.images[1].digest)


def test_only_the_image_of_an_incomplete_index_is_pushed_with_a_warning(cli, registry, index_layout, image):
    (index_layout.path / blob_path(index_layout.images[1].digest)).unlink()
    outcome = cli("push", f"oci:{index_layout.path}:m", f"{registry.host}/whole/sparse:m", "--json")
    assert (outcome.code, outcome.json["digest"]) == (0, image.digest)
    assert "copying only the image for linux/amd64" in outcome.err


def test_no_image_is_pushed_unasked_from_an_index_without_one_for_this_machine(cli, registry, index_layout):
    own = next(one for one in index_layout.images if one.config["architecture"] == Platform.of_host().architecture)
    (index_layout.path / blob_path(own.digest)).unlink()
    target = f"{registry.host}/whole/foreign:m"
    outcome = cli("push", f"oci:{index_layout.path}:m", target)
    assert (outcome.code, outcome.out) == (2, "")
    command = f"layerscope push oci:{index_layout.path}:m {target} --platform linux/"
    assert outcome.err.splitlines()[1].startswith(f"hint: to copy only that image, use `{command}")
    assert digest_at(cli, target) is None


def test_blobs_missing_below_an_existing_tag_are_pushed_again(cli, registry, index_layout):
    target, child = f"{registry.host}/whole/broken:m", index_layout.images[1].digest
    push = ("push", f"oci:{index_layout.path}:m", target)
    assert cli(*push).code == 0
    assert cli("delete", f"{target.removesuffix(':m')}@{child}", "--yes").code == 0
    assert cli("verify", target).code == 1
    outcome = cli(*push)
    assert (outcome.code, outcome.err) == (0, "")
    assert cli("verify", target).code == 0
    assert " already has the digest " in cli(*push).out


def test_an_index_with_a_damaged_manifest_is_not_pushed(cli, fake_registry, index_layout):
    (index_layout.path / blob_path(index_layout.images[2].digest)).write_bytes(b"{}")
    outcome = cli("push", f"oci:{index_layout.path}:m", f"{fake_registry.host}/app:m")
    assert (outcome.code, outcome.out) == (2, "")
    assert "has 2 bytes, not" in outcome.err
    assert {request.method for request in fake_registry.requests} <= {"GET", "HEAD"}


def test_an_image_for_another_platform_is_not_pushed_for_the_one_that_is_wanted(cli, fake_registry, image, tmp_path):
    archive = write_archive(tmp_path / "app.tar", classic_files(image))
    outcome = cli("push", f"docker-archive:{archive}", f"{fake_registry.host}/app:m", "--platform", "linux/arm64")
    assert (outcome.code, fake_registry.requests) == (2, [])
    assert "for linux/amd64, not for linux/arm64" in outcome.err


def test_if_the_registry_cannot_delete_a_single_tag_nothing_is_deleted(cli, name):
    outcome = cli("delete", f"{name}:latest", "--yes")
    assert (outcome.code, outcome.out) == (2, "")
    assert "cannot delete only the tag" in outcome.err
    assert "--digest" in outcome.err
    assert cli("tags", name).lines == ["latest"]


@pytest.mark.parametrize("by", ["digest option", "digest"])
def test_a_manifest_is_deleted_with_all_its_tags_which_are_listed_first(cli, name, image, by):
    cli("tag", name, ":second")
    target = [f"{name}:latest", "--digest"] if by == "digest option" else [f"{name}@{image.digest}"]
    dry = cli("delete", *target, "--dry-run", "--json")
    assert (dry.json["tags"], dry.json["deleted"]) == (["latest", "second"], False)
    assert "with its tags `latest`, `second`" in cli("delete", *target).err
    outcome = cli("delete", *target, "--yes", "--json")
    assert (outcome.code, outcome.json["tags"], outcome.json["deleted"]) == (0, ["latest", "second"], True)
    assert digest_at(cli, f"{name}@{image.digest}") is None


@pytest.fixture
def multi(registry, name, image):
    """Another image at `arm`, and an index that contains it at `idx` and `v2`."""
    arm = build_image([[("arm", b"64")]], platform="linux/arm64")
    repository = name.partition("/")[2]
    for tag in ("v2", "idx"):
        registry.push_index(build_index(image.descriptor(), arm.descriptor()), [image, arm], repository, tag)
    registry.push(arm, repository, "arm")
    return f"{name}:arm"


def test_indexes_that_a_deletion_breaks_are_named_before_and_after(cli, multi):
    cost = "with its tag `arm`; this breaks the indexes `idx`, `v2`, which contain it"
    dry = cli("delete", multi, "--digest", "--dry-run", "--json")
    assert (dry.json["tags"], dry.json["brokenIndexes"]) == (["arm"], ["idx", "v2"])
    assert cost in cli("delete", multi, "--digest", "--dry-run").out
    assert cost in cli("delete", multi, "--digest").err
    assert cost in cli("delete", multi, "--digest", "--yes").out


def test_many_tags_are_sorted_by_name_and_folded_but_not_in_json(cli, name):
    tags = [f"v{number}" for number in (*range(30, 0, -1),)]
    for tag in tags:
        cli("tag", name, f":{tag}")
    everything = ["latest", *reversed(tags)]
    assert cli("delete", f"{name}:latest", "--digest", "--dry-run", "--json").json["tags"] == everything
    said = cli("delete", f"{name}:latest", "--digest", "--dry-run").out
    assert said.rstrip().endswith(
        "`v9`, `v10`, `v11`, `v12`, `v13`, `v14`, `v15`, `v16`, `v17`, `v18`, `v19` and 11 more"
    )


def test_a_missing_tag_cannot_be_deleted(cli, name):
    outcome = cli("delete", f"{name}:nothing", "--yes")
    assert (outcome.code, outcome.err) == (2, f"error: `{name}:nothing` does not exist\n")


@pytest.mark.parametrize("target", ["{}", "{}:8/app"])
def test_delete_wants_a_tag_or_a_digest_to_be_named(cli, name, target):
    outcome = cli("delete", target.format(name), "--yes")
    assert outcome.code == 2
    assert cli("tags", name).lines == ["latest"]


def test_a_tag_is_deleted_if_the_registry_can_do_it(cli, fake_registry, image):
    fake_registry.serve(image)
    head = Reply(headers={"Docker-Content-Digest": image.digest, "Content-Type": image.media_type}, length=9)
    fake_registry.on("HEAD", "/v2/app/manifests/latest", head, Reply(404))
    fake_registry.on("DELETE", "/v2/app/manifests/latest", Reply(202))
    outcome = cli("delete", f"{fake_registry.host}/app:latest", "--yes")
    assert (outcome.code, outcome.lines) == (0, [f"deleted {fake_registry.host}/app:latest"])


def test_a_tag_that_still_exists_after_its_deletion_is_an_error(cli, fake_registry, image):
    fake_registry.serve(image)
    head = Reply(headers={"Docker-Content-Digest": image.digest, "Content-Type": image.media_type}, length=9)
    fake_registry.on("HEAD", "/v2/app/manifests/latest", head)
    fake_registry.on("DELETE", "/v2/app/manifests/latest", Reply(202))
    outcome = cli("delete", f"{fake_registry.host}/app:latest", "--yes")
    assert (outcome.code, outcome.out) == (2, "")
    assert "still exists" in outcome.err


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["tag", "{}", "v2"], "`v2` is ambiguous: a tag or a repository?"),
        (["tag", "{}", ":a b"], "`a b` is not a tag"),
        (["tag", "{}", ":" + "x" * 129], "is not a tag"),
        (["tag", "{}", "localhost:1/app"], "cannot write to another registry: `localhost:1`"),
        (["tag", "oci:dir", ":v2"], "`oci:dir` is not a reference in a registry"),
        (["copy", "{}", "x"], "`x` is ambiguous: a tag or a repository?"),
        (["push", "{}", "{}:v2"], "is not an image on this machine"),
        (["push", "oci:no/such/dir", "{}:v2"], "no/such/dir"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_makes_no_sense_is_refused_without_a_request(cli, fake_registry, arguments, part):
    outcome = cli(*(argument.format(f"{fake_registry.host}/app") for argument in arguments))
    assert (outcome.code, outcome.out, fake_registry.requests) == (2, "", [])
    assert part in outcome.err


def test_a_manifest_that_its_registry_does_not_confirm_is_an_error(cli, fake_registry, image):
    fake_registry.serve(image)
    fake_registry.on("PUT", "/v2/app/manifests/v2", Reply(400, body=b'{"errors": [{"code": "TAG_INVALID"}]}'))
    outcome = cli("tag", f"{fake_registry.host}/app", ":v2")
    assert (outcome.code, outcome.out) == (2, "")
    assert fake_registry.paths("PUT") == ["/v2/app/manifests/v2"]


def test_a_dry_run_sends_nothing_that_writes(cli, fake_registry, image):
    fake_registry.serve(image)
    fake_registry.on("GET", "/v2/app/tags/list", Reply(body=b'{"tags": ["latest"]}'))
    head = Reply(headers={"Docker-Content-Digest": image.digest, "Content-Type": image.media_type}, length=9)
    fake_registry.on("HEAD", "/v2/app/manifests/latest", head)
    reference = f"{fake_registry.host}/app:latest"
    for arguments in (
        ["tag", reference, ":v2"],
        ["copy", reference, f"{fake_registry.host}/b:c"],
        ["delete", reference, "--digest"],
        ["delete", reference],
    ):
        assert cli(*arguments, "--dry-run").code == 0
    assert {request.method for request in fake_registry.requests} == {"GET", "HEAD"}


def answer_on_a_terminal(arguments, answer):
    """Run a command on a new terminal and type the answer when it asks; returns the exit code and all output."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.executable, [sys.executable, "-m", "layerscope", *arguments])
    shown = b""
    with contextlib.suppress(OSError):  # the terminal of a program that has ended cannot be read
        while select.select([terminal], [], [], 60)[0]:
            shown += os.read(terminal, 4096)
            if answer and shown.endswith((b"[y/N]: ", b"to continue: ")):
                os.write(terminal, answer)
                answer = b""
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode().replace("\r\n", "")


@pytest.mark.parametrize(("answer", "code"), [(b"y\n", 0), (b"\n", 2), (b"n\n", 2)])
def test_a_replacement_is_asked_for_on_a_terminal_and_the_default_is_no(cli, name, other, answer, code):
    before, after = other.digest, digest_at(cli, name)
    ended, shown = answer_on_a_terminal(["tag", name, f"{name}:other"], answer)
    assert (ended, f"{before}" in shown) == (code, True)
    assert digest_at(cli, f"{name}:other") == (after if code == 0 else before)


@pytest.mark.parametrize("options", [[], ["--digest"]], ids=" ".join)
def test_an_answer_that_is_typed_more_than_once_is_one_request(fake_registry, image, options):
    fake_registry.serve(image)
    fake_registry.on("GET", "/v2/app/tags/list", Reply(body=b'{"tags": ["latest"]}'))
    head = Reply(headers={"Docker-Content-Digest": image.digest, "Content-Type": image.media_type}, length=9)
    fake_registry.on("HEAD", "/v2/app/manifests/latest", head, head if options else Reply(404), Reply(404))
    for target in ("latest", image.digest):
        fake_registry.on("DELETE", f"/v2/app/manifests/{target}", Reply(202))
    answer = b"delete\n" if options else b"y\n"
    ended, shown = answer_on_a_terminal(["delete", f"{fake_registry.host}/app:latest", *options], answer * 3 + b"\n")
    assert (ended, len(fake_registry.paths("DELETE"))) == (0, 1), shown


@pytest.mark.parametrize(("answer", "code"), [(b"delete\n", 0), (b"y\n", 2), (b"yes\n", 2)])
def test_deleting_a_manifest_on_a_terminal_takes_a_typed_word(cli, name, answer, code):
    outcome = answer_on_a_terminal(["delete", f"{name}:latest", "--digest"], answer)
    assert outcome[0] == code
    assert (cli("inspect", name).code == 0) == (code != 0)


@pytest.mark.parametrize("kind", ["dir:", "docker-daemon:", "podman:"])
def test_a_destination_that_can_only_be_read_is_refused_with_those_that_can_be_written(cli, name, kind):
    outcome = cli("copy", name, f"{kind}there")
    assert (outcome.code, outcome.err.splitlines()[0]) == (2, f"error: `{kind}there` cannot be written")
    assert (f"`layerscope copy {name} oci:there`" if kind == "dir:" else "`oci:DIR[:TAG]`") in outcome.err


def test_a_file_that_is_no_image_cannot_be_pushed(cli, fake_registry, tmp_path, monkeypatch):
    (tmp_path / "junk.tar").write_bytes(b"junk")
    monkeypatch.chdir(tmp_path)
    outcome = cli("push", "junk.tar", f"{fake_registry.host}/app:v2")
    assert (outcome.code, outcome.out, fake_registry.requests) == (2, "", [])
    assert outcome.err.splitlines() == [
        "error: `./junk.tar` is not an image",
        "hint: `layerscope inspect ./junk.tar` says why",
    ]

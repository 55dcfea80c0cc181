"""Promises of `diff`."""

import io
import os
import shutil
import subprocess

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings

from layerscope.oci import media_types
from layerscope.report.formats import schema
from support.images import build_image, build_index, descriptor
from support.local_images import blob_files, classic_files, layout_files, write_archive, write_directory
from support.tars import directory, file, symlink
from support.unpacked import differences, pairs, size_of, unpack

BASE = [directory("etc/"), file("etc/passwd", b"root\n"), file("bin/tool", b"\0\1\2"), symlink("etc/link", "passwd")]
ONE = build_image([BASE, [("app/a", b"1")]])
OTHER = build_image(
    [BASE, [("app/a", b"22"), file("etc/passwd", b"root\nuser\n", mode=0o600), ("bin/tool", b"\0\1\3")]],
    config={"Cmd": ["sh"], "User": "app"},
)
TOUCHED = build_image([BASE, [file("app/a", b"1", mtime=7)]], created="2025-01-01T00:00:00Z")


@pytest.fixture
def images(layout):
    """The names of images in one layout."""
    path = layout(one=ONE, other=OTHER, touched=TOUCHED)
    return lambda name: f"oci:{path}:{name}"


def missing(path, image, layer):
    """Remove the blob of a layer from the layout."""
    (path / "blobs" / image.manifest["layers"][layer]["digest"].replace(":", "/")).unlink()


def test_images_that_differ_end_with_exit_code_1(cli, images):
    outcome = cli("diff", images("one"), images("other"))
    assert (outcome.code, outcome.err) == (1, "")
    assert "result: different" in outcome.lines
    assert 'config.User: none -> "app"' in outcome.lines
    assert [line.split() for line in outcome.lines if "/etc/passwd" in line] == [
        ["~", "+5", "B", "content,", "mode", "/etc/passwd"]
    ]


def test_images_that_differ_only_in_times_are_equal_and_end_with_exit_code_0(cli, images):
    outcome = cli("diff", images("one"), images("touched"))
    assert (outcome.code, outcome.err) == (0, "")
    assert "result: equal: file system and config are the same" in outcome.lines


def test_the_json_follows_the_schema(cli, images):
    outcome = cli("diff", images("one"), images("other"), "--json")
    assert outcome.code == 1
    jsonschema.validate(outcome.json, schema("diff"))
    assert outcome.json == cli("diff", images("one"), images("other"), "--format", "json").json
    pulled = OTHER.manifest["layers"][1]["size"]
    assert outcome.json["layers"]["pullSize"] == pulled
    assert [layer["indexB"] for layer in outcome.json["layers"]["shared"]] == [0]


def test_the_same_manifest_is_equal_without_reading_a_layer(cli, layout):
    path = layout(one=ONE, two=ONE)
    missing(path, ONE, 0)
    outcome = cli("diff", f"oci:{path}:one", f"oci:{path}:two")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.lines == [f"both are {ONE.digest}", "result: equal: file system and config are the same"]
    jsonschema.validate(cli("diff", f"oci:{path}:one", f"oci:{path}:two", "--json").json, schema("diff"))


def test_a_layer_that_both_images_share_is_fetched_once(cli, fake_registry):
    fake_registry.serve(ONE, tag="one")
    fake_registry.serve(OTHER, tag="other")
    reference = str(fake_registry.reference()).rpartition(":")[0]
    assert cli("diff", f"{reference}:one", f"{reference}:other", "--no-cache").code == 1
    fetched = [request.path for request in fake_registry.requests if "/blobs/" in request.path]
    layers = [layer["digest"] for image in (ONE, OTHER) for layer in image.manifest["layers"]]
    assert sorted(sum(path.endswith(digest) for path in fetched) for digest in set(layers)) == [1, 1, 1]


def test_an_image_is_compared_with_one_of_its_own_layers(cli, images):
    outcome = cli("diff", images("other"), images("other"), "--layer-a", 0, "--json")
    assert outcome.code == 1
    assert (outcome.json["a"]["layer"], outcome.json["b"]["layer"]) == (0, None)
    assert [row["path"] for row in outcome.json["files"]] == ["/app", "/app/a", "/bin/tool", "/etc/passwd"]
    assert outcome.json["config"] == []


def test_only_the_layers_that_are_compared_are_read(cli, layout):
    path = layout(one=ONE, other=OTHER)
    missing(path, ONE, 1)
    missing(path, OTHER, 1)
    outcome = cli("diff", f"oci:{path}:one", f"oci:{path}:other", "--layer-a", 0, "--layer-b", 0, "--json")
    assert (outcome.code, outcome.err) == (1, "")
    assert [change["field"] for change in outcome.json["config"]] == ["config.User"]


def test_a_layer_that_an_image_lacks_is_refused(cli, images):
    outcome = cli("diff", images("one"), images("other"), "--layer-b", 2)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == f"error: `{images('other')}` has no layer 2\nhint: its layers are 0 to 1\n"


@pytest.mark.parametrize("side", ["a", "b"])
def test_a_missing_layer_of_one_image_makes_the_comparison_incomplete(cli, layout, side):
    path = layout(one=ONE, other=OTHER)
    missing(path, {"a": ONE, "b": OTHER}[side], 1)
    outcome = cli("diff", f"oci:{path}:one", f"oci:{path}:other")
    assert outcome.code == 2
    assert f"incomplete  {side.upper()}: layer 1 is missing; the figures are made from what was read" in outcome.lines
    assert f"error: {side.upper()}: layer 1 is missing" in outcome.err


def test_two_platforms_of_one_index_are_compared(cli, tmp_path):
    built = {name: build_image([[("a", name.encode())]], platform=f"linux/{name}") for name in ("amd64", "arm64")}
    entries = [image.descriptor(platform={"os": "linux", "architecture": name}) for name, image in built.items()]
    index = build_index(*entries)
    files = layout_files([descriptor(index, media_types.OCI_INDEX)], *built.values()) | blob_files(index)
    name = f"oci:{write_directory(tmp_path / 'multi', files)}"
    outcome = cli("diff", name, name, "--platform", "linux/amd64", "--platform-b", "linux/arm64", "--json")
    assert outcome.code == 1
    assert [change["field"] for change in outcome.json["config"]] == ["architecture"]
    assert (outcome.json["a"]["platform"], outcome.json["b"]["platform"]) == ("linux/amd64", "linux/arm64")


def test_an_archive_with_the_same_layers_uncompressed_is_equal_and_nothing_is_left_to_pull(cli, images, tmp_path):
    archive = write_archive(tmp_path / "one.tar", classic_files(ONE))
    outcome = cli("diff", archive, images("one"), "--json")
    assert outcome.code == 0
    assert (outcome.json["equality"], outcome.json["layers"]["pullSize"], outcome.json["files"]) == ("equal", 0, [])


def test_a_path_is_a_unified_diff_with_the_attributes_before_it(cli, images):
    outcome = cli("diff", images("one"), images("other"), "/etc/passwd")
    assert (outcome.code, outcome.err) == (1, "")
    assert outcome.lines == [
        "/etc/passwd",
        "  mode: 0644 -> 0600",
        "--- a/etc/passwd",
        "+++ b/etc/passwd",
        "@@ -1 +1,2 @@",
        " root",
        "+user",
    ]


def test_of_a_binary_file_the_sizes_and_the_first_difference_are_named(cli, images):
    outcome = cli("diff", images("one"), images("other"), "bin/tool")
    assert outcome.lines == ["/bin/tool", "  content: 3 and 3 bytes, the first difference is at offset 2"]
    row = cli("diff", images("one"), images("other"), "bin/tool", "--json").json
    assert (row["change"], row["reasons"], row["diff"], row["firstDifference"]) == ("modified", ["content"], None, 2)


def test_a_path_that_only_one_image_has_is_compared_with_nothing(cli, layout):
    path = layout(one=build_image([[("a", b"")]]), other=build_image([[("a", b""), ("new", b"line\n")]]))
    outcome = cli("diff", f"oci:{path}:one", f"oci:{path}:other", "new")
    assert outcome.code == 1
    assert outcome.lines == ["/new", "  added", "--- /dev/null", "+++ b/new", "@@ -0,0 +1 @@", "+line"]


def test_an_equal_path_ends_with_exit_code_0_and_no_output(cli, images):
    outcome = cli("diff", images("one"), images("other"), "/etc/link")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")


def test_a_directory_is_the_list_of_what_differs_below_it(cli, images):
    outcome = cli("diff", images("one"), images("other"), "/app")
    assert outcome.code == 1
    assert [line.split()[-1] for line in outcome.lines] == ["/app", "path", "/app/a"]
    assert cli("diff", images("one"), images("touched"), "/app").code == 0


def test_a_path_that_neither_image_has_is_refused(cli, images):
    outcome = cli("diff", images("one"), images("other"), "/no/such")
    assert (outcome.code, outcome.out, outcome.err) == (2, "", "error: neither image has `/no/such`\n")


def test_content_that_could_steer_a_terminal_is_escaped_on_a_terminal_and_exact_in_a_pipe(cli, layout, on_a_terminal):
    path = layout(one=build_image([[("a", b"")]]), other=build_image([[("a", b"\x1b[31m\n")]]))
    arguments = ("diff", f"oci:{path}:one", f"oci:{path}:other", "a")
    assert "+\x1b[31m" in cli(*arguments).lines
    shown = on_a_terminal(*arguments)
    assert (shown.code, b"\x1b" in shown.shown) == (1, False)
    assert b"+\\x1b[31m" in shown.shown


def test_a_login_is_not_sent_to_a_second_registry(cli, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("secret\n"))
    outcome = cli("diff", "a.example/x:1", "b.example/x:1", "--username", "me", "--password-stdin")
    assert (outcome.code, outcome.err.splitlines()[0]) == (
        2,
        "error: `--username` is for one registry, but the images are in two",
    )


def test_standard_input_is_read_for_one_image_only(cli):
    outcome = cli("diff", "-", "-")
    assert (outcome.code, outcome.err) == (2, "error: only one of the images can be read from standard input\n")


@pytest.mark.real("docker-registry")
def test_the_source_of_an_image_makes_no_difference(cli, real_registry, layout, tmp_path):
    path = layout(one=ONE, other=OTHER)
    for name, image in (("one", ONE), ("other", OTHER)):
        real_registry.push(image, "diff", name)
    sources = {
        "registry": lambda name: str(real_registry.reference(f"diff:{name}")),
        "layout": lambda name: f"oci:{path}:{name}",
        "archive": lambda name: write_archive(
            tmp_path / f"{name}.tar", classic_files({"one": ONE, "other": OTHER}[name])
        ),
    }
    found = [
        cli("diff", one("one"), other("other"), "--json").json for one in sources.values() for other in sources.values()
    ]
    for name in ("files", "config", "sizeDelta", "wastedDelta", "equality"):
        assert [row[name] for row in found] == [found[0][name]] * len(found)
    for one in sources.values():
        assert [cli("diff", one("one"), other("one")).code for other in sources.values()] == [0, 0, 0]


DOCKERFILE = """
FROM scratch
COPY busybox /bin/busybox
COPY app /app
ENV STAGE={stage}
RUN ["/bin/busybox", "rm", "/app/unused"]
"""


def build(directory, name, stage):
    """Build an image of `app` with buildah and push it; each file of `app` is new."""
    (directory / "app").mkdir(parents=True)
    for file_name, text in {"a": "same", "build-info": stage, "unused": "u"}.items():
        (directory / "app" / file_name).write_text(text)
        os.utime(directory / "app" / file_name, (int(stage), int(stage)))
    shutil.copy(shutil.which("busybox"), directory / "busybox")
    os.utime(directory / "busybox", (1, 1))
    (directory / "Dockerfile").write_text(DOCKERFILE.format(stage=stage))
    storage = directory.parent / "storage"
    buildah = ("buildah", "--storage-driver", "vfs", "--root", storage / "root", "--runroot", storage / "run")
    run(*buildah, "build", "--isolation", "chroot", "--layers", "--quiet", "--tag", name, directory)
    run(*buildah, "push", "--quiet", "--tls-verify=false", name, f"docker://{name}")


def run(*command):
    done = subprocess.run([*map(str, command)], check=False, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.real("docker-registry", "buildah", "busybox")
def test_two_builds_of_buildah_share_the_layers_below_the_files_that_changed(cli, real_registry, tmp_path):
    if os.geteuid() != 0:
        pytest.skip("only root can build with buildah everywhere")
    names = {stage: str(real_registry.reference(f"built:{stage}")) for stage in ("1000000001", "1000000002")}
    for stage, name in names.items():
        build(tmp_path / stage, name, stage)
    outcome = cli("diff", *names.values(), "--json")
    row = outcome.json
    assert outcome.code == 1
    assert [layer["indexB"] for layer in row["layers"]["shared"]] == [0]
    assert row["layers"]["pullSize"] == sum(layer["compressedSize"] for layer in row["layers"]["added"])
    assert [(change["field"], change["a"], change["b"]) for change in row["config"]] == [("config.Env.STAGE", *names)]
    first = row["firstDifference"]
    assert (first["layer"], first["sameInstruction"], first["contentCount"]) == (1, True, 1)
    assert first["paths"][0] == "/app/build-info"
    assert [(file["path"], file["reasons"]) for file in row["files"] if file["change"] == "modified"] == [
        ("/app/build-info", ["content", "mtime"])
    ]
    assert cli("ci", names["1000000002"], "--against", names["1000000001"], "--max-growth", "0B").code == 0


def listed_by_diff(one, other):
    """The paths that `diff -r` finds different in two directories: only the top of a tree that one of them lacks."""
    command = ["diff", "-rq", "--no-dereference", one, other]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"LC_ALL": "C", **os.environ})
    found = set()
    for line in done.stdout.splitlines():
        if line.startswith("Only in "):
            directory, _, name = line.removeprefix("Only in ").partition(": ")
            found.add(f"{directory}/{name}".removeprefix(str(one)).removeprefix(str(other)))
        else:
            found.add(line.split()[1].removeprefix(str(one)))
    return found


@pytest.mark.real("umoci", "diff")
def test_the_paths_that_differ_are_those_that_diff_finds_in_the_unpacked_images(cli, layout, tmp_path):
    one = build_image([[*BASE, ("old/a", b"1"), ("old/b", b"2")], [("app/a", b"1")]])
    other = build_image(
        [[*BASE, ("old/a", b"1"), ("old/b", b"2")], [file(".wh.old"), ("new/x/y", b"1"), ("app/a", b"2")]]
    )
    path = layout(one=one, other=other)
    for name in ("one", "other"):
        rootless = [] if os.geteuid() == 0 else ["--rootless"]
        run("umoci", "raw", "unpack", *rootless, "--image", f"{path}:{name}", tmp_path / name)
    row = cli("diff", f"oci:{path}:one", f"oci:{path}:other", "--json").json
    changed = {file["path"]: file["change"] for file in row["files"] if file["change"] != "touched"}
    tops = {path for path, change in changed.items() if changed.get(path.rpartition("/")[0]) != change}
    assert tops == listed_by_diff(tmp_path / "one", tmp_path / "other") == {"/app/a", "/new", "/old"}


@pytest.mark.real("umoci")
@given(pair=pairs())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_files_that_differ_are_those_of_two_real_unpacks(cli, tmp_path_factory, pair):
    place = tmp_path_factory.mktemp("unpacked")
    layout, roots = unpack(dict(zip(("one", "other"), pair, strict=True)), place)
    diff = cli("diff", f"oci:{layout}:one", f"oci:{layout}:other", "--json").json
    rows = [row for row in diff["files"] if row["change"] != "touched" and row["path"] != "/"]
    found = {row["path"]: row["change"] for row in rows if set(row["reasons"]) - {"mtime"} != {"hardlink"}}
    assert found == differences(*roots)
    assert diff["sizeDelta"] == size_of(roots[1]) - size_of(roots[0])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "`--tui` needs a terminal"),
        (("/etc",), "`--tui` shows whole images, and has no format"),
        (("--json",), "`--tui` shows whole images, and has no format"),
    ],
)
def test_the_explorer_opens_whole_images_on_a_terminal_only(cli, images, arguments, message):
    outcome = cli("diff", images("one"), images("other"), *arguments, "--tui")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"error: {message}")

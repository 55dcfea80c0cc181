"""Failures between a registry and the terminal: one clear line, at most one hint, and exit code 2."""

import socket

import pytest

from support.fake_registry import Reply
from support.images import build_image
from support.tars import file, symlink

COMMANDS = ["inspect", "layers", "history", "manifest", "config", "ls", "export", "explore"]


def assert_refused(outcome, part):
    """Assert no standard output, one line of error, at most one hint, and no traceback."""
    error, *hints = outcome.err.splitlines()
    assert (outcome.code, outcome.out) == (2, "")
    assert error.startswith("error: ")
    assert part in error
    assert len(hints) <= 1
    assert all(hint.startswith("hint: ") for hint in hints)


@pytest.fixture
def closed_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_refused_connection(cli, command, closed_port):
    assert_refused(cli(command, f"{closed_port}/app"), closed_port)


def test_an_unknown_host(cli):
    assert_refused(cli("layers", "no-such-host.invalid/app"), "no-such-host.invalid")


@pytest.mark.parametrize("command", COMMANDS)
def test_an_image_that_is_not_there(cli, command, fake_registry):
    assert_refused(cli(command, fake_registry.reference("no/such")), "no/such")


def test_a_manifest_that_is_a_web_page(cli, fake_registry):
    fake_registry.serve_manifest(b"<!DOCTYPE html><html>log in</html>", "text/html")
    assert_refused(cli("layers", fake_registry.reference()), "manifest")


def test_a_manifest_whose_digest_is_not_the_one_that_was_asked_for(cli, fake_registry):
    image, other = build_image(), build_image([[("b", b"")]])
    fake_registry.serve(image)
    reply = Reply(body=other.manifest_bytes, headers={"Content-Type": other.media_type})
    fake_registry.on("GET", f"/v2/app/manifests/{image.digest}", reply)
    assert_refused(cli("layers", f"{fake_registry.host}/app@{image.digest}"), other.digest)


def test_a_config_whose_digest_is_wrong(cli, fake_registry):
    image = build_image()
    fake_registry.serve(image)
    digest = image.manifest["config"]["digest"]
    fake_registry.on("GET", f"/v2/app/blobs/{digest}", Reply(body=bytes(len(image.config_bytes))))
    assert_refused(cli("config", fake_registry.reference()), "digest")


@pytest.mark.parametrize("path", ["/dev/zero", "/proc/self/mem", "/no/such/image", "/etc/passwd", "/"])
def test_a_path_that_is_not_an_image_is_an_error(cli, path):
    assert_refused(cli("layers", path), path)


def test_a_missing_layer_is_shown_beside_the_others(cli, fake_registry):
    image = build_image([[("a", b"1")], [("b", b"2")]])
    fake_registry.serve(image)
    digest = image.manifest["layers"][0]["digest"]
    fake_registry.on("GET", f"/v2/app/blobs/{digest}", Reply(404))
    outcome = cli("layers", fake_registry.reference(), "--json")
    assert (outcome.code, [row["status"] for row in outcome.json]) == (2, ["missing", "verified"])
    assert outcome.err.startswith("error: layer 0 is missing: ")


def test_a_layer_that_the_registry_does_not_send_is_trouble_though_nothing_is_wrong_with_it(cli, fake_registry):
    image = build_image([[("a", b"1")], [("b", b"2")]])
    fake_registry.serve(image)
    digest = image.manifest["layers"][0]["digest"]
    fake_registry.on("GET", f"/v2/app/blobs/{digest}", Reply(403))
    outcome = cli("layers", fake_registry.reference(), "--json")
    assert (outcome.code, [row["status"] for row in outcome.json]) == (2, ["unverified", "verified"])
    assert outcome.err.startswith("error: layer 0 is unread: ")


@pytest.fixture
def without_a_layer(layout):
    """A layout without its lowest layer, of which a later layer deletes a part."""
    image = build_image(
        [[("a", b"1" * 5000), ("b", b"2")], [("c", b"3" * 300)], [("c", b"4"), file(".wh.a"), symlink("l", "b")]]
    )
    path = layout(app=image)
    (path / "blobs" / image.manifest["layers"][0]["digest"].replace(":", "/")).unlink()
    return path


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["inspect"], "incomplete     layer 0 is missing; the figures are made from what was read"),
        (["waste"], "300 B overwritten; incomplete: layer 0 is missing"),
        (["waste", "--savings"], "); incomplete: layer 0 is missing"),
        (["find", "c"], "of the pull); incomplete: layer 0 is missing"),
        (["find", "nothing"], "no files match; incomplete: layer 0 is missing"),
        (["packages"], "0 packages; incomplete: layer 0 is missing"),
        (["packages", "--unowned"], "of the pull); incomplete: layer 0 is missing"),
        (["audit"], "1 risk; incomplete: layer 0 is missing"),
        (
            ["export", "--format", "markdown"],
            "**Incomplete: layer 0 is missing.** The figures are made from what was read.",
        ),
    ],
)
def test_sums_without_the_bytes_of_a_layer_name_the_layer(cli, without_a_layer, words, shown):
    outcome = cli(words[0], without_a_layer, *words[1:])
    assert outcome.code == 2
    assert shown in outcome.out


@pytest.mark.parametrize(("command", "line", "dashes"), [("layers", 1, 3), ("history", -1, 3)])
def test_a_layer_that_was_not_read_has_dashes_for_unknown_figures(cli, without_a_layer, command, line, dashes):
    words = cli(command, without_a_layer).lines[line].split()
    assert (words.count("-"), words.count("B")) == (dashes, 1)


@pytest.mark.parametrize("words", [["ls"], ["cat"]])
def test_a_path_that_is_not_there_may_be_in_a_layer_that_was_not_read(cli, without_a_layer, words):
    outcome = cli(*words, without_a_layer, "gone")
    assert outcome.code == 2
    assert outcome.err.splitlines()[-2:] == [
        "error: `gone` is not in the image",
        "hint: it may be in a layer that was not read: layer 0 is missing",
    ]


def test_a_layer_is_listed_without_regard_to_those_above_it(cli, layout):
    image = build_image([[("a", b"1")], [("b", b"2")]])
    path = layout(app=image)
    (path / "blobs" / image.manifest["layers"][1]["digest"].replace(":", "/")).unlink()
    outcome = cli("ls", path, "--layer", 0)
    assert (outcome.code, outcome.lines, outcome.err) == (0, ["a"], "")
    assert cli("ls", path, "--layer", 1).code == 2


def test_the_json_says_what_is_in_no_figure(cli, without_a_layer):
    assert cli("inspect", without_a_layer, "--json").json["incomplete"] == "layer 0 is missing"
    assert [row["status"] for row in cli("history", without_a_layer, "--json").json] == [
        "verified",
        "verified",
        "missing",
    ]


def test_figures_without_the_rest_of_a_truncated_layer_name_the_layer(cli, layout):
    image = build_image([[("a", b"1")]])
    path = layout(app=image)
    blob = path / "blobs" / image.manifest["layers"][0]["digest"].replace(":", "/")
    blob.write_bytes(blob.read_bytes()[:-4])
    assert "layer 0 is truncated; the figures are made from what was read" in cli("inspect", path).out

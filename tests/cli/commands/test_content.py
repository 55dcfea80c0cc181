import io
import os
import stat
import subprocess
import tarfile
from types import SimpleNamespace

import pytest

from support.images import build_image
from support.tars import Entry, directory, file, symlink

BINARY = bytes(range(256)) * 1000
LAYERS = (
    [
        directory("usr"),
        directory("usr/bin"),
        file("usr/bin/tool", BINARY, mode=0o4755),
        symlink("bin", "usr/bin"),
        symlink("usr/bin/sh", "/usr/bin/tool"),
        symlink("loop", "loop"),
        symlink("lost", "nowhere"),
        file("etc/motd", b"first\n"),
        file("etc/secret", b"key\n"),
        Entry("dev/null", type=b"3"),
    ],
    [file("etc/motd", b"second\n"), file("etc/.wh.secret"), file("colours", b"\x1b[31mred\n")],
    [file("late", b"late\n")],
)


@pytest.fixture
def app(layout):
    image = build_image(LAYERS)
    path = layout(app=image)
    return SimpleNamespace(image=image, name=f"oci:{path}:app", path=path)


def exact(outcome):
    return outcome.out.encode("utf-8", "surrogateescape")


@pytest.mark.parametrize(
    ("arguments", "content"),
    [
        (["usr/bin/tool"], BINARY),
        (["/bin/sh"], BINARY),
        (["/bin/../bin/tool"], BINARY),
        (["/etc/motd"], b"second\n"),
        (["/etc/motd", "--layer", "0"], b"first\n"),
        (["/etc/secret", "--layer", "0"], b"key\n"),
        (["/etc/secret", "--after", "0"], b"key\n"),
    ],
)
def test_cat_prints_the_exact_bytes_of_a_file_after_a_layer(program, app, arguments, content):
    outcome = program("cat", app.name, *arguments)
    assert (outcome.code, exact(outcome), outcome.err) == (0, content, "")


@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        (["/nothing"], "`/nothing` is not in the image", None),
        (
            ["/etc/secret"],
            "`/etc/secret` is not in the image",
            "layer 1 deleted it: use `layerscope cat {} /etc/secret --after 0`",
        ),
        (["late", "--layer", "1"], "`late` is not in the image after layer 1", "layer 2 adds it"),
        (["/etc"], "`/etc` is a directory, not a file", None),
        (["/"], "`/` is a directory, not a file", None),
        (["/dev/null"], "`/dev/null` is a device, not a file", None),
        (["/loop"], "`/loop` is a broken symlink", None),
        (["/lost"], "`/lost` is a broken symlink", None),
        (["/late", "--layer", "3"], "the image has no layer 3", "its layers are 0 to 2"),
        (["/a\x1b[31m"], "`/a\\x1b[31m` is not in the image", None),
    ],
)
def test_cat_of_something_else_than_a_file_is_an_error_that_says_why(cli, app, arguments, error, hint):
    outcome = cli("cat", app.name, *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.splitlines() == [f"error: {error}"] + ([f"hint: {hint.format(app.name)}"] if hint else [])


def test_cat_of_a_name_that_is_not_utf_8(program, layout):
    name = layout(app=build_image([[(b"raw-\xff".decode("utf-8", "surrogateescape"), b"raw")]]))
    assert program("cat", name, b"raw-\xff".decode("utf-8", "surrogateescape")).out == "raw"


def test_cat_from_standard_input(program, app, tmp_path):
    with tarfile.open(tmp_path / "image.tar", "w") as tar:
        tar.add(app.path, ".")
    with (tmp_path / "image.tar").open("rb") as file:
        assert program("cat", "-", "/late", stdin=file).out == "late\n"


def test_cat_escapes_what_could_steer_a_terminal_and_says_so(app, on_a_terminal):
    outcome = on_a_terminal("cat", app.name, "/colours")
    assert (outcome.code, outcome.shown) == (0, b"\\x1b[31mred\r\n")
    assert (
        outcome.err == "warning: control characters are escaped on a terminal; a file or a pipe gets the exact bytes\n"
    )


def test_cat_shows_plain_text_on_a_terminal_without_a_word(app, on_a_terminal):
    outcome = on_a_terminal("cat", app.name, "/etc/motd")
    assert (outcome.code, outcome.shown, outcome.err) == (0, b"second\r\n", "")


def test_cat_of_an_image_with_a_damaged_layer_prints_the_file_and_ends_with_2(cli, app):
    digest = app.image.manifest["layers"][2]["digest"]
    (app.path / "blobs" / digest.replace(":", "/")).write_bytes(b"")
    outcome = cli("cat", app.name, "/etc/motd")
    assert (outcome.code, outcome.out) == (2, "second\n")
    assert "error: layer 2 is truncated" in outcome.err


def tree(path):
    return {str(found.relative_to(path)) for found in path.rglob("*")}


def test_extract_writes_a_directory_under_its_own_name(cli, app, tmp_path):
    outcome = cli("extract", app.name, "/usr", "-o", tmp_path / "out")
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err == (
        "warning: 1 entry not written: symlinks that lead out of the directory (first: `usr/bin/sh`)\n"
        "hint: to write them too, use `--outward-links`\n"
    )
    assert tree(tmp_path / "out") == {"usr", "usr/bin", "usr/bin/tool"}
    tool = tmp_path / "out" / "usr" / "bin" / "tool"
    assert (tool.read_bytes(), stat.S_IMODE(tool.stat().st_mode)) == (BINARY, 0o755)


@pytest.mark.parametrize("option", ["--layer", "--after"])
def test_extract_of_an_older_layer_has_what_was_deleted_since(cli, app, tmp_path, option):
    assert cli("extract", app.name, "etc", "-o", tmp_path / "out", option, "0").code == 0
    assert (tmp_path / "out" / "etc" / "secret").read_bytes() == b"key\n"
    assert (tmp_path / "out" / "etc" / "motd").read_bytes() == b"first\n"


def test_extract_replaces_nothing_without_force(cli, app, tmp_path):
    (tmp_path / "late").write_bytes(b"mine")
    outcome = cli("extract", app.name, "/late", "-o", tmp_path)
    assert outcome.code == 2
    assert outcome.err.splitlines() == [
        f"error: `{tmp_path}/late` already exists",
        f"hint: to replace it, use `layerscope extract {app.name} /late -o {tmp_path} --force`",
    ]
    assert (tmp_path / "late").read_bytes() == b"mine"
    assert cli("extract", app.name, "/late", "-o", tmp_path, "--force").code == 0
    assert (tmp_path / "late").read_bytes() == b"late\n"


def test_extract_writes_symlinks_that_lead_out_if_the_user_asks_for_it(cli, app, tmp_path):
    assert cli("extract", app.name, "/bin/sh", "-o", tmp_path / "other").err.splitlines()[-1] == (
        "hint: to write them too, use `--outward-links`"
    )
    assert cli("extract", app.name, "/bin/sh", "-o", tmp_path, "--outward-links").err == ""
    assert str((tmp_path / "sh").readlink()) == "/usr/bin/tool"


def test_extract_of_a_deleted_path_names_the_layer_that_deleted_it(cli, app, tmp_path):
    outcome = cli("extract", app.name, "/etc/secret", "-o", tmp_path / "out")
    command = f"layerscope extract {app.name} /etc/secret -o {tmp_path}/out --after 0"
    assert outcome.err.splitlines()[1] == f"hint: layer 1 deleted it: use `{command}`"
    assert (outcome.code, (tmp_path / "out").exists()) == (2, False)


def test_extract_says_with_v_how_much_it_wrote(program, app, tmp_path):
    assert "info: wrote 1 files, 5 bytes" in program("extract", app.name, "/late", "-o", tmp_path, "-v").err


@pytest.mark.real("tar")
def test_what_tar_unpacks_of_a_layer_extract_writes_too(cli, layout, tmp_path):
    image = build_image([[(f"d/{number}", os.urandom(number * 999)) for number in range(50)]])
    (tmp_path / "tar").mkdir()
    subprocess.run(["tar", "-x", "-C", tmp_path / "tar"], input=image.tars[0], check=True)
    assert cli("extract", layout(app=image), "d", "-o", tmp_path / "ours").code == 0
    subprocess.run(["diff", "-r", tmp_path / "tar", tmp_path / "ours"], check=True)


def test_progress_of_writing_is_one_bar():
    from layerscope.cli.console.progress import WriteState

    state = WriteState(1000)
    state.note(500)
    (line,) = state.lines()
    assert line.count("#") == 12
    assert line.startswith("written")


def test_extract_to_standard_output_is_a_tar(program, app):
    outcome = program("extract", app.name, "/etc", "-o", "-")
    with tarfile.open(fileobj=io.BytesIO(exact(outcome))) as tar:
        assert tar.getnames() == ["etc", "etc/motd"]
        assert tar.extractfile("etc/motd").read() == b"second\n"
    assert (outcome.code, outcome.err) == (0, "")


def test_extract_writes_no_tar_to_a_terminal(on_a_terminal, app):
    outcome = on_a_terminal("extract", app.name, "/etc", "-o", "-")
    assert (outcome.code, outcome.shown) == (2, b"")
    assert "a tar is not printed to a terminal" in outcome.err

import base64

import pytest

from support.images import build_image
from support.tars import Entry, directory, file, symlink


def test_ls_lists_the_names_at_the_root_of_the_final_file_system(cli, app):
    assert cli("ls", app.name).lines == ["bin", "etc", "usr"]


@pytest.mark.parametrize("path", ["/usr/bin", "usr/bin/", "bin", "/bin/../bin"])
def test_ls_of_a_directory_lists_its_names_however_it_is_spelt(cli, app, path):
    assert cli("ls", app.name, path).lines == ["sh"]


def test_ls_of_a_file_is_its_path(cli, app):
    assert cli("ls", app.name, "/bin/sh").lines == ["usr/bin/sh"]


def test_ls_recursive_lists_all_paths_from_the_root_on(cli, app):
    expected = "bin etc etc/new etc/passwd usr usr/bin usr/bin/sh usr/lib usr/lib/app usr/lib/app2"
    assert cli("ls", "-R", app.name).lines == expected.split()
    assert cli("ls", "-R", app.name, "usr/lib").lines == ["usr/lib/app", "usr/lib/app2"]


def test_ls_long_shows_mode_owner_size_time_and_link(cli, app):
    assert cli("ls", "-l", app.name).lines == [
        "lrwxrwxrwx  0:0  0  1970-01-01 00:00  bin -> usr/bin",
        "drwxr-xr-x  0:0  0  1970-01-01 00:00  etc",
        "drwxr-xr-x  0:0  0  1970-01-01 00:00  usr",
    ]
    assert cli("ls", "-l", app.name, "/etc").lines == [
        "-rw-r--r--  0:0   1  1970-01-01 00:00  new",
        "-rw-r-----  1:2  10  1970-01-01 00:00  passwd",
    ]
    assert cli("ls", "-l", app.name, "usr/lib").lines == [
        "-rwsr-xr-x  0:0  300  1970-01-01 00:00  app",
        "-rwsr-xr-x  0:0  300  1970-01-01 00:00  app2 link to /usr/lib/app",
    ]
    assert cli("ls", "-l", app.name, "bin/sh").lines == ["-rwxr-xr-x  0:0  1000  2023-11-14 22:13  usr/bin/sh"]


def test_ls_long_shows_a_symlink_itself_unless_a_slash_follows_it(cli, app):
    assert cli("ls", "-l", app.name, "bin").lines[0].endswith(" bin -> usr/bin")
    assert cli("ls", "-l", app.name, "bin/").lines[0].endswith(" sh")


def test_ls_of_a_layer_lists_its_tar_in_order_whiteouts_included(cli, app):
    assert cli("ls", "-R", "--layer", 0, app.name).lines[:3] == [".", "usr", "usr/bin"]
    assert cli("ls", "-R", "--layer", 2, app.name).lines == [".wh.cache", "etc/.wh.shadow", "etc", "etc/new"]


def test_ls_of_a_layer_below_a_path_leaves_the_others_out(cli, app):
    assert cli("ls", "--layer", 2, app.name, "/etc").lines == ["etc/.wh.shadow", "etc", "etc/new"]
    assert cli("ls", "--layer", 1, app.name, "etc/passwd").lines == ["etc/passwd"]


@pytest.mark.parametrize(("layer", "names"), [(0, ["bin", "etc", "usr"]), (1, ["bin", "cache", "etc", "usr"])])
def test_ls_after_a_layer_lists_the_merged_state_after_it(cli, app, layer, names):
    assert cli("ls", "--after", layer, app.name).lines == names
    assert cli("ls", "--after", layer, app.name, "cache").code == (0 if layer else 2)
    assert (
        cli("ls", "--after", 1, "-R", "--json", app.name, "etc").json
        == cli("ls", "--after", 1, "--json", app.name, "etc").json
    )


def test_ls_after_a_layer_says_which_layer_has_a_missing_path(cli, app):
    absent = "error: `{}` is not in the image after layer {}\nhint: {}\n"
    assert cli("ls", "--after", 2, app.name, "cache").err == absent.format(
        "cache", 2, f"layer 2 deleted it: use `layerscope ls {app.name} cache --after 1`"
    )
    assert cli("ls", "--after", 0, app.name, "cache").err == absent.format("cache", 0, "layer 1 adds it")


@pytest.mark.parametrize(
    ("command", "other"),
    [
        (["ls"], ["--layer", 0]),
        (["ls"], ["--deleted"]),
        (["cat"], ["--layer", 0]),
        (["extract", "-o", "x"], ["--layer", 0]),
    ],
)
def test_after_and_another_choice_of_layers_exclude_each_other(cli, app, command, other):
    outcome = cli(*command, app.name, "etc", "--after", 1, *other)
    assert (outcome.code, outcome.out) == (2, "")
    assert "cannot be combined" in outcome.err


def test_ls_after_a_layer_that_the_image_does_not_have_is_refused(cli, app):
    assert cli("ls", "--after", 3, app.name).err == "error: the image has no layer 3\nhint: its layers are 0 to 2\n"


def test_ls_long_of_a_layer_says_by_a_sign_how_each_entry_changed_the_image(cli, app):
    assert [line[:2] + line.split()[-1] for line in cli("ls", "-l", "--layer", 2, app.name).lines] == [
        "- .wh.cache",
        "- etc/.wh.shadow",
        "  etc",
        "+ etc/new",
    ]


def test_ls_long_of_a_layer_marks_touched_and_modified_files_differently(cli, layout):
    first, again = (file("same", b"1", mtime=time) for time in (0, 1))
    name = layout(app=build_image([[first, file("other", b"1")], [again, file("other", b"2")]]))
    lines = cli("ls", "-l", "--layer", 1, name).lines
    assert [line[:2] + line.split()[-1] for line in lines] == ["= same", "~ other"]


def test_ls_deleted_lists_what_lower_layers_still_ship(cli, app):
    assert cli("ls", "--deleted", app.name).lines == ["cache", "cache/list", "etc/shadow"]
    assert cli("ls", "--deleted", app.name, "cache").lines == ["cache", "cache/list"]
    assert cli("ls", "--deleted", app.name, "etc").lines == ["etc/shadow"]
    assert cli("ls", "--deleted", app.name, "etc/shadow").lines == ["etc/shadow"]
    assert cli("ls", "--deleted", "--layer", 1, app.name).lines == []


def test_ls_as_json_has_every_attribute_of_each_file(cli, app):
    rows = {row["path"]: row for row in cli("ls", "-R", "--json", app.name).json}
    assert rows["/etc/passwd"] == {
        "path": "/etc/passwd",
        "type": "file",
        "mode": "0640",
        "uid": 1,
        "gid": 2,
        "size": 10,
        "mtime": 0,
        "link": None,
        "layer": 1,
        "change": "modified",
    }
    assert [rows[path]["type"] for path in ("/bin", "/usr", "/usr/lib/app2")] == ["symlink", "directory", "file"]
    assert rows["/bin"]["link"] == "usr/bin"
    assert [rows[path]["change"] for path in ("/bin", "/usr", "/etc/new")] == ["added", "unmodified", "added"]


def test_a_hardlink_is_a_file_in_the_image_and_a_link_in_its_layer(cli, app):
    (row,) = cli("ls", "--json", app.name, "usr/lib/app2").json
    assert (row["type"], row["size"], row["mode"], row["link"], row["hardlink"]) == (
        "file",
        300,
        "4755",
        None,
        "/usr/lib/app",
    )
    (entry_row,) = cli("ls", "--layer", 1, "--json", app.name, "usr/lib/app2").json
    assert (entry_row["type"], entry_row["size"], entry_row["link"]) == ("hardlink", 0, "usr/lib/app")


def test_ls_as_json_of_a_layer_distinguishes_whiteouts_from_files(cli, app):
    rows = cli("ls", "--layer", 2, "--json", app.name).json
    assert [(row["path"], row["type"], row["change"]) for row in rows] == [
        ("/.wh.cache", "whiteout", "removed"),
        ("/etc/.wh.shadow", "whiteout", "removed"),
        ("/etc", "directory", "unmodified"),
        ("/etc/new", "file", "added"),
    ]


def test_ls_as_json_of_deleted_files_names_the_layers_of_their_birth_and_death(cli, app):
    rows = cli("ls", "--deleted", "--json", app.name, "etc").json
    assert [(row["path"], row["layer"], row["killedBy"], row["change"]) for row in rows] == [
        ("/etc/shadow", 0, 2, "removed")
    ]


def test_a_whiteout_that_removes_nothing_changes_nothing(cli, layout):
    name = layout(app=build_image([[("a", b"")], [file(".wh.b"), file(".wh..wh..opq"), file("c/.wh..wh..opq")]]))
    rows = cli("ls", "--layer", 1, "--json", name).json
    assert [(row["type"], row["change"]) for row in rows] == [
        ("whiteout", None),
        ("opaque-whiteout", "removed"),
        ("opaque-whiteout", None),
    ]


def test_device_nodes_and_fifos_have_types_of_their_own(cli, layout):
    name = layout(app=build_image([[Entry("null", type=b"3"), Entry("disk", type=b"4"), Entry("pipe", type=b"6")]]))
    rows = cli("ls", "--json", name).json
    assert [(row["type"], row.get("device")) for row in rows] == [
        ("block-device", "0:0"),
        ("character-device", "0:0"),
        ("fifo", None),
    ]
    assert [line[0] for line in cli("ls", "-l", name).lines] == ["b", "c", "p"]


def test_a_name_that_is_not_utf_8_is_escaped_and_whole_in_base64(cli, layout):
    name = layout(app=build_image([[("caf\udce9", b""), symlink("to", "caf\udce9")]]))
    rows = cli("ls", "--json", name).json
    assert (rows[0]["path"], base64.b64decode(rows[0]["pathBytes"])) == ("/caf\\xe9", b"/caf\xe9")
    assert (rows[1]["link"], base64.b64decode(rows[1]["linkBytes"])) == ("caf\\xe9", b"caf\xe9")
    assert "pathBytes" not in rows[1]


@pytest.mark.parametrize("options", [["-R"], ["-lR"], ["--json"], ["--layer", "0"], []])
def test_no_file_name_can_steer_the_terminal(cli, layout, options):
    hostile = "a\x1b[31m\n\u202eb\x9b2J"
    name = layout(app=build_image([[(hostile, b""), symlink("to", hostile)]]))
    outcome = cli("ls", *options, name)
    assert outcome.code == 0
    assert all(char.isprintable() or char == "\n" for char in outcome.out)
    assert len(outcome.lines) == (4 if "--json" in options else 2)


def test_a_path_that_was_deleted_is_not_found_with_a_hint_at_its_layers(cli, app):
    outcome = cli("ls", app.name, "/cache/list")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.splitlines() == [
        "error: `/cache/list` is not in the image",
        f"hint: layer 2 deleted it: use `layerscope ls {app.name} /cache/list --deleted`",
    ]


@pytest.mark.parametrize("options", [[], ["--deleted"], ["--layer", "0"]])
def test_a_path_that_no_layer_has_is_not_found(cli, app, options):
    outcome = cli("ls", app.name, "/no/such", *options)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("error: ")
    assert "`/no/such`" in outcome.err


def test_a_layer_that_the_image_does_not_have_is_refused(cli, app):
    outcome = cli("ls", app.name, "--layer", 3)
    assert (outcome.code, outcome.err) == (2, "error: the image has no layer 3\nhint: its layers are 0 to 2\n")


def test_a_directory_that_no_layer_lists_is_implied(cli, layout):
    name = layout(app=build_image([[("a/b/c", b"1")]]))
    rows = cli("ls", "-R", "--json", name).json
    assert [(row["path"], row["type"], row["mode"]) for row in rows] == [
        ("/a", "directory", "0755"),
        ("/a/b", "directory", "0755"),
        ("/a/b/c", "file", "0644"),
    ]


def test_times_before_and_beyond_the_calendar_are_shown(cli, layout):
    name = layout(app=build_image([[directory("a", mtime=-1), directory("b", mtime=10**17)]]))
    first, second = cli("ls", "-l", name).lines
    assert "1969-12-31 23:59" in first
    assert "100000000000000000" in second


def test_a_list_without_lines_is_said_to_be_empty_on_standard_error(cli, app):
    outcome = cli("ls", app.name, "--deleted", "/usr")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "note: the list is empty\n")
    assert cli("ls", app.name, "--deleted", "/usr", "--json").err == ""

"""The details beside the tree."""

from layerscope.tui.state.changed import Changed
from support.images import build_image
from support.package_files import dpkg_files
from support.screens import exploring, pane_lines, pane_text, until
from support.small_app import small_app
from support.tars import file


async def test_a_layer_is_shown_with_its_instruction_in_lines_and_its_digests():
    async with exploring(small_app(), size=(160, 50)) as (app, pilot):
        await pilot.press("J")
        lines = pane_lines(app, "details")
        image = app.session.image
    assert "Layer 1" in lines[0]
    assert lines[1:4] == ["RUN apt-get update", "&& apt-get install -y openjdk", "&& rm -rf /tmp/*"]
    told = "".join("".join(lines).split())
    assert str(image.layers[1].descriptor.digest) in told
    assert str(image.layers[1].diff_id) in told
    assert "status      verified" in "\n".join(lines)
    assert "2024-05-01 12:30:00 UTC" in "\n".join(lines)


async def test_a_path_is_shown_with_its_versions_layer_by_layer():
    async with exploring(small_app(), size=(160, 50)) as (app, pilot):
        await pilot.press("tab", "j", "j", "j", "j")
        text = pane_text(app, "details")
    assert "/etc/passwd" in text
    assert "-rw-r--r--  0644" in text
    assert "layer   0     11 B  overwritten by layer 2" in text
    assert "layer   2     11 B  live" in text


async def test_hardlinks_name_their_partners():
    async with exploring(small_app(), size=(160, 50)) as (app, pilot):
        await pilot.press("J", "E", "tab")
        app.browser.state.cursor = b"usr/lib/jvm/java"
        app.screen.changed(Changed.CURSOR)
        await pilot.pause()
        assert "linked as   /usr/lib/jvm/jre" in pane_text(app, "details")


async def test_the_image_is_shown_with_how_it_runs():
    built = small_app(config={"Entrypoint": ["java"], "Env": ["PATH=/usr/bin"], "User": "app"})
    async with exploring(built, size=(160, 80)) as (app, pilot):
        await pilot.press("i", "i")
        text = pane_text(app, "details")
    assert "linux/amd64" in text
    assert "entrypointjava" in text.replace(" ", "")
    assert "PATH=/usr/bin" in text
    assert "user        app" in text


async def test_labels_are_shown_as_they_are_and_steer_nothing():
    labels = {
        "surrogate": "\ud800",
        "escape": "\x1b[2J\x1b]0;PWNED\x07",
        "markup": "[/] [@click=app.exit]x[/] [bold]",
        "right to left": "\u202egpj.exe",
    }
    async with exploring(small_app(config={"Labels": labels}), size=(160, 80)) as (app, pilot):
        await pilot.press("i", "i")
        text = pane_text(app, "details")
    assert r"surrogate=\ud800" in text
    assert r"escape=\x1b[2J\x1b]0;PWNED\x07" in text
    assert "markup=[/] [@click=app.exit]x[/] [bold]" in text
    assert r"right to left=\u202egpj.exe" in text


async def test_the_details_follow_the_pane_with_the_focus():
    async with exploring(small_app()) as (app, pilot):
        assert "Layer 0" in pane_lines(app, "details")[0]
        await pilot.press("tab")
        assert "Path" in pane_lines(app, "details")[0]


async def test_a_directory_of_which_nothing_is_there_any_more_says_so():
    async with exploring(small_app(), size=(160, 80)) as (app, pilot):
        await pilot.press("J", "J", "tab", "C", "end")
        assert "var" in pane_text(app, "files")
        assert "removed     20.0 kB below it" in pane_text(app, "details")
        await pilot.press("home")
        assert "11 B shown below it" in pane_text(app, "details")
        assert "gone" not in pane_text(app, "details")


async def test_any_value_of_the_details_can_be_copied_whole():
    async with exploring(small_app(), size=(120, 40)) as (app, pilot):
        await pilot.press("3")
        row = next(n for n, line in enumerate(app.explorer.pane._lines) if line and line[0].text.startswith("diff_id"))
        await pilot.press(*["down"] * row, "y")
        assert app.clipboard == str(app.session.image.layers[0].diff_id)


async def test_a_file_of_a_package_names_it():
    database = [file(one.path, one.content) for one in dpkg_files(("evil\x1b[31m", "1.2", ["/bin/x"]))]
    image = build_image([[file("bin/x", b"1" * 90), *database]])
    async with exploring(image, size=(160, 50)) as (app, pilot):
        app.browser.state.cursor = b"bin/x"
        app.screen.go_to("files")
        app.screen.changed(Changed.CURSOR)
        await until(pilot, lambda: "1.2 (dpkg)" in pane_text(app, "details"))
        assert "package     evil\\x1b[31m 1.2 (dpkg)" in pane_text(app, "details")

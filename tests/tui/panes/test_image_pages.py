"""The pages about the image in the content pane: Dockerfile, config, platforms, attachments."""

import pytest

from layerscope.oci import media_types
from layerscope.sources.open import open_store
from layerscope.tui.panes.content.previewer import Previewer
from layerscope.tui.state.trail import ImageLocation
from support.fake_registry import Reply
from support.images import build_image, build_index
from support.local_images import blob_files, layout_files, write_directory
from support.provenance import attestation, attested_layout, built_image, statement
from support.screens import browsing, comparing, exploring, pane_lines, pane_text, screen_text, until
from support.small_app import LAYERS, STEPS, small_app

IMAGE = built_image()


@pytest.fixture
def attested(tmp_path):
    """The store of an image with provenance, and of the blobs of the provenance."""
    entry, blobs = attestation(IMAGE, statement(IMAGE))
    name = attested_layout(tmp_path / "layout", IMAGE, (entry, blobs))
    return open_store(name), [tmp_path / "layout/blobs" / digest.replace(":", "/") for digest in blobs]


async def show(app, pilot, *keys):
    await pilot.press(*keys)
    await read(app, pilot)


async def read(app, pilot):
    previewer = app.explorer.part(Previewer)
    await until(pilot, lambda: previewer.page is not None and previewer.is_current)


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_the_dockerfile_has_the_sizes_of_each_step_beside_it(size):
    async with exploring(small_app(), size=size) as (app, pilot):
        await show(app, pilot, "R")
        lines = pane_lines(app, "content")
    assert lines[2].split() == ["#", "pull", "size", "wasted", "instruction"]
    assert lines[3].split()[-3:] == ["ADD", "file:0d3f5a1b2c4e", "/"]
    assert [line.split()[0] for line in lines[3:9]] == ["0", "CMD", "1", "&&", "&&", "ENV"]
    assert lines[5].split()[5:9] == ["20.0", "kB", "RUN", "apt-get"]


async def test_enter_goes_from_a_step_to_its_layer_and_the_key_of_the_dockerfile_back():
    async with exploring(small_app(), size=(80, 24)) as (app, pilot):
        await show(app, pilot, "R", "down", "down", "down", "enter")
        assert (app.explorer.pane.NAME, app.browser.state.layer) == ("layers", 1)
        await show(app, pilot, "J", "R")
        pane = app.explorer.pane
        assert "RUN rm -rf" in pane.body.value(pane.body_row, pane.view)
        await pilot.press("R")
        assert app.explorer.pane.NAME == "files"


async def test_build_arguments_are_dim_in_the_dockerfile_and_escapes_in_them_do_nothing():
    image = build_image(history=[{"created_by": "|1 TOKEN=\x1b[31ms3cret /bin/sh -c make"}])
    async with exploring(image) as (app, pilot):
        await show(app, pilot, "R")
        shown = [span for row in range(3) for span in app.explorer.pane.line(row, 80)]
        dim = "".join(span.text for span in shown if span.style == "faint")
        assert dim == r"# build arguments: TOKEN=\x1b[31ms3cret"


async def test_the_source_is_fetched_only_if_it_is_asked_for(attested):
    store, blobs = attested
    async with exploring(IMAGE, source=store) as (app, pilot):
        await show(app, pilot, "R")
        await show(app, pilot, "X")
        lines = pane_lines(app, "content")
        assert lines[3] == "1  # syntax=docker/dockerfile:1"
        assert lines[5].split()[-4:] == ["3", "COPY", "a", "/a"]
        await show(app, pilot, *["down"] * 5, "enter")
        assert app.browser.state.layer == 1
        await show(app, pilot, "R")
        assert "from the history" in pane_text(app, "content")
        for blob in blobs:
            blob.unlink()
        await show(app, pilot, "X")
        assert "syntax" not in pane_text(app, "content")
        await show(app, pilot, "escape")
        assert "COPY a /a" in pane_text(app, "content")


CONFIG = {
    "Env": ["PATH=/bin", "EVIL=\x1b]0;x\x07"],
    "Cmd": ["a", "b c"],
    "User": "1000",
    "ExposedPorts": {"80/tcp": {}},
    "Labels": {"long": "x" * 3000},
    "Healthcheck": {"Test": ["CMD-SHELL", "exit 0"], "Interval": 30_000_000_000},
    "Shell": ["/bin/ash", "-c"],
    "OnBuild": ["RUN a"],
    "Odd": [1, None],
}


async def test_the_config_shows_all_values_and_each_can_be_copied_whole():
    image = build_image(config=CONFIG, manifest={"annotations": {"made": "by hand"}})
    async with exploring(image) as (app, pilot):
        await show(app, pilot, "I")
        lines = pane_lines(app, "content")
        for label, value in (
            ("command", '["a", "b c"]'),
            ("environment", "PATH=/bin"),
            ("user", "1000"),
            ("port", "80/tcp"),
        ):
            assert f"{label:<13} {value}" in lines
        assert r"EVIL=\x1b]0;x\x07" in lines
        await pilot.press("end")
        text = pane_text(app, "content")
        assert "healthcheck   CMD-SHELL exit 0\nInterval: 30 s" in text
        assert "annotation    made=by hand" in text
        assert "not set: entrypoint, working dir, volume, stop" in text
        await pilot.press("slash", *"long=", "enter", "y")
        assert app.clipboard == "long=" + "x" * 3000
        await show(app, pilot, "X", "home")
        assert '"architecture": "amd64",' in pane_text(app, "content")


async def test_a_page_about_the_image_is_saved_as_a_new_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    async with exploring(small_app()) as (app, pilot):
        await show(app, pilot, "I", "x", "enter")
        await until(pilot, lambda: "written to config.json" in screen_text(app))
        await pilot.press("x", "enter")
        await until(pilot, lambda: "already exists" in screen_text(app))
        assert (tmp_path / "config.json").read_bytes() == small_app().config_bytes


COMMANDS = {
    "R": "dockerfile {}",
    "X": "dockerfile {} --source",
    "I": "config {}",
    "P": "inspect {}",
    "A": "referrers {}",
}


async def test_the_command_for_a_page_connects_as_the_explorer_does():
    async with exploring(small_app()) as (app, pilot):
        app.session.options = ("--ca-file", "/a b/ca.pem")
        for key, command in COMMANDS.items():
            await show(app, pilot, key, "ctrl+y")
            assert app.clipboard == f"layerscope {command} --ca-file '/a b/ca.pem'".format("localhost:5000/app:latest")


ARM = build_image([[("first", b"1")], [("etc/only", b"arm"), ("etc/passwd", b"root")]], platform="linux/arm64/v8")


def two_platforms(directory):
    """A layout with the small image for amd64, another one for arm64, and a manifest that is missing."""
    missing = build_image(platform="linux/s390x").descriptor(platform={"os": "linux", "architecture": "s390x"})
    index = build_index(
        small_app().descriptor(platform={"os": "linux", "architecture": "amd64"}),
        ARM.descriptor(platform={"os": "linux", "architecture": "arm64", "variant": "v8"}),
        missing,
    )
    entry = {"mediaType": media_types.OCI_INDEX, "digest": "", "size": len(index)}
    entry["digest"] = next(iter(blob_files(index))).replace("blobs/", "").replace("/", ":", 1)
    entry["annotations"] = {"org.opencontainers.image.ref.name": "app"}
    return write_directory(directory, layout_files([entry], small_app(), ARM) | blob_files(index))


async def test_another_platform_is_chosen_by_its_pull_and_the_cursor_stays_on_its_path(tmp_path):
    name = f"oci:{two_platforms(tmp_path / 'layout')}:app"
    async with browsing(ImageLocation(name)) as (app, pilot):
        await until(pilot, lambda: app.session.is_complete)
        app.browser.find_path(b"etc/passwd")
        await show(app, pilot, "P")
        text = pane_text(app, "content")
        assert [line.split()[-2] for line in text.splitlines()[3:5]] == ["linux/amd64", "linux/arm64/v8"]
        assert "linux/s390x" in text
        await pilot.press("enter")
        assert "shown already" in screen_text(app)
        await pilot.press("down", "Y")
        assert app.clipboard == ARM.digest
        await pilot.press("enter")
        await until(pilot, lambda: str(app.session.image and app.session.image.platform) == "linux/arm64/v8")
        await until(pilot, lambda: app.session.is_complete)
        assert app.browser.files.cursor_path == b"etc/passwd"
        assert app.browser.state.layer == 1


async def test_an_image_without_an_index_says_that_it_is_for_one_platform():
    async with exploring(small_app()) as (app, pilot):
        await show(app, pilot, "P")
        assert "the image is for linux/amd64 only" in pane_text(app, "content")


async def test_what_is_attached_is_shown_as_json_and_what_is_hostile_in_it_as_escapes(tmp_path):
    evil = attestation(IMAGE, {"predicate": {"name": "\x1b[31m[bold]\u202e"}}, "https://spdx.dev/Document")
    store = open_store(attested_layout(tmp_path / "layout", IMAGE, evil))
    async with exploring(IMAGE, source=store) as (app, pilot):
        await show(app, pilot, "A")
        assert pane_lines(app, "content")[3].endswith("attestation")
        await show(app, pilot, "enter")
        await pilot.press("end")
        assert r'"name": "\u001b[31m[bold]\u202e"' in screen_text(app)
        await show(app, pilot, "escape")
        assert "1 attachment in the index" in screen_text(app)


async def test_a_registry_is_asked_what_is_attached_to_the_image_and_its_index(fake_registry):
    fake_registry.serve(IMAGE)
    signature = build_image([[("payload", b"{}")]], layer_media_type="application/json")
    tag = f"{IMAGE.digest.replace(':', '-')}.sig"
    fake_registry.serve(signature, tag=tag)
    headers = {"Content-Type": signature.media_type, "Docker-Content-Digest": signature.digest}
    reply = Reply(headers=headers, body=signature.manifest_bytes)
    fake_registry.on("HEAD", f"/v2/app/manifests/{tag}", reply)
    async with browsing(ImageLocation.of(fake_registry.reference())) as (app, pilot):
        await until(pilot, lambda: app.session.is_complete)
        before = len(fake_registry.requests)
        await show(app, pilot, "I", "R")
        assert len(fake_registry.requests) == before
        await show(app, pilot, "A")
        assert "signature" in pane_lines(app, "content")[3]
        await show(app, pilot, "enter")
        assert "1 attachment" not in screen_text(app)
        assert signature.manifest["config"]["digest"][:30] in screen_text(app)
        await pilot.press("ctrl+y")
        assert app.clipboard == f"layerscope manifest {fake_registry.host}/app:latest@{signature.digest}"


async def test_a_store_that_fails_is_said_in_the_page_and_the_tree_lives_on(attested):
    store, blobs = attested
    for blob in blobs:
        blob.unlink()
    async with exploring(IMAGE, source=store) as (app, pilot):
        await show(app, pilot, "A")
        await show(app, pilot, "enter")
        assert "sha256" in pane_text(app, "content")
        await pilot.press("escape", "escape", "down")
        assert app.browser.files.cursor_path == b"a"


async def test_of_two_images_the_dockerfile_is_that_of_b():
    before = small_app(LAYERS[:1], STEPS[:1])
    async with comparing(before, small_app()) as (app, pilot):
        await show(app, pilot, "R")
        assert pane_lines(app, "content")[0].strip("─ ").startswith("Dockerfile of B")
        await pilot.press("end", "enter")
        assert app.session.place(app.browser.state.layer) == (app.session, 2)


async def test_the_dockerfile_finds_rest_at_every_width():
    """A wider margin makes more rows, so a scrollbar that takes a cell must not change the margin."""
    commands = [("RUN /bin/sh -c " + "x" * 50, True)] * 13
    async with exploring(small_app([], commands), size=(80, 24)) as (app, pilot):
        await show(app, pilot, "R")
        pane, widths = app.explorer.pane, set()
        for width in range(62, 76):
            await pilot.resize_terminal(width, 24)
            await pilot.pause()
            widths.add(pane.scrollable_content_region.width - width)
            assert pane.virtual_size.height == pane.line_count + 1
    assert len(widths) == 1

"""Marks: marked paths and layers, what they save, and the plan."""

from threading import current_thread

from layerscope.insight.savings import find_savings
from layerscope.report import plan as plan_module
from support.browsers import exported
from support.images import build_image
from support.memory_source import MemorySource
from support.screens import exploring, listing_of, pane_lines, screen_lines, screen_text, until
from support.small_app import small_app
from support.tars import file

STEPS = [{"created_by": command} for command in ("ADD file:1 in /", "COPY build /app # buildkit", "RUN rm -r /app")]
LAYERS = (
    [file("base/lib", b"b" * 3000)],
    [file("app/model", b"m" * 50_000), file("app/run", b"r" * 2000), file("etc/x", b"x" * 100)],
    [file("app/.wh.model"), file("app/run", b"s" * 2000)],
)


def marked_app(**more):
    return build_image(LAYERS, STEPS, compress=lambda tar: tar, **more)


def header(app):
    return " ".join(screen_lines(app)[0].split())


def marks_of_layers(app):
    lines = (line.lstrip("┃ ") for line in pane_lines(app, "layers")[2:5])
    return "".join(line[1] for line in lines).replace("*", "=")


async def saves(pilot, app, words):
    await until(pilot, lambda: app.session.saved is not None)
    assert words in header(app), header(app)


async def test_a_marked_path_has_a_sign_and_the_header_says_what_dropping_it_saves():
    async with exploring(marked_app(), size=(140, 30)) as (app, pilot):
        await pilot.press("J", "tab", "j", "space")
        await saves(pilot, app, "1 marked: saves 52.0 kB, 54.3 kB pull")
        assert [line[1] for line in pane_lines(app, "files")[2:7]] == [" ", "●", "●", "●", " "]
        await pilot.press("j", "space")
        await until(pilot, lambda: "this is marked already, with /app" in screen_text(app))
        await pilot.press("k", "space")
        await until(pilot, lambda: "marked" not in header(app))


async def test_a_removed_path_is_marked_as_what_the_lower_layer_ships():
    async with exploring(marked_app(), size=(140, 30)) as (app, pilot):
        await pilot.press("end", "tab", "j", "j", "space")
        assert app.browser.files.cursor_path == b"app/model"
        await saves(pilot, app, "1 marked: saves 50.0 kB")


async def test_a_marked_layer_and_a_path_in_it_count_once():
    async with exploring(marked_app(), size=(140, 30)) as (app, pilot):
        await pilot.press("J", "space", "tab", "j", "space")
        await saves(pilot, app, "2 marked: saves 52.1 kB")
        assert marks_of_layers(app) == " ● "
        await pilot.press("escape")
        assert "marked" not in header(app)
        assert "live" in header(app)


async def test_a_row_of_waste_is_marked_as_its_dead_versions_and_a_row_of_the_list_as_its_version():
    async with exploring(marked_app(), size=(140, 30)) as (app, pilot):
        await pilot.press("w")
        await until(pilot, lambda: listing_of(app))
        await pilot.press("space")
        await saves(pilot, app, "1 marked: saves 50.0 kB")
        assert pane_lines(app, "listing")[2].startswith("●")
        await pilot.press("U", "w", "J", "v")
        await until(pilot, lambda: listing_of(app))
        await pilot.press("2", "down", "space")
        await saves(pilot, app, "1 marked: saves 2.00 kB")


async def test_a_saving_is_marked_and_is_in_the_plan(monkeypatch):
    async with exploring(marked_app(), size=(140, 30)) as (app, pilot):
        copied = []
        monkeypatch.setattr(app, "copy_to_clipboard", copied.append)
        await pilot.press("W")
        await until(pilot, lambda: listing_of(app))
        await pilot.press("space")
        await saves(pilot, app, "1 marked: saves 50.0 kB")
        assert pane_lines(app, "listing")[2].startswith("●")
        await pilot.press("down", "space")
        await saves(pilot, app, "2 marked: saves 52.0 kB")
        await pilot.press("e")
        await until(pilot, lambda: copied)
        await pilot.press("space", "up", "space")
        await until(pilot, lambda: "marked" not in header(app))
    assert "Save files written again by a later layer: saves 2.00 kB unpacked, 2.00 kB of it wasted" in copied[0]
    assert "  layer 1: COPY build /app\n  write the files once: layer 2 replaces what layer 1 ships" in copied[0]


async def test_a_squashed_range_saves_what_dies_within_it():
    async with exploring(marked_app(), size=(140, 30)) as (app, pilot):
        await pilot.press("Q")
        await until(pilot, lambda: "m starts one, Q marks it" in screen_text(app))
        await pilot.press("J", "m", "J", "Q")
        await saves(pilot, app, "1 marked: saves 52.0 kB")
        assert marks_of_layers(app) == " =="


async def test_the_plan_is_copied_with_paths_layers_and_the_change_of_the_build(monkeypatch):
    async with exploring(marked_app(), size=(140, 30)) as (app, pilot):
        copied, threads = [], []
        monkeypatch.setattr(app, "copy_to_clipboard", copied.append)
        monkeypatch.setattr(
            plan_module, "find_savings", lambda account: threads.append(current_thread().name) or find_savings(account)
        )
        await pilot.press("e")
        await until(pilot, lambda: "nothing is marked; space marks a path or a layer" in screen_text(app))
        await pilot.press("J", "tab", "j", "space", "1", "home", "space", "J", "m", "J", "Q")
        await until(pilot, lambda: app.session.saved is not None)
        await pilot.press("e")
        await until(pilot, lambda: copied)
        await until(pilot, lambda: "copied the plan: 3 marks, saves 55.0 kB" in screen_text(app))
    assert threads == ["planner"]
    (plan,) = copied
    assert plan.startswith("localhost:5000/app:latest: saves 55.0 kB unpacked, 52.0 kB of it wasted, about ")
    assert "Drop /app: saves 52.0 kB unpacked, 52.0 kB of it wasted" in plan
    assert "layer 1: COPY build /app" in plan
    assert "layer 1 creates them, layer 2 deletes them" in plan
    assert "Drop layer 0: saves 3.00 kB unpacked" in plan
    assert "Squash layers 1 to 2: saves 52.0 kB unpacked" in plan


async def test_marked_paths_are_saved_together(tmp_path):
    async with exploring(marked_app(), size=(140, 30)) as (app, pilot):
        await pilot.press("J", "tab", "end", "space", "J", "home", "j", "j", "space", "x")
        await until(pilot, lambda: "2 marked paths" in screen_text(app))
        app.screen.query_one("Input").value = str(tmp_path)
        await pilot.press("enter")
        await until(pilot, lambda: "2 files written to" in screen_text(app))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model", "x"]


async def test_marks_wait_for_all_layers_and_leave_out_a_pull_that_is_unknown():
    source = MemorySource(marked_app())
    gate = source.hold(0)
    async with exploring(None, source=source, loaded=False, size=(140, 30)) as (app, pilot):
        await until(pilot, lambda: "reading 2 of 3" in screen_lines(app)[-1])
        await pilot.press("J", "space")
        assert "1 marked, reading" in header(app)
        gate.set()
        await until(pilot, lambda: app.session.is_complete)
        await saves(pilot, app, "1 marked: saves 52.1 kB, 5")
        app.session.image = exported(app.session.image)
        await pilot.press("J", "space")
        await saves(pilot, app, "2 marked: saves 54.1 kB")
        assert "pull" not in header(app)


async def test_what_cannot_be_marked_says_so():
    async with exploring(small_app(), size=(140, 30)) as (app, pilot):
        await pilot.press("down", "space")
        await until(pilot, lambda: "this step made no layer" in screen_text(app))
        await pilot.press("u")
        await until(pilot, lambda: listing_of(app))
        await pilot.press("space")
        await until(pilot, lambda: "this row cannot be marked" in " ".join(screen_text(app).split()))

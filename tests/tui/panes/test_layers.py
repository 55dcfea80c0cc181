"""What the layers pane shows, and what choosing a layer does."""

import pytest

from layerscope.insight.base import Base
from support.images import build_image
from support.screens import exploring, names, pane_lines, pane_text, screen_lines, screen_text, until
from support.small_app import small_app


async def test_every_step_of_the_history_is_listed_with_sizes_and_instruction():
    async with exploring(small_app(), size=(160, 40)) as (app, _):
        lines = pane_lines(app, "layers")
    assert lines[1].split() == ["#", "pull", "size", "share", "instruction"]
    assert lines[2].split()[:1] == ["┃"]
    assert "12.0 kB" in lines[2]
    assert lines[2].endswith("ADD file:0d3f5a1b2c4e /")
    assert lines[3].split() == ["-", "CMD", '["bash"]']
    assert "RUN apt-get update && apt-ge" in lines[4]


async def test_choosing_a_layer_shows_what_it_changed():
    async with exploring(small_app()) as (app, pilot):
        assert "Files: what layer 0 changed" in pane_lines(app, "files")[0]
        await pilot.press("down", "down")
        assert "Files: what layer 1 changed" in pane_lines(app, "files")[0]
        assert names(app)[:4] == ["/", "etc", "(content)", "usr/lib/jvm"]


async def test_a_step_without_a_layer_can_be_reached_and_read():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("down")
        assert "Step without a layer" in pane_lines(app, "details")[0]
        assert 'CMD ["bash"]' in pane_text(app, "details")
        assert "Files: what layer 0 changed" in pane_lines(app, "files")[0]


async def test_layers_can_be_changed_from_the_files_pane():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("tab", "J", "J")
        assert "what layer 2 changed" in pane_lines(app, "files")[0]
        await pilot.press("K")
        assert "what layer 1 changed" in pane_lines(app, "files")[0]


@pytest.mark.parametrize("key", ["a", "ctrl+a"])
async def test_everything_up_to_a_layer(key):
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("down", "down", key)
        assert "all up to layer 1, changes after layer 0" in pane_lines(app, "files")[0]
        assert "bin → usr/bin" in pane_text(app, "files")
        await pilot.press("ctrl+l")
        assert "what layer 1 changed" in pane_lines(app, "files")[0]


async def test_a_marked_layer_and_the_selected_one_are_the_ends_of_a_range():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("J", "m", "J")
        assert "what layers 1 to 2 changed" in pane_lines(app, "files")[0]
        assert [line[:4] for line in pane_lines(app, "layers") if line.startswith("┃")] == ["┃ 1*", "┃  2"]
        await pilot.press("m")
        assert "what layer 2 changed" in pane_lines(app, "files")[0]


@pytest.mark.parametrize("count", [0, 1, 127, 500])
async def test_a_person_gets_to_the_last_of_any_number_of_layers(count):
    built = build_image([[(f"f{number}", b"1")] for number in range(count)])
    async with exploring(built) as (app, pilot):
        await pilot.press("end")
        rows = [line for line in pane_lines(app, "layers")[2:-1] if line]
        assert [line.split()[-1] for line in rows[-1:]] == [str(count - 1)][:count]
        assert count == 0 or f"what layer {count - 1} changed" in pane_lines(app, "files")[0]
        await pilot.press("home")
        assert count == 0 or "what layer 0 changed" in pane_lines(app, "files")[0]


async def test_the_same_layer_twice_is_two_rows():
    async with exploring(build_image([[("a", b"1")]] * 2)) as (app, _):
        rows = [line for line in pane_lines(app, "layers")[2:-1] if line]
    assert len(rows) == 2


async def test_a_squashed_image_is_one_layer_among_the_steps_of_its_history():
    steps = [{"created_by": f"RUN {number}", "empty_layer": True} for number in range(3)]
    async with exploring(build_image([[("a", b"1")]], history=[*steps, {"comment": "merge"}])) as (app, pilot):
        await pilot.press("end")
        assert "what layer 0 changed" in pane_lines(app, "files")[0]
        rows = [line for line in pane_lines(app, "layers")[2:-1] if line]
    assert len(rows) == 4


async def test_an_instruction_of_a_megabyte_is_shown_in_part():
    built = build_image([[("a", b"1")]], history=[{"created_by": "RUN \x1b[2J" + "x" * 1_000_000}])
    async with exploring(built) as (app, _):
        assert r"\x1b[2J" in pane_text(app, "details")


async def test_a_layer_that_the_history_does_not_tell_of_is_listed_all_the_same():
    built = build_image([[("a", b"1")], [("b", b"2")]], history=[{"created_by": "first"}])
    async with exploring(built) as (app, pilot):
        await pilot.press("end")
        assert "what layer 1 changed" in pane_lines(app, "files")[0]
        assert "no instruction is recorded" in pane_text(app, "details")


async def test_the_bar_of_a_layer_shows_its_live_and_its_dead_share():
    async with exploring(small_app(), size=(160, 40)) as (app, _):
        lines = pane_lines(app, "layers")
    assert "━━━━━━━╌╌╌ " in lines[4]
    assert " ╸   " in lines[6]


async def test_the_layers_are_sorted_by_size_and_by_waste_and_the_cursor_keeps_its_layer():
    async with exploring(small_app(), size=(160, 40)) as (app, pilot):

        def numbers():
            return [line.lstrip("┃ ").split()[0] for line in pane_lines(app, "layers")[2:-1] if line]

        await pilot.press("s")
        assert numbers()[:3] == ["1", "0", "2"]
        assert "by size" in pane_lines(app, "layers")[-1]
        assert app.browser.state.layer == 0
        await pilot.press("up")
        assert app.browser.state.layer == 1
        await pilot.press("s", "s", "s")
        assert numbers()[:1] == ["0"]
        assert app.browser.state.layer == 1


@pytest.mark.parametrize(
    ("text", "layer"), [("2", 2), ("openjdk", 1), ("RM -RF /VAR", 2), ("rm -rf", 1), ("9", 0), ("no such text", 0)]
)
async def test_a_number_or_a_part_of_the_instruction_leads_to_a_layer(text, layer):
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("L")
        app.screen.query_one("Input").value = text
        await pilot.press("enter")
        await pilot.pause()
        assert app.browser.state.layer == layer
        if layer == 0:
            await until(pilot, lambda: "no layer has this number, or this text" in " ".join(screen_text(app).split()))


async def test_the_same_text_again_leads_to_the_next_layer_that_has_it():
    async with exploring(small_app()) as (app, pilot):
        layers = []
        for _ in range(3):
            await pilot.press("L")
            app.screen.query_one("Input").value = "rm -rf"
            await pilot.press("enter")
            await pilot.pause()
            layers.append(app.browser.state.layer)
    assert layers == [1, 2, 1]


async def test_b_marks_the_layer_at_which_the_base_ends_and_shows_both_shares():
    async with exploring(small_app(), size=(160, 40)) as (app, pilot):
        await pilot.press("b")
        text = pane_text(app, "layers")
        assert "base ends here: ADD file" in text
        assert "base 12.0 kB, mine 70.0 kB" in text
        await pilot.press("b")
        assert "base" not in screen_text(app)


async def test_the_base_that_is_known_without_a_request_is_marked_until_the_user_says_otherwise():
    base = Base("debian:12\x1b[m", 1, "name")
    async with exploring(small_app(), size=(170, 60), known_base=lambda _image: base) as (app, pilot):
        await until(pilot, lambda: "base 12.0 kB | mine 70.0 kB" in screen_lines(app)[0])
        assert "base ends here: ADD file" in pane_text(app, "layers")
        await pilot.press("i", "i")
        await until(pilot, lambda: "debian:12\\x1b[m: 1 layer, as the image says" in pane_text(app, "details"))
        await pilot.press("1", "b")
        assert "base 12.0 kB" not in screen_text(app)


async def test_the_shares_of_the_base_and_mine_stand_in_the_line_on_top_if_there_is_room():
    async with exploring(small_app(), size=(150, 40)) as (app, pilot):
        await pilot.press("b")
        assert "base 12.0 kB | mine 70.0 kB" in screen_lines(app)[0]
    async with exploring(small_app(), size=(60, 20)) as (app, pilot):
        await pilot.press("b")
        assert "mine" not in screen_lines(app)[0]
        await pilot.press("down", "b")
        assert "this step made no layer" in screen_text(app)

"""What is on the screen while an image loads, and when it does not."""

import random
import re

from layerscope.errors import NotFound, TransportError
from layerscope.tui.panes.files import merger
from support.chunked import estargz
from support.images import build_image
from support.memory_source import MemorySource
from support.screens import comparing, exploring, pane_lines, pane_text, screen_lines, screen_text, until
from support.small_app import small_app
from support.tars import file, tar


async def test_layers_and_history_are_there_before_any_layer_is_read():
    source = MemorySource(small_app())
    for number in range(3):
        source.hold(number)
    async with exploring(None, source=source, loaded=False) as (app, pilot):
        await until(pilot, lambda: "CMD" in pane_text(app, "layers"))
        assert "reading 0 of 3" in screen_lines(app)[-1]
        assert "still reading layer 0" in pane_lines(app, "files")[0]
        assert "reading the layer" in pane_text(app, "files")
        assert "not read yet" in pane_text(app, "details")


async def test_the_tree_fills_as_layers_come():
    source = MemorySource(small_app())
    gate = source.hold(1)
    async with exploring(None, source=source, loaded=False) as (app, pilot):
        await until(pilot, lambda: "passwd" in pane_text(app, "files") and "reading 2 of 3" in screen_lines(app)[-1])
        await pilot.press("J")
        assert "still reading layer 1" in pane_lines(app, "files")[0]
        gate.set()
        await until(pilot, lambda: app.session.is_complete)
        assert "(content)" in pane_text(app, "files")
        assert "reading" not in screen_lines(app)[-1]


async def test_an_image_that_cannot_be_opened_is_told_with_its_hint_and_the_way_on():
    source = MemorySource(small_app(), error=NotFound("`app:[b]v9` is not there", hint="`layerscope tags app` lists"))
    async with exploring(None, source=source, loaded=False) as (app, pilot):
        await until(pilot, lambda: "[b]v9" in screen_text(app))
        assert "hint: `layerscope tags app` lists" in screen_text(app)
        assert "r retry" in screen_text(app)
        source._error = None
        await pilot.press("r")
        await until(pilot, lambda: app.session.is_complete)
        assert "passwd" in pane_text(app, "files")


async def test_leaving_an_image_that_cannot_be_opened_is_trouble():
    source = MemorySource(small_app(), error=NotFound("not there"))
    async with exploring(None, source=source, loaded=False) as (app, pilot):
        await until(pilot, lambda: "not there" in screen_text(app))
        await pilot.press("q")
        await until(pilot, lambda: app.return_value)
    assert [problem.message for problem in app.return_value.problems] == ["not there"]


async def test_a_layer_that_breaks_is_told_and_the_others_are_shown():
    source = MemorySource(small_app())
    source.fail(1)
    async with exploring(None, source=source, size=(160, 50)) as (app, pilot):
        assert "truncated" in pane_lines(app, "layers")[4]
        await pilot.press("J")
        assert "the connection broke" in pane_text(app, "details")
        assert "the layer could not be read: the connection broke" in pane_text(app, "files")


async def test_leaving_an_image_with_a_damaged_layer_names_it():
    source = MemorySource(small_app())
    source.fail(1)
    async with exploring(None, source=source) as (app, pilot):
        await pilot.press("q")
        await until(pilot, lambda: app.return_value)
    assert [problem.message for problem in app.return_value.problems] == ["layer 1 is truncated: the connection broke"]


async def test_an_interrupt_while_layers_are_read_is_told_and_afterwards_is_a_way_to_leave():
    source = MemorySource(small_app())
    source.hold(0)
    async with exploring(None, source=source, loaded=False) as (app, pilot):
        await until(pilot, lambda: app.session.image)
        await pilot.press("ctrl+c")
        await until(pilot, lambda: app.return_value)
    assert [problem.message for problem in app.return_value.problems] == ["interrupted"]
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("ctrl+c")
        await until(pilot, lambda: app.return_value)
    assert app.return_value.problems == ()


async def test_while_a_layer_is_not_there_no_total_is_told_as_if_it_were_the_whole():
    source = MemorySource(small_app())
    source.fail(1)
    async with exploring(None, source=source, size=(160, 50)) as (app, pilot):
        header = screen_lines(app)[0]
        assert header.endswith("incomplete: layer 1 is truncated")
        assert not any(word in header for word in ("size", "live", "wasted"))
        await pilot.press("i", "i")
        assert "incomplete  layer 1 is truncated" in pane_text(app, "details")
        assert not any(word in pane_text(app, "details") for word in ("all  ", "live", "wasted"))
        await pilot.press("r")
        await until(pilot, lambda: app.session.is_complete)
        assert all(word in screen_lines(app)[0] for word in ("size", "live", "wasted"))
        assert "incomplete" not in screen_text(app)


async def test_while_a_layer_is_read_again_the_figures_of_the_others_are_gone():
    source = MemorySource(small_app())
    source.fail(1)
    async with exploring(None, source=source, size=(160, 50)) as (app, pilot):
        gate = source.hold(1)
        await pilot.press("r")
        await until(pilot, lambda: "reading 2 of 3" in screen_lines(app)[-1])
        assert not any(word in screen_lines(app)[0] for word in ("incomplete", "size", "live"))
        gate.set()
        await until(pilot, lambda: app.session.is_complete)


async def test_a_comparison_says_which_layer_is_not_there_unless_it_lies_above():
    source = MemorySource(small_app())
    source.fail(1)
    async with exploring(None, source=source, size=(160, 50)) as (app, pilot):
        assert "is truncated" not in pane_lines(app, "files")[0]
        for title in ("what layer 1 changed", "what layer 2 changed"):
            await pilot.press("J")
            assert f"Files: {title} · layer 1 is truncated" in pane_lines(app, "files")[0]


async def test_the_details_tell_only_what_is_known_beside_a_layer_that_is_not_there():
    source = MemorySource(small_app())
    source.fail(1)
    async with exploring(None, source=source, size=(160, 80)) as (app, pilot):
        assert "live        unknown: layer 1 is truncated" in pane_text(app, "details")
        assert "added" in pane_text(app, "details")
        await pilot.press("J")
        text = pane_text(app, "details")
        assert "the connection broke" in text
        assert "truncated" in text
        assert not any(line.startswith(("size", "changes", "live")) for line in text.splitlines())
        await pilot.press("J")
        assert "changes     unknown: layer 1 is truncated" in pane_text(app, "details")


async def test_the_versions_of_a_path_are_not_told_as_if_all_were_known():
    source = MemorySource(small_app())
    source.fail(1)
    async with exploring(None, source=source, size=(160, 80)) as (app, pilot):
        await pilot.press("tab", "j", "j")
        assert "incomplete  layer 1 is truncated" in pane_text(app, "details")


async def test_bytes_below_a_layer_that_is_not_there_are_not_drawn_as_live():
    source = MemorySource(small_app())
    source.fail(1)
    async with exploring(None, source=source, size=(160, 50)) as (app, _):
        layers = pane_lines(app, "layers")
    assert "━" not in layers[2]
    assert "╸" in layers[6]


async def test_a_layer_that_is_read_is_shown_while_a_lower_one_arrives_and_the_title_says_so():
    source = MemorySource(small_app())
    gate = source.hold(0)
    async with exploring(None, source=source, loaded=False, size=(160, 40)) as (app, pilot):
        await until(pilot, lambda: len(app.session.contents) == 2 and app.session.stack is not None)
        await pilot.press("J", "J")
        await until(pilot, lambda: "passwd" in pane_text(app, "files"))
        assert "still reading layer 0" in pane_lines(app, "files")[0]
        gate.set()


async def test_in_40_columns_a_layer_that_is_not_there_is_told_in_a_word():
    source = MemorySource(small_app())
    source.fail(1)
    async with exploring(None, source=source, size=(48, 24)) as (app, pilot):
        await pilot.press("tab", "J", "J", "a")
        await pilot.pause()
        assert "Files: up to 2, after 0 · incomplete ─" in pane_lines(app, "files")[0]
        await pilot.press("ctrl+l")
        assert "Files: layer 2 · layer 1 is truncated" in pane_lines(app, "files")[0]


async def test_why_a_layer_failed_is_told_over_as_many_lines_as_it_takes():
    source = MemorySource(small_app())
    source.fail(
        1, message="`registry.example:5000` did not answer: the connection was refused, and so was the next one"
    )
    async with exploring(None, source=source, size=(80, 24)) as (app, pilot):
        await pilot.press("J")
        words = " ".join(pane_text(app, "files").split())
    assert "did not answer: the connection was refused, and so was the next one" in words


async def test_quitting_closes_the_source():
    source = MemorySource(small_app())
    source.hold(0)
    async with exploring(None, source=source, loaded=False) as (app, pilot):
        await until(pilot, lambda: app.session.image)
        await pilot.press("q")
        await until(pilot, lambda: app.return_value)
    assert source.closed.is_set()
    assert app.return_value.problems == ()


async def test_a_failed_layer_is_read_again_without_leaving():
    source = MemorySource(small_app())
    source.fail(1)
    async with exploring(None, source=source) as (app, pilot):
        assert "1 layer failed, r retries" in screen_lines(app)[-1]
        await pilot.press("r")
        await until(pilot, lambda: not app.session.unread)
        await pilot.press("J")
        await until(pilot, lambda: "(content)" in pane_text(app, "files"))
        assert "failed" not in screen_lines(app)[-1]


async def test_a_layer_of_which_nothing_came_is_told_as_failed_and_can_be_read_again(monkeypatch):
    source = MemorySource(small_app())
    good = source.open

    def refuse(descriptor, span=None):
        if str(descriptor.digest) == source.built.manifest["layers"][1]["digest"]:
            raise TransportError("`host` hung up")
        return good(descriptor, span)

    monkeypatch.setattr(source, "open", refuse)
    async with exploring(None, source=source) as (app, pilot):
        assert "1 layer failed, r retries" in screen_lines(app)[-1]
        monkeypatch.setattr(source, "open", good)
        await pilot.press("r")
        await until(pilot, lambda: app.session.is_complete and not app.session.unread)


async def test_a_layer_is_listed_by_its_table_until_the_user_wants_it_to_be_read():
    chunked = estargz([file("etc/motd", b"hello\n"), file("noise", random.Random(2).randbytes(1_200_000))])
    source = MemorySource(chunked.image([tar(file("below", b"1"))]))
    async with exploring(None, source=source, uses_tables=True) as (app, pilot):
        assert re.search(r"fetched \S+ B of 1.20 MB, r reads all", screen_lines(app)[-1])
        await pilot.press("J")
        await until(pilot, lambda: "motd" in pane_text(app, "files"))
        assert "listed by its table of contents" in " ".join(pane_text(app, "details").split())
        assert "layer 1 is only listed by its table of contents" in app.session.stack.ownership.problems[0]
        await pilot.press("r")
        await until(pilot, lambda: app.session.is_complete and not app.session.listed)
        await until(pilot, lambda: "verified" in pane_text(app, "details"))
        await until(pilot, lambda: not app.session.stack.entries.chunks)
        assert "fetched" not in screen_lines(app)[-1]


async def test_a_query_for_packages_names_the_layer_that_is_only_listed():
    chunked = estargz([file("etc/motd", b"hello\n"), file("noise", random.Random(2).randbytes(1_200_000))])
    async with exploring(None, source=MemorySource(chunked.image()), uses_tables=True, size=(80, 24)) as (app, pilot):
        await pilot.press("slash", *"pkg:curl", "enter")
        await until(
            pilot, lambda: "layer 0 is only listed, so packages may be missing; r reads all" in screen_text(app)
        )
        await pilot.press("r")
        await until(pilot, lambda: app.session.is_complete and "only listed" not in screen_text(app))


async def test_two_images_are_compared_by_what_was_read():
    chunked = estargz([file("noise", random.Random(2).randbytes(1_200_000))])
    async with comparing(small_app(), chunked.image(), uses_tables=True) as (app, _pilot):
        assert not any(image.listed for image in app.session.images)


async def test_reading_is_stopped_and_goes_on():
    source = MemorySource(small_app())
    gate = source.hold(2)
    async with exploring(None, source=source, loaded=False) as (app, pilot):
        await until(pilot, lambda: len(app.session.contents) == 2)
        await pilot.press("S")
        gate.set()
        await until(pilot, lambda: app.session.stopped)
        assert "reading stopped, r continues" in screen_lines(app)[-1]
        await pilot.press("r")
        await until(pilot, lambda: app.session.is_complete)
        assert "reading" not in screen_lines(app)[-1]


async def test_where_reading_was_stopped_nothing_says_that_it_goes_on():
    source = MemorySource(small_app())
    gate = source.hold(2)
    async with exploring(None, source=source, loaded=False, size=(160, 50)) as (app, pilot):
        await until(pilot, lambda: len(app.session.contents) == 2 and app.session.received.get(2))
        await pilot.press("J", "J", "w", "S")
        gate.set()
        await until(pilot, lambda: app.session.stopped)
        assert screen_lines(app)[0].endswith("incomplete: stopped, layer 2 not read")
        assert "stopped" in pane_lines(app, "layers")[6]
        assert "reading was stopped; r continues" in pane_text(app, "listing")
        await pilot.press("w", "i", "i")
        assert "Files: what layer 2 changed · stopped, layer 2 not read" in pane_lines(app, "files")[0]
        assert "reading was stopped; r continues" in pane_text(app, "files")
        assert "not read: reading was stopped" in pane_text(app, "details")
        assert not any(word in screen_text(app) for word in ("still reading", "reading the layer", "%"))


async def test_each_layer_shows_its_progress():
    source = MemorySource(small_app())
    gate = source.hold(1)
    async with exploring(None, source=source, loaded=False, size=(160, 40)) as (app, pilot):
        await until(pilot, lambda: len(app.session.contents) == 2)
        assert "──────" in pane_lines(app, "layers")[4]
        assert "──────" not in pane_lines(app, "layers")[2]
        gate.set()
        await until(pilot, lambda: app.session.is_complete)


async def test_an_error_that_nobody_foresaw_in_a_worker_ends_the_explorer():
    import pytest

    source = MemorySource(small_app(), error=ZeroDivisionError("a fault"))
    with pytest.raises(ZeroDivisionError):
        async with exploring(None, source=source, loaded=False) as (app, pilot):
            await until(pilot, lambda: app.crash is not None)


async def test_the_selected_layer_is_fetched_next_and_shown_at_once_while_lower_ones_are_missing(monkeypatch):
    source = MemorySource(build_image([[(f"file{number}", b"1")] for number in range(8)]))
    gates = [source.hold(number) for number in range(7)]
    monkeypatch.setattr(merger, "PATIENCE_AN_ENTRY", 1000)
    monkeypatch.setattr(merger, "MOST_PATIENCE", 1000)
    async with exploring(None, source=source, loaded=False) as (app, pilot):
        await until(pilot, lambda: len(source.opened) == 3)
        await pilot.press("end")
        gates[0].set()
        await until(pilot, lambda: "file7" in pane_text(app, "files"))
        assert "what layer 7 changed · still reading" in pane_lines(app, "files")[0]
        await pilot.press("tab", "down")
        assert "incomplete  still reading" in pane_text(app, "details")
        await pilot.press(*["K"] * 7)
        await until(pilot, lambda: "file0" in pane_text(app, "files"))


async def test_reading_continues_with_the_layers_that_are_missing_and_keeps_those_that_are_there():
    source = MemorySource(small_app())
    gate = source.hold(2)
    async with exploring(None, source=source, loaded=False) as (app, pilot):
        await until(pilot, lambda: "reading 2 of 3" in screen_lines(app)[-1])
        await pilot.press("S")
        gate.set()
        await until(pilot, lambda: "reading stopped" in screen_lines(app)[-1])
        await pilot.press("r")
        await until(pilot, lambda: app.session.is_complete)
    digests = [layer["digest"] for layer in source.built.manifest["layers"]]
    assert [source.opened.count(digest) for digest in digests] == [1, 1, 2]


async def test_the_sizes_of_a_part_of_a_layer_have_a_sign_that_the_details_explain():
    noise = random.Random(1).randbytes(100_000)
    source = MemorySource(build_image([[("a/below", b"1" * 700)], [("a/b", b"1" * 600), ("a/big", noise), ("z", b"")]]))
    digest = source.built.manifest["layers"][1]["digest"]
    source.built.blobs[digest] = source.built.blobs[digest][:50_000]
    async with exploring(None, source=source, size=(150, 40)) as (app, pilot):
        assert re.search(r"1 +100 kB +101 kB\+ truncated", pane_lines(app, "layers")[3])
        assert "700 B " in pane_lines(app, "files")[2]
        await pilot.press("end")
        assert "+ after a size: the layer has more" in joined(pane_text(app, "details"))
        await pilot.press("tab")
        assert re.search(r"101 kB\+ .* a$", pane_lines(app, "files")[3])
        assert "600 B " in pane_lines(app, "files")[4]
        assert "it may be more, because layer 1 is truncated" in joined(pane_text(app, "details"))
        await pilot.press("v")
        await until(pilot, lambda: "101 kB+" in pane_lines(app, "listing")[0])
        await pilot.press("v", "a")
        assert "101 kB? " in pane_lines(app, "files")[2]


def joined(text):
    return " ".join(text.split())

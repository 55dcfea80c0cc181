"""Looking for paths."""

import pytest
from textual.events import Key
from textual.keys import _character_to_key as character_to_key

from layerscope.filesystem.change import Change
from support.screens import exploring, find_bar_of, names, pane_lines, pane_text, screen_lines, screen_text, until
from support.small_app import small_app


async def type_in(pilot, app, text):
    await pilot.press("slash")
    await pilot.press(*text)
    await until(pilot, lambda: not app.browser.is_searching)


def status(app):
    return screen_lines(app)[-2]


async def test_if_nothing_matches_nothing_is_selected():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("tab", "slash", *"zzzz", "enter")
        await until(pilot, lambda: "no path matches" in pane_text(app, "files"))
        await pilot.press("y")
        await until(pilot, lambda: "no path is selected" in screen_text(app))
        assert app.clipboard == ""
        await pilot.press("x")
        assert app.screen is app.explorer


async def test_only_matches_and_the_directories_above_them_are_shown_as_one_types():
    async with exploring(small_app()) as (app, pilot):
        await type_in(pilot, app, "pass")
        assert names(app) == ["/", "etc", "passwd"]
        assert "1 of 1" in status(app)
        assert "matching text pass" in pane_lines(app, "files")[-1]


async def test_a_directory_that_matches_brings_its_contents_closed():
    async with exploring(small_app()) as (app, pilot):
        await type_in(pilot, app, "etc")
        assert names(app) == ["/", "etc"]
        await pilot.press("enter", "right")
        assert names(app) == ["/", "etc", "hosts", "passwd", "shadow"]


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("*sh*", "glob", ["shadow", "bash"]),
        ("etc/*s*", "glob", ["hosts", "passwd", "shadow"]),
        ("tc/pas", "text", ["passwd"]),
        ("HOSTS", "text", []),
        ("Hosts", "text", []),
    ],
)
async def test_text_and_globs_are_told_apart(text, kind, found):
    async with exploring(small_app()) as (app, pilot):
        await type_in(pilot, app, [{"*": "asterisk", "/": "slash"}.get(char, char) for char in text])
        assert status(app).strip().startswith(kind)
        assert [name for name in names(app) if name in ("bash", "hosts", "passwd", "shadow")] == found


async def test_a_regular_expression_is_asked_of_the_whole_path():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("slash", "ctrl+t")
        await pilot.press(*"tc", "full_stop", *"pa")
        await until(pilot, lambda: not app.browser.is_searching)
        assert status(app).strip().startswith("regex")
        assert names(app) == ["/", "etc", "passwd"]


async def test_the_find_bar_says_what_kind_of_pattern_it_takes_before_anything_is_typed():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("slash")
        await until(
            pilot,
            lambda: (
                status(app).startswith(" find") and "text, glob, >10M, mode:suid; ctrl+t for a regex" in status(app)
            ),
        )
        await pilot.press("ctrl+t")
        await until(pilot, lambda: status(app).startswith(" regex") and "ctrl+t for text or a glob" in status(app))
        await pilot.press("ctrl+t")
        await until(pilot, lambda: status(app).startswith(" find") and "text, glob" in status(app))


async def test_what_is_typed_already_is_read_as_the_other_kind_of_pattern():
    async with exploring(small_app()) as (app, pilot):
        await type_in(pilot, app, ["s", "full_stop", "a"])
        assert "nothing found" in status(app)
        await pilot.press("ctrl+t")
        await until(pilot, lambda: "1 of" in status(app))
        await pilot.press("d")
        assert find_bar_of(app).text == "s.ad"


async def test_a_search_that_is_given_up_leaves_no_kind_of_pattern_behind():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("slash", "ctrl+t", "s", "escape", "slash")
        await until(pilot, lambda: status(app).startswith(" find"))


async def test_regular_expressions_can_be_looked_for_from_any_pane():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("ctrl+t", "dollar_sign")
        await until(pilot, lambda: status(app).startswith(" regex  $"))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("(", "missing ), unterminated subpattern"),
        ("[a", "unterminated character set"),
        ("(?<=a+)", "look-behind requires fixed-width pattern"),
        ("a(?i)", "global flags not at the start of the expression"),
    ],
)
async def test_what_is_wrong_with_a_regular_expression_is_shown_in_full_at_once(text, problem):
    async with exploring(small_app(), size=(80, 24)) as (app, pilot):
        await pilot.press("slash", "ctrl+t")
        for char in text:
            app.post_message(Key(character_to_key(char), char))
        await until(pilot, lambda: status(app).endswith(f" {problem}"))


async def test_nothing_found_is_said_with_the_way_back():
    async with exploring(small_app()) as (app, pilot):
        await type_in(pilot, app, "nosuch")
        assert "nothing found" in status(app)
        assert "no path matches `nosuch`; esc shows all again" in pane_text(app, "files")
        await pilot.press("escape")
        assert "passwd" in names(app)


async def test_a_search_that_is_given_up_while_it_is_typed_stays_given_up():
    async with exploring(small_app()) as (app, pilot):
        for key in ("slash", "s", "h", "enter", "escape"):
            app.post_message(Key(key, key if len(key) == 1 else None))
        await until(pilot, lambda: find_bar_of(app) and not find_bar_of(app).display)
        await pilot.pause()
        assert app.browser.state.search is None


async def test_n_goes_from_match_to_match_and_round():
    async with exploring(small_app()) as (app, pilot):
        await type_in(pilot, app, "s")
        count = app.browser.tree.match_count
        await pilot.press("enter")
        seen = []
        for _ in range(count):
            seen.append(app.browser.state.cursor)
            await pilot.press("n")
        assert len(set(seen)) == count
        assert app.browser.state.cursor == seen[0]
        await pilot.press("N")
        assert app.browser.state.cursor == seen[-1]


async def test_a_search_stays_when_the_layer_changes():
    async with exploring(small_app()) as (app, pilot):
        await type_in(pilot, app, "passwd")
        await pilot.press("enter", "J", "J")
        assert names(app)[-1].endswith("(mode)")
        await pilot.press("escape")
        assert "matching" not in pane_lines(app, "files")[-1]


async def test_the_part_of_a_name_that_matches_is_marked():
    async with exploring(small_app()) as (app, pilot):
        await type_in(pilot, app, "ssw")
        segments = [segment for strip in app.screen._compositor.render_strips() for segment in strip]
        marked = {segment.style.bgcolor for segment in segments if segment.text == "ssw"}
        plain = {segment.style.bgcolor for segment in segments if segment.text == "pa"}
        assert marked
        assert marked.isdisjoint(plain)


async def test_next_change_goes_to_the_next_changed_path():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("J", "J", "tab", "c", "right_square_bracket")
        assert app.browser.state.cursor == b"etc/passwd"
        await pilot.press("right_square_bracket")
        assert app.browser.state.cursor == b"etc/shadow"
        await pilot.press("left_square_bracket")
        assert app.browser.state.cursor == b"etc/passwd"


@pytest.mark.parametrize("sorting", [(), ("s",), ("s", "s")])
async def test_next_change_follows_the_order_of_the_open_tree(sorting):
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("J", "tab", *sorting, "E")
        tree = app.browser.tree
        changed = tree.rows[tree.compared.comparison.changes[tree.rows] > Change.UNMODIFIED]
        expected = [tree.compared.stack.nodes.path(int(node)) for node in changed]
        await pilot.press("home", "C")
        seen = []
        for _ in expected:
            await pilot.press("right_square_bracket")
            seen.append(app.browser.state.cursor)
        assert seen == expected
        await pilot.press("C", "E")
        for path in reversed(expected[:-1]):
            await pilot.press("left_square_bracket")
            assert app.browser.state.cursor == path


async def test_the_directories_above_a_changed_path_are_opened():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("J", "tab", "C")
        assert "hosts" not in pane_text(app, "files")
        await pilot.press("right_square_bracket")
        assert "hosts" in pane_text(app, "files")
        assert "/etc/hosts" in pane_text(app, "details")


async def test_changes_that_are_hidden_are_passed_by():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("J", "tab", "C", "tilde", "right_square_bracket")
        assert app.browser.state.cursor == b"usr/lib/jvm"


async def test_next_version_goes_to_the_layers_that_wrote_a_path():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("tab")
        app.browser.state.cursor = b"etc/passwd"
        await pilot.press("full_stop")
        assert "what layer 2 changed" in pane_lines(app, "files")[0]
        await pilot.press("comma")
        assert "what layer 0 changed" in pane_lines(app, "files")[0]


async def test_a_few_letters_lead_to_a_path():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("colon", *"jav")
        await until(pilot, lambda: app.screen._list.paths)
        assert "/usr/lib/jvm/java" in "\n".join(screen_lines(app))
        await pilot.press("enter")
        await pilot.pause()
        assert "what layer 1 changed" in pane_lines(app, "files")[0]
        assert app.browser.files.cursor_path == b"usr/lib/jvm/java"


async def test_going_to_a_path_can_be_given_up():
    async with exploring(small_app()) as (app, pilot):
        await pilot.press("colon", "escape")
        assert app.screen is app.explorer


def press_text(text):
    """The keys that type a text."""
    return [character_to_key(char) for char in text]


async def ask(pilot, app, text):
    await type_in(pilot, app, press_text(text))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (">11k", ["/", "usr/bin", "bash"]),
        ("etc !pass >8", ["/", "etc", "hosts"]),
        ("type:l", ["/", "bin → usr/bin"]),
        ("owner:1000:100", ["/", "etc", "hosts"]),
        ("fate:deleted", ["/", "etc", "shadow"]),
        ("/^/usr/.*sh$/", ["/", "usr/bin", "bash"]),
    ],
)
async def test_all_words_and_fields_of_a_query_must_hold(query, found):
    async with exploring(small_app()) as (app, pilot):
        await ask(pilot, app, query)
        assert names(app) == found
        assert status(app).strip().startswith("regex" if query.startswith("/") else "query")


async def test_fields_mean_the_version_that_is_shown():
    async with exploring(small_app()) as (app, pilot):
        await ask(pilot, app, "passwd layer:2")
        assert "none here, 1 in layer 2" in status(app)
        await pilot.press("enter", "J", "J")
        assert names(app)[-1] == "(mode)"
        await pilot.press("m", "K", "K")
        assert "1 of 1" in status(app)


async def test_a_wrong_word_is_named_below_the_line_and_what_was_found_before_stays():
    async with exploring(small_app(), size=(80, 24)) as (app, pilot):
        await ask(pilot, app, "etc ")
        await ask_more(pilot, app, ">x")
        assert status(app).strip() == "`>x`: a size is, for example, 10M, 1.5G or 64Ki"
        assert screen_lines(app)[-3].strip().startswith("query  etc >x")
        assert "1 of 1" in screen_lines(app)[-3]
        assert names(app) == ["/", "etc"]
        assert "matching text etc ─" in pane_lines(app, "files")[-1]
        await pilot.press(*["backspace"] * 2)
        await until(pilot, lambda: "1 of 1" in status(app))


async def ask_more(pilot, app, text):
    await pilot.press(*press_text(text))
    await until(pilot, lambda: not app.browser.is_searching)


async def test_a_search_that_was_given_up_leaves_nothing_behind_for_a_wrong_word():
    async with exploring(small_app()) as (app, pilot):
        await ask(pilot, app, "passwd")
        await pilot.press("escape")
        await ask(pilot, app, ">x")
        assert "a size is" in status(app)
        assert "hosts" in names(app)


async def test_matches_in_other_layers_are_counted_beside_those_that_are_shown():
    async with exploring(small_app()) as (app, pilot):
        await ask(pilot, app, "passwd")
        assert "1 of 1, 1 more in layer 2" in status(app)


async def test_an_empty_tree_names_the_words_that_emptied_it_and_where_they_match():
    async with exploring(small_app(), size=(160, 40)) as (app, pilot):
        await ask(pilot, app, "usr >40k")
        assert "nothing here matches `>40k`, but 2 in layer 1; esc shows all again" in pane_text(app, "files")
        await ask_more(pilot, app, " nosuch")
        assert "no path matches `>40k` and `nosuch`; esc shows all again" in pane_text(app, "files")


async def test_each_part_of_a_name_that_a_word_matches_is_marked():
    async with exploring(small_app()) as (app, pilot):
        await ask(pilot, app, "pa wd")
        segments = [segment for strip in app.screen._compositor.render_strips() for segment in strip]
        colour = {segment.text: segment.style.bgcolor for segment in segments}
        assert colour["pa"] == colour["wd"] != colour["ss"]

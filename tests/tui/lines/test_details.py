"""The details of a layer, a path, the image and a tag, as lines."""

from layerscope.errors import NotFound
from layerscope.tui.lines.gap import Gap
from layerscope.tui.lines.image_details import image_details
from layerscope.tui.lines.layer_details import step_details
from layerscope.tui.lines.path_details import path_lines
from layerscope.tui.lines.problem_lines import one_sentence, problem_lines
from layerscope.tui.lines.screen_lines import header_line
from layerscope.tui.lines.spans import plain
from support.browsers import browser_of, exported
from support.small_app import small_app
from support.tars import symlink

WIDTH = 70


def text(lines):
    return "\n".join(plain(line).rstrip() for line in lines)


def of_step(browser, step):
    return text(step_details(browser.session, browser.history[step], WIDTH))


def of_path(browser, path, incomplete=""):
    browser.state.expansion.set_below(b"", opened=True)
    browser.state.cursor = path
    browser.view_changed()
    return text(path_lines(browser.files.cursor_details, incomplete, WIDTH))


def of_image(browser, limit=""):
    session = browser.session
    return text(image_details(session.image, session.whole_accounting, Gap.of(session).incomplete, limit, WIDTH))


def test_a_layer_has_its_instruction_in_lines_its_blob_and_the_fate_of_its_bytes():
    lines = of_step(browser_of(), 2)
    assert lines.startswith("RUN apt-get update\n  && apt-get install -y openjdk\n  && rm -rf /tmp/*\n")
    assert "status      verified" in lines
    assert " added, 1 modified" in lines
    assert "wasted      20.0 kB deleted by layer 2" in lines


def test_no_detail_shows_bytes_that_an_engine_exported_as_those_of_a_pull():
    browser = browser_of()
    browser.session.image = exported(browser.session.image)
    unknown = "pull        unknown: the layers were exported without compression"
    assert unknown in of_step(browser, 2)
    assert unknown in of_image(browser)
    assert "to pull" not in of_image(browser)
    assert "of the pull" not in of_image(browser)
    assert " pull" not in text([header_line(browser.session, 120)])
    browser.state.expansion.set_below(b"", opened=True)
    for path in (b"etc", b"etc/passwd"):
        browser.state.cursor = path
        browser.view_changed()
        assert unknown in text(path_lines(browser.files.cursor_details, "", WIDTH, pull_known=False))


def test_a_step_without_a_layer_says_so():
    assert "layer       none: this step only sets metadata" in of_step(browser_of(), 1)


def test_what_hangs_on_a_missing_layer_is_not_known():
    browser = browser_of(broken=[1])
    assert "live        unknown: layer 1 is truncated" in of_step(browser, 0)
    assert "changes     unknown: layer 1 is truncated" in of_step(browser, 4)
    broken = of_step(browser, 2)
    assert "the connection broke" in broken
    assert "changes" not in broken


def test_a_layer_that_was_not_read_says_why():
    assert "not read: reading was stopped" in of_step(browser_of(unread=[1]), 2)


def test_a_file_has_its_attributes_and_its_versions():
    lines = of_path(browser_of(layer=2), b"etc/passwd")
    assert "path        /etc/passwd" in lines
    assert "mode        -rw-------  0600" in lines
    assert "  layer   0     11 B  overwritten by layer 2" in lines
    assert "▸ layer   2     11 B  live" in lines


def test_a_directory_has_the_sizes_of_what_is_below_it_and_no_hash():
    lines = of_path(browser_of(layer=2), b"var/lib/apt/lists")
    assert "removed     20.0 kB below it" in lines
    assert "wasted      20.0 kB, in versions below it that are not live" in lines
    assert "xxh3" not in lines


def test_the_versions_beside_a_missing_layer_are_incomplete_and_the_waste_is_left_out():
    lines = of_path(browser_of(layer=2), b"var/lib/apt/lists", incomplete="layer 1 is truncated")
    assert "incomplete  layer 1 is truncated" in lines
    assert "wasted" not in lines


def test_hostile_names_are_escaped():
    hostile = "\x1b[2J\u202e"
    browser = browser_of(small_app(layers=([symlink(hostile, hostile)],), steps=(("COPY", False),)))
    lines = of_path(browser, hostile.encode())
    assert lines.count(r"\x1b[2J\u202e") == 2
    assert lines.replace("\n", "").isprintable()


def test_the_image_has_its_config_and_the_fate_of_all_bytes():
    browser = browser_of(small_app(config={"Entrypoint": ["java"], "Env": ["A=\x1b"], "Labels": {"k": "v"}}))
    lines = of_image(browser, limit="to 100 in 6 h")
    for expected in ("entrypoint  java", r"A=\x1b", "k=v", "pulls       limited to 100 in 6 h", "deleted     20.0 kB"):
        assert expected in lines


def test_an_image_that_is_not_whole_has_no_account():
    lines = of_image(browser_of(broken=[1]))
    assert "incomplete  layer 1 is truncated" in lines
    assert "wasted" not in lines


def test_an_error_has_its_hint_apart_or_in_one_row():
    error = NotFound("no \x1b", hint="try `x`")
    assert text(problem_lines(error, WIDTH)) == "no \\x1b\n\nhint: try `x`"
    assert one_sentence(error) == r"no \x1b; try `x`"

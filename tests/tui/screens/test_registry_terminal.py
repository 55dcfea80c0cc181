"""Lists of a registry in the installed program, on a real terminal."""

import base64
import socket

import pytest

from support.fake_registry import Reply
from support.images import build_image
from support.tmux import terminal


def assert_clean(screen):
    assert screen.mode("alternate_on") == "0"
    assert screen.mode("mouse_any_flag") == "0"
    assert screen.mode("cursor_flag") == "1"


@pytest.mark.real("tmux")
def test_a_registry_is_explored_down_to_an_image_and_left(own_registry):
    own_registry.push(build_image(), "terminal/app", "v1")
    with terminal(f"{own_registry.host}/") as screen:
        screen.look_for("Repositories", "terminal/app")
        screen.type("/", "terminal", "Enter", "Enter")
        screen.look_for("v1", "linux/amd64")
        screen.type("Enter")
        screen.look_for("hello.txt")
        screen.type("BSpace", "BSpace")
        screen.look_for("matching text terminal")
        screen.type("q")
        screen.look_for("ENDED WITH 0")
        assert_clean(screen)


@pytest.mark.real("tmux")
@pytest.mark.parametrize(("key", "code"), [("q", 0), ("C-c", 2)])
@pytest.mark.parametrize("location", ["", "/", "/app/"])
def test_the_terminal_is_clean_when_a_silent_registry_is_given_up(key, code, location):
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        terminal(f"127.0.0.1:{server.getsockname()[1]}{location}") as screen,
    ):
        screen.look_for("asking the registry")
        screen.type(key)
        screen.look_for(f"ENDED WITH {code}")
        assert_clean(screen)


@pytest.mark.real("tmux")
@pytest.mark.parametrize("location", ["/", "/app:latest"])
def test_a_password_on_standard_input_leaves_the_keyboard_to_the_explorer(fake_registry, tmp_path, location):
    def with_login(reply):
        challenge = Reply(401, headers={"WWW-Authenticate": 'Basic realm="r"'})
        login = base64.b64encode(b"me:pass word").decode()
        return lambda request: reply if request.headers.get("authorization") == f"Basic {login}" else challenge

    image = build_image()
    headers = {"Content-Type": image.media_type}
    fake_registry.serve(image)
    fake_registry.on("GET", "/v2/_catalog", with_login(Reply(body=b'{"repositories": ["app"]}')))
    manifest = with_login(Reply(body=image.manifest_bytes, headers=headers))
    fake_registry.on("GET", "/v2/app/manifests/latest", manifest)
    (tmp_path / "password").write_text("pass word\n")
    login = ("--username", "me", "--password-stdin")
    with terminal(f"{fake_registry.host}{location}", *login, stdin=tmp_path / "password") as screen:
        screen.look_for("Repositories" if location == "/" else "hello.txt", "app")
        screen.type("?")
        screen.look_for("esc closes")
        screen.type("Escape")
        screen.look_until(lambda lines: not any("esc closes" in line for line in lines))
        screen.type("q")
        screen.look_for("ENDED WITH 0")
        assert_clean(screen)


@pytest.mark.real("tmux")
def test_ctrl_c_leaves_the_question_for_a_name_too(fake_registry):
    with terminal(f"{fake_registry.host}/") as screen:
        screen.look_for("does not list its repositories", "Open from")
        screen.type("C-c")
        screen.look_for("ENDED WITH 2")
        assert_clean(screen)


@pytest.mark.real("tmux")
def test_a_list_is_drawn_in_ascii_if_the_locale_has_nothing_else(fake_registry):
    with terminal(f"{fake_registry.host}/app/", LANG="C") as screen:
        lines = screen.look_for("has no repository `app`")
        assert all(line.isascii() for line in lines)

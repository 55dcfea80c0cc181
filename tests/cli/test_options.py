"""Each option that several commands share has an effect on every command that has it."""

import inspect
import io
import random
from pathlib import Path

import click
import pytest

from layerscope.cli.command_table import COMMANDS
from layerscope.cli.main import layerscope
from layerscope.errors import LayerscopeError
from layerscope.insight.rules import RULES
from layerscope.oci import media_types
from support.chunked import estargz
from support.images import build_image, build_index
from support.local_images import layout_files, named, write_directory
from support.tars import file

PARAMETERS = {name: {parameter.name for parameter in entry.load().params} for name, entry in COMMANDS.items()}
CONNECTION = {
    "plain_http",
    "insecure",
    "tls_verify",
    "ca_file",
    "username",
    "password_stdin",
    "creds",
    "authfile",
    "offline",
}
OUTPUT = {"as_json", "output", "format", "human", "no_trunc", "no_pager", "quiet", "verbose"}
WRITING = {"dry_run", "yes"}
GATE = {rule.name for rule in RULES}
PAIR = {"a", "b", "platform_a", "platform_b", "layer_a", "layer_b"}
SHARED = {"image", "platform", "foreign_layers", "no_cache", "whole", *OUTPUT, *CONNECTION}
FOREIGN = build_image([[("a", b"1")]])
FOREIGN_LAYER = {
    **FOREIGN.manifest["layers"][0],
    "mediaType": media_types.DOCKER_FOREIGN_LAYER_GZIP,
    "urls": ["http://store.example/layer"],
}


def having(option):
    return [name for name in sorted(PARAMETERS) if option in PARAMETERS[name]]


def other_image(tmp_path):
    """Another image than the one that a test serves."""
    image = build_image([[("other", b"2")]])
    return f"oci:{write_directory(tmp_path / 'other', layout_files([named(image, 'other')], image))}"


def arguments(name, image, tmp_path):
    """A run of the command on the image that succeeds if the image is there and has the file `a`."""
    digest = FOREIGN_LAYER["digest"]
    more = {
        "blob": [digest, "--force", "--output", tmp_path / "blob"],
        "cat": ["a"],
        "find": ["a"],
        "blame": ["a"],
        "extract": ["a", "--force", "--output", tmp_path / "out"],
        "tag": [":new"],
        "copy": [f"{image}-copy"],
        "delete": ["--yes"],
        "diff": [other_image(tmp_path)],
    }
    if name == "push":
        return ["push", f"oci:{tmp_path}/layout", image]
    if name in ("tags", "catalog"):
        return [name, image.rpartition(":")[0] if name == "tags" else image.partition("/")[0]]
    return [name, image, *more.get(name, [])]


@pytest.mark.parametrize("name", COMMANDS)
def test_an_option_is_an_argument_of_the_command_or_one_that_this_file_checks(name):
    own = set(inspect.signature(inspect.unwrap(COMMANDS[name].load().callback)).parameters)
    shared = SHARED | (WRITING if "writing" in own else set()) | (GATE if "rules" in own else set())
    shared |= PAIR if "pair" in own else set()
    assert PARAMETERS[name] <= own | shared


def options(command, names):
    """Each option of a command and of its members, with the words that a variable has after LAYERSCOPE."""
    for option in command.params:
        if isinstance(option, click.Option):
            yield (*names, max(option.opts, key=len).removeprefix("--")), option
    for name, member in getattr(command, "commands", {}).items():
        yield from options(member, (*names, name))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_set_by_a_variable_with_its_command_and_its_own_name(name, monkeypatch):
    for words, option in options(layerscope.get_command(None, name), (name,)):
        variable = "_".join(("LAYERSCOPE", *words)).replace("-", "_").upper()
        monkeypatch.setenv(variable, "value")
        assert option.resolve_envvar_value(click.Context(click.Command("x"))) == "value", variable
        monkeypatch.delenv(variable)


@pytest.mark.parametrize("option", ["platform", *sorted(CONNECTION), "foreign_layers", "no_cache", "verbose"])
def test_one_variable_sets_a_shared_option_for_all_commands_but_that_of_a_command_goes_first(option, monkeypatch):
    variable = f"LAYERSCOPE_{option.upper()}"
    monkeypatch.setenv(variable, "all")
    monkeypatch.setenv(variable.replace("LAYERSCOPE", "LAYERSCOPE_LAYERS"), "own")
    for name in having(option):
        shared = next(parameter for parameter in layerscope.get_command(None, name).params if parameter.name == option)
        value = shared.resolve_envvar_value(click.Context(click.Command("x")))
        assert value == ("own" if name == "layers" else "all")


def test_a_variable_with_a_wrong_value_is_named(cli, app, monkeypatch):
    monkeypatch.setenv("LAYERSCOPE_FIND_LIMIT", "many")
    outcome = cli("find", app.name, "x")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("error: invalid value for `LAYERSCOPE_FIND_LIMIT`: `many` is not a whole number\n")


@pytest.mark.parametrize("name", [name for name in having("platform") if name not in ("demo", "push")])
def test_the_platform_is_that_of_an_image_of_the_index(cli, fake_registry, tmp_path, name):
    image = build_image()
    index = build_index(image.descriptor(platform={"os": "linux", "architecture": "amd64"}))
    fake_registry.serve(image)
    fake_registry.serve_manifest(index, media_types.OCI_INDEX)
    outcome = cli(*arguments(name, str(fake_registry.reference()), tmp_path), "--platform", "linux/s390x")
    assert outcome.code == 2
    assert "linux/s390x" in outcome.err


@pytest.mark.parametrize("name", having("foreign_layers"))
def test_foreign_layers_are_looked_for_at_their_addresses_if_the_user_says_so(cli, fake_registry, tmp_path, name):
    image = build_image([[("a", b"1")]], manifest={"layers": [FOREIGN_LAYER]})
    fake_registry.serve(image)
    fake_registry.on("GET", f"/v2/app/blobs/{FOREIGN_LAYER['digest']}")
    command = arguments(name, str(fake_registry.reference()), tmp_path)
    assert cli(*command) != cli(*command, "--foreign-layers")


@pytest.mark.parametrize("name", having("no_cache"))
def test_the_cache_is_not_written_if_the_user_says_so(cli, fake_registry, tmp_path, monkeypatch, name):
    monkeypatch.setenv("LAYERSCOPE_CACHE_DIR", str(tmp_path / "cache"))
    fake_registry.serve(build_image([[("a", b"1")]]))
    command = arguments(name, str(fake_registry.reference()), tmp_path)
    cli(*command, "--no-cache")
    assert not any(Path(tmp_path / "cache").rglob("*"))
    cli(*command)
    assert any(Path(tmp_path / "cache").rglob("*"))


@pytest.mark.parametrize("name", having("whole"))
def test_a_layer_with_a_table_of_contents_is_read_whole_if_the_user_says_so(cli, fake_registry, tmp_path, name):
    chunked = estargz([file("a", b"1"), file("noise", random.Random(1).randbytes(1_200_000))])
    fake_registry.serve(chunked.image())
    command = arguments(name, str(fake_registry.reference()), tmp_path)
    asked = []
    for more in ([], ["--whole", "--no-cache"]):
        fake_registry.requests.clear()
        cli(*command, *more)
        layer = chunked.descriptor()["digest"]
        asked.append(
            None in [request.headers.get("range") for request in fake_registry.requests if layer in request.path]
        )
    assert asked == [False, True]


@pytest.mark.parametrize("name", having("username"))
def test_the_options_of_the_connection_reach_the_client(cli, layout, tmp_path, monkeypatch, name):
    layout(app=build_image())
    seen = []

    def connect(options, _listener, logins, *, read_only, auth_file):  # noqa: ARG001 - the signature of `connect`
        seen.append((options, logins, auth_file))
        raise LayerscopeError("no network")

    monkeypatch.setattr("layerscope.registry.connect.connect", connect)
    monkeypatch.setattr("sys.stdin", io.StringIO("secret\n"))
    connection = ["--plain-http", "a:1", "--insecure", "b:2", "--ca-file", "ca.pem", "--username", "me"]
    (tmp_path / "logins").touch()
    connection += ["--authfile", tmp_path / "logins", "--tls-verify=false"]
    cli(*arguments(name, "reg.example/app:v1", tmp_path), *connection, "--password-stdin")
    ((options, logins, auth_file),) = seen
    assert (options.plain_http, options.ca_files) == ({"a:1"}, (Path("ca.pem"),))
    assert (options.insecure, auth_file) == ({"b:2", "reg.example"}, tmp_path / "logins")
    assert {domain: (login.username, login.password) for domain, login in logins.items()} == {
        "reg.example": ("me", "secret")
    }


@pytest.mark.parametrize("name", having("offline"))
def test_offline_asks_no_registry(cli, layout, fake_registry, tmp_path, name):
    layout(app=build_image())
    fake_registry.serve(build_image())
    outcome = cli(*arguments(name, str(fake_registry.reference()), tmp_path), "--offline")
    assert (outcome.code, fake_registry.requests) == (2, [])
    assert "`--offline`" in outcome.err

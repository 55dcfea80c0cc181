"""The help fits a terminal, describes each option once, and every example in it and in the README runs."""

import re
import shlex
from importlib import resources
from pathlib import Path

import click
import pytest

from layerscope.cli.command import Command, GroupedOption
from layerscope.cli.command_table import COMMANDS
from layerscope.cli.commands.help import TOPICS
from layerscope.cli.main import layerscope
from layerscope.survey.plan import Plan
from layerscope.survey.storage import Storage
from layerscope.survey.tables import write_tables
from support.fake_registry import Reply
from support.images import build_image
from support.keeping_registry import KeepingRegistry
from support.local_images import layout_files, named, write_directory
from support.tars import directory, file

README = Path(__file__).parents[2] / "README.md"
LOWEST = [
    *(directory(f"{name}/") for name in ("usr", "usr/lib", "etc")),
    file("etc/passwd", b"root\n"),
    file("etc/os-release", b"ID=none\n"),
]
IMAGE = build_image(
    [
        LOWEST,
        [file("etc/passwd", b"root\nuser\n")],
        [file("usr/lib/libc.so", b"#" * 1000)],
    ]
)
BASE = build_image([LOWEST])
OTHER = build_image([[file("etc/passwd", b"root\n")]])
WITHOUT_END_OR_ENGINE = ("demo", "build", "inspect docker-daemon:", "ci docker-daemon:")
"""These open the explorer's sample, wait, or need an engine; other tests run them."""
MAY_DIFFER = ("ci", "diff")


def commands(group, *names):
    """All commands by the words that run them."""
    for name in group.list_commands(None):
        found = group.get_command(None, name)
        yield (*names, name), found
        if isinstance(found, click.Group):
            yield from commands(found, *names, name)


ALL = dict(commands(layerscope))


def examples():
    """The examples in the help of commands, in topics and in the README, without what a shell does with their output."""
    texts = [example for command in ALL.values() if isinstance(command, Command) for example in command.examples]
    topics = resources.files("layerscope.cli").joinpath("topics")
    for text in (
        README.read_text(),
        *(topics.joinpath(f"{name}.txt").read_text() for name in TOPICS if name != "options"),
    ):
        texts += re.findall(r"(?:^\$? *|^ +- |`|entry: )layerscope ((?:[a-z]|IMAGE)[^`#\n]*)", text, re.MULTILINE)
    kept = (re.split(r" (?:\||\|\||>>?|&&) ", text)[0].split("  ")[0].strip() for text in texts)
    return [text for text in dict.fromkeys(kept) if is_command(text) and not text.startswith(WITHOUT_END_OR_ENGINE)]


def is_command(text):
    """Whether this is a whole command, and neither prose nor the name of a command."""
    first, *rest = text.split()
    return first == "IMAGE" or first in ("help", "version") or (first in COMMANDS and bool(rest))


@pytest.fixture
def words(tmp_path, monkeypatch):
    """What stands for the words in capitals: an image in a registry, another one in a layout, names and files."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    write_directory(tmp_path / "work" / "DIR", layout_files([named(IMAGE, "TAG")], IMAGE))
    write_directory(tmp_path / "other", layout_files([named(OTHER, "v2")], OTHER))
    write_directory(tmp_path / "base", layout_files([named(BASE, "v1")], BASE))
    write_tables(Storage.at(str(tmp_path / "survey")), Plan())
    with KeepingRegistry() as registry:
        registry.blobs.update({("app", digest): blob for digest, blob in IMAGE.blobs.items()})
        for target in ("latest", IMAGE.digest):
            registry.manifests["app", target] = IMAGE.media_type, IMAGE.manifest_bytes
        registry.on("GET", "/v2/_catalog", Reply(body=b'{"repositories": ["app"]}'))
        yield {
            "IMAGE": f"{registry.host}/app:latest",
            "IMAGE2": f"oci:{tmp_path}/other:v2",
            "BASE": f"oci:{tmp_path}/base:v1",
            "REPOSITORY": f"{registry.host}/app",
            "REGISTRY": registry.host,
            "DIGEST": IMAGE.digest,
            "OUT": str(tmp_path / "survey"),
            "TOPIC": "rules",
            "COMMAND": "ls",
        }


@pytest.mark.parametrize("example", examples())
def test_every_example_runs(cli, words, example):
    arguments = [re.sub(r"\b[A-Z]+2?\b", lambda word: words.get(word[0], word[0]), one) for one in shlex.split(example)]
    arguments = [word for word in arguments if word not in ("--index", "--source")]  # the image has neither
    outcome = cli(*arguments)
    assert outcome.code in ((0, 1) if arguments[0] in MAY_DIFFER else (0,)), outcome.err


@pytest.mark.parametrize("names", ALL, ids=" ".join)
def test_the_help_of_a_command_fits_80_columns_and_40_lines_and_has_an_example(cli, names):
    lines = cli(*names, "--help").lines
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 80
    assert isinstance(ALL[names], click.Group) or f"  layerscope {' '.join(names)}" in "\n".join(lines)


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_fits_80_columns(cli, topic):
    assert max(map(len, cli("help", topic).lines)) <= 81


@pytest.mark.parametrize("names", ALL, ids=" ".join)
def test_each_option_is_described_once_in_the_help_of_its_command_or_in_a_topic(cli, names):
    own, shared = cli(*names, "--help").out.partition("\nMore options")[::2]
    topics = cli("help", "options").out + cli("help", "rules").out
    for option in ALL[names].params:
        if isinstance(option, click.Option):
            text = topics if isinstance(option, GroupedOption) and option.group else own
            name = max((one for one in option.opts if one == one.lower()), key=len)
            described = re.findall(rf"^  (?:-\w, )?{name}\b(?!-)", text, re.MULTILINE)
            assert len(described) == 1, name
            assert text is own or name in shared


def test_help_shows_a_command_as_its_own_option_does_and_names_the_topics_if_there_is_none(cli):
    assert cli("help", "find").out == cli("find", "--help").out
    assert cli("help").out == cli("--help").out
    assert cli("help", "nothing").err.endswith(f"hint: the topics are {', '.join(TOPICS)}\n")
    assert all(topic in cli("help").out for topic in TOPICS)
    assert cli("version").out == cli("--version").out


def test_the_table_of_commands_is_grouped_in_the_help(cli):
    lines = cli("--help").lines
    for section in {entry.section for entry in COMMANDS.values()}:
        assert lines.count(section) == 1

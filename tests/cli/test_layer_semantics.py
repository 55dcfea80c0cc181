"""Small images, and the file systems that several runtimes make of them."""

import pytest
import xxhash

from layerscope.cli.image_request import ImageRequest
from layerscope.filesystem.nodes import ROOT
from support import extra_cases

DIRECTORY = "cases/layer-semantics"
ORACLE = extra_cases.document(f"{DIRECTORY}/oracle.json")
AUFS = ".wh..wh."
"""The prefix of aufs metadata. Runtimes unpack it as files, but it is not part of the file system, so it is hidden."""
AGREED = {
    case: made["umoci"]
    for case, made in ORACLE.items()
    if made["umoci"] == made["overlay"] == made["containers-storage"]
}
pytestmark = pytest.mark.extra_cases


def layout_of(case):
    return f"oci:{extra_cases.ROOT / DIRECTORY / case}"


def as_runtimes_tell(row, contents):
    """A row of `ls`, worded as in the oracle."""
    words = {"file": f"f:{contents[row['path']]}", "directory": f"d{row['mode'].lstrip('0')}"}
    return words.get(row["type"], f"-> {row['link']}")


def contents_of(name, texts):
    """The content of each file, found among the texts that it may have by its hash."""
    stack = ImageRequest(name).load().stack
    hashes = {xxhash.xxh3_64_intdigest(text.encode()): text for text in texts}
    versions, entries = stack.final.versions, stack.entries
    shown = [node for node in range(ROOT + 1, stack.nodes.count) if versions[node] >= 0]
    rows = {node: stack.versions.inodes[versions[node]] for node in shown}
    return {
        "/" + stack.nodes.path(node).decode(): hashes.get(int(entries.columns.content_hashes[row]))
        for node, row in rows.items()
    }


@pytest.mark.parametrize("case", sorted(AGREED))
def test_an_image_has_the_file_system_on_which_the_runtimes_agree(cli, case):
    expected = {path: state.partition(" n2")[0] for path, state in AGREED[case].items()}
    name = layout_of(case)
    contents = contents_of(name, {state[2:] for state in expected.values()})
    rows = {row["path"]: row for row in cli("ls", name, "-R", "--json").json}
    assert {path[1:]: as_runtimes_tell(row, contents) for path, row in rows.items()} == expected


@pytest.mark.parametrize("case", sorted(set(ORACLE) - set(AGREED)))
def test_an_image_that_the_runtimes_disagree_on_is_listed(cli, case):
    outcome = cli("ls", layout_of(case), "-R")
    assert outcome.code == 0
    assert outcome.lines
    assert not [line for line in outcome.lines if AUFS in line]

"""Which file versions a query matches."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from layerscope.filesystem.file_table import FileTable
from layerscope.filesystem.query import Query, QueryError
from layerscope.filesystem.stack import Stack
from support.layer_indexes import directory, file, hardlink, index_of, opaque, symlink, whiteout
from support.random_layers import images

LAYERS = (
    [
        directory("usr"),
        directory("usr/bin"),
        file("usr/bin/sudo", b"s" * 2000, mode=0o4755),
        file("usr/bin/wall", b"w" * 500, mode=0o2755, gid=5),
        file("usr/lib/libssl.so", b"l" * 3000, mtime=1_700_000_000),
        symlink("usr/lib/libssl.so.3", "libssl.so"),
        file("tmp/cache", b"c" * 9000),
        file("tmp/kept", b"k" * 10),
        directory("var/tmp", mode=0o1777),
    ],
    [
        whiteout("tmp/cache"),
        file("tmp/kept", b"n" * 20),
        file("usr/lib/libssl.so", b"l" * 3000, mtime=1_800_000_000),
        file("app/My File.txt", b"l" * 3000, uid=1000, gid=1000, mode=0o666),
        hardlink("app/linked", "app/My File.txt"),
        file("app/perl:any"),
    ],
)


@pytest.fixture(scope="module")
def table():
    return FileTable(Stack.of([index_of(layer) for layer in LAYERS]))


def found(table, text):
    """Path and layer of the versions that match."""
    versions = table.stack.versions
    matches = np.flatnonzero(Query.parse(text).matches(table))
    return {(table.stack.nodes.path(int(versions.nodes[one])).decode(), int(versions.born[one])) for one in matches}


def paths(table, text):
    return {path for path, _ in found(table, text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sudo", {"usr/bin/sudo"}),
        ("SUDO", set()),
        ("*.txt", {"app/My File.txt"}),
        ('"my file"', {"app/My File.txt"}),
        ('"my FILE"', set()),
        ('"My File"', {"app/My File.txt"}),
        (r"My\ File", {"app/My File.txt"}),
        ('"perl:any"', {"app/perl:any"}),
        ("/ss?l/ type:f", {"usr/lib/libssl.so"}),
        ("/usr/bin/", {"usr/bin/sudo", "usr/bin/wall", "usr/bin"}),
        ("mode:suid", {"usr/bin/sudo"}),
        ("mode:sgid", {"usr/bin/wall"}),
        ("mode:sticky", {"var/tmp"}),
        ("mode:ww type:f", {"app/My File.txt", "app/linked"}),
        ("mode:x", {"usr/bin/sudo", "usr/bin/wall"}),
        ("type:l", {"usr/lib/libssl.so.3"}),
        ("type:d bin", {"usr/bin"}),
        ("owner:1000", {"app/My File.txt", "app/linked"}),
        ("owner::5", {"usr/bin/wall"}),
        ("owner:root:5", {"usr/bin/wall"}),
        ("owner:1000:0", set()),
        ("ext:so", {"usr/lib/libssl.so"}),
        (">2999 <3001", {"usr/lib/libssl.so", "app/My File.txt", "app/linked"}),
        (">=9k", {"tmp/cache"}),
        ("size>8.5K", {"tmp/cache"}),
        (">8Ki", {"tmp/cache"}),
        ("<=500 >10 !type:d", {"usr/bin/wall", "tmp/kept"}),
        ("newer:2027-01-15", {"usr/lib/libssl.so"}),
        ("older:2027-01-15 newer:2023-11-14", {"usr/lib/libssl.so"}),
        ("fate:deleted", {"tmp/cache"}),
        ("fate:overwritten", {"tmp/kept", "usr/lib/libssl.so"}),
        ("wasted", {"tmp/kept", "tmp/cache", "usr/lib/libssl.so"}),
        ("dup", {"usr/lib/libssl.so", "app/My File.txt", "app/linked"}),
        ("change:removed", {"tmp/cache"}),
        ("change:modified", {"tmp/kept"}),
        ("change:touched", {"usr/lib/libssl.so"}),
        ("change:added layer:1 !type:d", {"app/My File.txt", "app/linked", "app/perl:any"}),
        ("layer:1 tmp", {"tmp/kept"}),
        ("layer:1 change:removed", {"tmp/cache"}),
        ("layer:0-1 cache", {"tmp/cache"}),
        ("b?n type:f", {"usr/bin/sudo", "usr/bin/wall"}),
        ("!/./", set()),
    ],
)
def test_a_query_matches_the_versions_for_which_every_word_holds(table, text, expected):
    assert paths(table, text) == expected


def test_a_query_tells_the_versions_of_one_path_apart(table):
    assert found(table, "kept fate:live") == {("tmp/kept", 1)}
    assert found(table, "kept fate:overwritten") == {("tmp/kept", 0)}


def test_a_query_without_words_matches_everything_but_the_root(table):
    matches = Query.parse("  ").matches(table)
    assert (~matches == (table.stack.versions.nodes == 0)).all()


@pytest.mark.parametrize(
    ("text", "word", "reason"),
    [
        (
            "a type:x",
            "type:x",
            "a type is f (file), d (directory), l (symlink), c (character device), b (block device) or p (fifo)",
        ),
        ("!mode:foo", "!mode:foo", "a mode is suid, sgid, sticky, ww (writable by all) or x (executable)"),
        ("typ:d", "typ:d", 'there is no field `typ`; to find the text, write `"typ:d"`'),
        (">10X", ">10X", "a size is, for example, 10M, 1.5G or 64Ki"),
        ("age>3", "age>3", "`age` has no size: use `>10M`, `size<1k` or `pull>1M`"),
        ("layer:x", "layer:x", "a layer is a number or a range, for example `layer:7` or `layer:3-5`"),
        ("newer:yesterday", "newer:yesterday", "a date is, for example, 2025-01-31"),
        ("owner:www", "owner:www", "an owner is `root` or a number, for example `owner:1000` or `owner:0:42`"),
        ("dup:x", "dup:x", 'there is no field `dup`; to find the text, write `"dup:x"`'),
        ("ext:", "ext:", "an extension is, for example, `ext:so`"),
        ("x /(/", "/(/", "it is not a regular expression: missing ), unterminated subpattern"),
    ],
)
def test_the_first_wrong_word_is_named_with_what_would_be_right(text, word, reason):
    with pytest.raises(QueryError) as caught:
        Query.parse(text)
    assert (caught.value.word, caught.value.reason) == (word, reason)


@given(st.text(st.sampled_from('ab/!"\\*?[]()<>=:.- kMtypemodelayerfate0139'), max_size=24))
def test_any_text_is_a_query_or_has_one_wrong_word(text):
    try:
        Query.parse(text)
    except QueryError as error:
        assert error.word in text  # noqa: PT017 - any text may also be right


@given(images)
def test_the_change_of_a_version_is_what_the_comparison_of_its_layer_says(layers):
    table = FileTable(Stack.of([index_of(layer) for layer in layers]))
    stack, versions = table.stack, table.stack.versions
    for layer in range(stack.layer_count):
        comparison = stack.changes_of(layer)
        visible = np.flatnonzero((versions.born == layer) & (versions.died > layer))
        assert (table.changes[visible] == comparison.changes[versions.nodes[visible]]).all()
        removed = np.flatnonzero(table.is_removed & (versions.died == layer))
        assert set(versions.nodes[removed].tolist()) == set(np.flatnonzero(comparison.changes == 5).tolist())


def test_an_opaque_directory_removes_what_the_layer_does_not_write_again():
    layers = [[file("d/a", b"1"), file("d/b", b"2")], [opaque("d"), file("d/a", b"3")]]
    table = FileTable(Stack.of([index_of(layer) for layer in layers]))
    assert paths(table, "change:removed") == {"d/b"}
    assert paths(table, "change:modified type:f") == {"d/a"}

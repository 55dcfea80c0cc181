"""Names are cleaned, and decide on the role of an entry."""

import pytest
from hypothesis import example, given, strategies as st

from layerscope.layers.layer_index import EntryFlag, EntryRole
from layerscope.layers.tar.names import MAX_NAME_SIZE, clean, clean_names, role_of

COMPONENT = st.sampled_from(
    [b"a", b"bin", b".", b"..", b"", b".hidden", b".wh.a", b".wh..wh.x", b"\xff", b"...", b"a.b"]
)
NAME = st.lists(COMPONENT, max_size=5).map(b"/".join)


@pytest.mark.parametrize(
    ("name", "path", "flags"),
    [
        (b"usr/bin/sh", b"usr/bin/sh", 0),
        (b"./usr/bin/", b"usr/bin", 0),
        (b"././a//b/./c", b"a/b/c", 0),
        (b"./", b"", 0),
        (b"/etc/passwd", b"etc/passwd", EntryFlag.ABSOLUTE),
        (b"../esc", b"esc", EntryFlag.ESCAPING),
        (b"a/../../esc", b"esc", EntryFlag.ESCAPING),
        (b"/..", b"", EntryFlag.ABSOLUTE | EntryFlag.ESCAPING),
        (b"a\xff\xfe", b"a\xff\xfe", 0),
        (b".../..a/b..", b".../..a/b..", 0),
    ],
)
def test_names_are_cleaned_below_the_root_and_flagged(name, path, flags):
    assert clean(name) == (path, flags)


@pytest.mark.parametrize(
    ("name", "role"),
    [
        (b"a/b", EntryRole.FILE),
        (b"a/.wh.b", EntryRole.WHITEOUT),
        (b".wh.b/", EntryRole.WHITEOUT),
        (b".wh..b", EntryRole.WHITEOUT),
        (b".wh....", EntryRole.WHITEOUT),
        (b"a/.wh..wh..opq", EntryRole.OPAQUE),
        (b".wh..wh..opq", EntryRole.OPAQUE),
        (b".wh..wh.aufs", EntryRole.HIDDEN),
        (b".wh..wh.plnk/1.2", EntryRole.HIDDEN),
        (b"a/.wh..wh.orph/.wh.b", EntryRole.HIDDEN),
        (b"a/.wh..wh..opq/b", EntryRole.HIDDEN),
        (b".wh.dir/file", EntryRole.FILE),
        (b"a.wh.b", EntryRole.FILE),
        (b"a/.wh", EntryRole.FILE),
        (b".wh.", EntryRole.INVALID),
        (b"a/.wh..", EntryRole.INVALID),
        (b"a/.wh...", EntryRole.INVALID),
        (b"", EntryRole.INVALID),
        (b"a\0b", EntryRole.INVALID),
        (b"d/" * 2048 + b"f", EntryRole.INVALID),
        (b"./" * 2048 + b"f", EntryRole.INVALID),
        (b"d/" * 2047 + b"f", EntryRole.FILE),
    ],
)
def test_roles_follow_the_last_component_of_the_name(name, role):
    assert role_of(name, clean(name)[0]) is role


@given(st.lists(NAME, min_size=1, max_size=6))
@example([b"a//"])
def test_names_of_a_batch_come_out_as_each_alone(names):
    batch = clean_names(names)

    assert list(batch.paths) == [clean(name)[0] for name in names]
    assert batch.flags.tolist() == [clean(name)[1] for name in names]
    assert batch.roles.tolist() == [role_of(name, clean(name)[0]) for name in names]
    assert batch.slashed.tolist() == [name.endswith(b"/") for name in names]


@given(st.lists(st.binary(max_size=12), max_size=4))
def test_a_name_of_any_bytes_keeps_to_its_row(names):
    assert list(clean_names(names).paths) == [clean(name)[0] for name in names]


def test_of_a_name_that_no_system_takes_only_the_beginning_is_kept():
    batch = clean_names([b"d/" * 500_000, b"other"])

    assert batch.paths.lengths().tolist() == [MAX_NAME_SIZE, 5]

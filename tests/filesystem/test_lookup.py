import pytest

from layerscope.filesystem.stack import Stack
from support.layer_indexes import directory, file, index_of, symlink, whiteout

TREE = [
    directory("usr"),
    directory("usr/bin"),
    file("usr/bin/sh"),
    symlink("bin", "usr/bin"),
    symlink("usr/up", "../usr/bin"),
    symlink("usr/out", "../../../usr/bin"),
    symlink("usr/rooted", "/usr/bin/sh"),
    symlink("loop", "loop"),
    symlink("dangling", "nowhere"),
    file("gone"),
]


@pytest.fixture(scope="module")
def find():
    stack = Stack.of([index_of(TREE), index_of([whiteout("gone")])])

    def find(path, layer=1, **options):
        node = stack.snapshot(layer).lookup(path, **options)
        return None if node is None else stack.nodes.path(node)

    return find


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (b"", b""),
        (b"/", b""),
        (b"usr/bin/sh", b"usr/bin/sh"),
        (b"/usr//bin/./sh", b"usr/bin/sh"),
        (b"/usr/bin/../bin/sh", b"usr/bin/sh"),
        (b"../../usr", b"usr"),
        (b"bin/sh", b"usr/bin/sh"),
        (b"usr/up/sh", b"usr/bin/sh"),
        (b"usr/out/sh", b"usr/bin/sh"),
        (b"usr/rooted", b"usr/bin/sh"),
    ],
)
def test_a_path_leads_where_it_leads_a_process_in_the_container(find, path, found):
    assert find(path) == found


@pytest.mark.parametrize("path", [b"nowhere", b"dangling", b"loop", b"loop/x", b"usr/bin/sh/x", b"gone", b"gone/x"])
def test_a_path_that_leads_nowhere_is_not_found(find, path):
    assert find(path) is None


def test_a_symlink_in_last_place_is_itself_if_it_is_not_to_be_followed(find):
    assert find(b"bin", follow=False) == b"bin"
    assert find(b"bin/", follow=False) == b"usr/bin"


def test_a_snapshot_below_the_deletion_still_has_the_file(find):
    assert find(b"gone", layer=0) == b"gone"

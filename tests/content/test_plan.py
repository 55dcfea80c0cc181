import pytest

from layerscope.content.plan import Plan, leads_out
from layerscope.errors import NotFound
from support.loaded import load_layers
from support.tars import Entry, directory, file, hardlink, symlink


@pytest.mark.parametrize(
    ("path", "target", "expected"),
    [
        (b"a", b"b", False),
        (b"a", b"./b/c", False),
        (b"d/a", b"../b", False),
        (b"a", b"..", True),
        (b"a", b"/b", True),
        (b"d/a", b"../../b", True),
        (b"d/a", b"x/../../..", True),
        (b"d/a", b"x/..", True),
        (b"d/e/a", b"../..", False),
        (b"d/a", b".././../x", True),
    ],
)
def test_a_symlink_that_climbs_too_high_or_climbs_again_leads_out(path, target, expected):
    assert leads_out(path, target) is expected


LAYERS = [
    [
        directory("d"),
        file("d/b", b"22"),
        file("d/a", b"1"),
        hardlink("d/h", "d/a"),
        symlink("l", "d"),
        file("e/f", b"333"),
    ],
    [file("d/c", b"4444"), file("d/.wh.b")],
]


def planned(path, layer=1, layers=LAYERS, **more):
    return Plan.of(load_layers(layers).stack.snapshot(layer), path, **more)


def files(plan):
    return {layer: [path for path, *_ in items] for layer, items in plan.files.items()}


def test_what_is_wanted_of_a_layer_is_in_the_order_of_its_tar():
    plan = planned(b"d", 0)
    assert files(plan) == {0: [b"d/b", b"d/a"]}
    assert (plan.hardlinks, [path for path, _ in plan.directories]) == ([(b"d/h", b"d/a")], [b"d"])


def test_a_snapshot_has_its_own_files_by_the_layers_that_hold_them():
    assert files(planned(b"/d")) == {0: [b"d/a"], 1: [b"d/c"]}


@pytest.mark.parametrize(
    ("path", "top"),
    [(b"d/a", b"a"), (b"/d/", b"d"), (b"l/a", b"a"), (b"l/", b"l"), (b"d/../d/.", b"d"), (b"l/..", None)],
)
def test_all_is_named_by_the_last_part_of_what_was_asked(path, top):
    tops = planned(path).tops
    assert tops == [top] if top else set(tops) == {b"d", b"e", b"l"}


def test_a_symlink_in_last_place_is_itself():
    plan = planned(b"l")
    assert [(path, target) for path, _, target in plan.symlinks] == [(b"l", b"d")]
    assert (plan.files, plan.directories) == ({}, [])


def test_of_the_root_all_that_is_in_it_is_planned():
    plan = planned(b"/")
    assert plan.tops == [b"d", b"e", b"l"]
    assert (plan.file_count, plan.size) == (3, 8)


@pytest.mark.parametrize(("path", "layer"), [(b"d/b", 1), (b"nothing", 1), (b"d/c", 0), (b"d/a/b", 1)])
def test_what_a_snapshot_does_not_have_is_not_found(path, layer):
    with pytest.raises(NotFound, match=f"is not in the image after layer {layer}"):
        planned(path, layer)


def test_skipped_entries_are_reported_by_kind_with_an_example():
    layers = [
        [
            Entry("dev/null", type=b"3"),
            Entry("dev/sda", type=b"4"),
            Entry("pipe", type=b"6"),
            hardlink("broken", "nothing"),
            symlink("out", "/etc/passwd"),
            symlink("in", "dev"),
        ]
    ]
    assert sorted(planned(b"/", 0, layers).notices.sentences()) == [
        "1 entry not written: broken hardlinks (first: `broken`)",
        "1 entry not written: symlinks that lead out of the directory (first: `out`)",
        "3 entries not written: devices and pipes (first: `dev/null`)",
    ]
    plan = planned(b"/", 0, layers, outward_links=True)
    assert [target for *_, target in plan.symlinks] == [b"dev", b"/etc/passwd"]

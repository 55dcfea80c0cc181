import errno
import os
import stat
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from layerscope.blobs.store import Span
from layerscope.content.extraction import extract
from layerscope.content.plan import Plan
from layerscope.content.target import TargetDirectory
from layerscope.errors import Cancelled, DamagedLayer, LayerscopeError, SourceError, VerificationError
from layerscope.loading import Cancellation
from support.loaded import load_layers
from support.tars import Entry, directory, file, hardlink, symlink, tar

BIG = bytes(range(256)) * 10_000
LAYERS = [
    [
        directory("d", 0o2750, mtime=1_500_000_000),
        file("d/file", b"one", mode=0o640, mtime=1_600_000_000),
        file("d/suid", b"#!", mode=0o6755),
        file("d/sticky", b"t", mode=0o1777),
        file("d/big", BIG),
        file("d/empty"),
        hardlink("d/hard", "d/big"),
        symlink("d/soft", "file", mtime=1_400_000_000),
        directory("d/closed", 0o555),
        file("d/closed/in", b"in", mode=0o400),
    ],
    [file("d/file", b"two"), file("d/new", b"new"), file("top", b"top")],
]


@pytest.fixture
def target(tmp_path):
    return tmp_path / "target"


def run(target, path=b"/", *, layer=None, layers=LAYERS, loaded=None, outward_links=False, **more):
    loaded = loaded or load_layers(layers)
    plan = Plan.of(
        loaded.stack.snapshot(loaded.stack.last if layer is None else layer), path, outward_links=outward_links
    )
    extract(plan, loaded.source, loaded.image, target, **more)
    return plan


def tree(path):
    """Everything below a directory: the content of files, the targets of symlinks, None for directories."""
    return {str(found.relative_to(path)): value_of(found) for found in path.rglob("*")}


def value_of(path):
    if path.is_symlink():
        return str(path.readlink())
    return None if path.is_dir() else path.read_bytes()


CLOSED = {"d/closed": None, "d/closed/in": b"in"}
COMMON = {"d": None, "d/suid": b"#!", "d/sticky": b"t", "d/big": BIG, "d/empty": b"", "d/hard": BIG, "d/soft": "file"}


def test_a_directory_is_written_with_all_that_is_in_it(target):
    run(target, b"/d")
    assert tree(target) == COMMON | CLOSED | {"d/file": b"two", "d/new": b"new"}


def test_an_older_layer_has_the_older_files(target):
    run(target, b"d", layer=0)
    assert tree(target) == COMMON | CLOSED | {"d/file": b"one"}


def test_the_root_is_written_to_the_directory_itself(target):
    run(target)
    assert {"top", "d"} == {path.name for path in target.iterdir()}


def test_modes_lose_the_bits_that_grant_rights_and_times_are_kept(target):
    run(target, layer=0)
    modes = {name: stat.S_IMODE((target / "d" / name).lstat().st_mode) for name in ("file", "suid", "sticky", "closed")}
    assert modes == {"file": 0o640, "suid": 0o755, "sticky": 0o777, "closed": 0o555}
    assert stat.S_IMODE((target / "d").stat().st_mode) == 0o750
    times = [(target / name).lstat().st_mtime for name in ("d", "d/file", "d/soft")]
    assert times == [1_500_000_000, 1_600_000_000, 1_400_000_000]


def test_hardlinks_are_hardlinks_again(target):
    run(target)
    assert (target / "d/big").samefile(target / "d/hard")


def refuse(number):
    def link(*_arguments, **_options):
        raise OSError(number, os.strerror(number))

    return link


@pytest.mark.parametrize("number", [errno.EPERM, errno.ENOTSUP])
def test_hardlinks_become_copies_if_the_file_system_has_none(target, monkeypatch, number):
    monkeypatch.setattr(os, "link", refuse(number))
    run(target)
    assert tree(target / "d") == tree_of("d", COMMON | CLOSED | {"d/file": b"two", "d/new": b"new"})
    assert not (target / "d/big").samefile(target / "d/hard")
    with pytest.raises(LayerscopeError, match="exists"):
        run(target)


def tree_of(top, files):
    return {name.removeprefix(f"{top}/"): data for name, data in files.items() if name != top}


def test_each_blob_is_read_once(target):
    loaded = load_layers(LAYERS)
    opened = []

    class Source:
        def open(self, descriptor, span=None):
            opened.append(descriptor)
            return loaded.source.open(descriptor, span)

    extract(Plan.of(loaded.stack.snapshot(1), b"/"), Source(), loaded.image, target)
    assert opened == [layer.descriptor for layer in loaded.image.layers]


def test_of_a_layer_that_is_stored_plain_the_span_from_the_first_file_to_the_last_is_read(target):
    files = {f"d/{name}": name.encode() * 1000 for name in "ab"}
    layer = [file("before", b"0" * 9000), directory("d"), *(file(*item) for item in files.items()), file("behind")]
    loaded = load_layers([layer], compress=bytes)
    spans = []

    class Store:
        def open(self, descriptor, span=None):
            spans.append(span)
            return loaded.source.open(descriptor, span)

    extract(Plan.of(loaded.stack.snapshot(0), b"/d"), Store(), loaded.image, target)
    first = loaded.built.tars[0].index(files["d/a"])
    assert spans == [Span(first, loaded.built.tars[0].index(files["d/b"]) + 1000 - first)]
    assert {path.name: path.read_bytes() for path in (target / "d").iterdir()} == {"a": b"a" * 1000, "b": b"b" * 1000}


@pytest.mark.parametrize("existing", ["file", "directory", "symlink", "dangling"])
def test_nothing_that_exists_is_replaced_nor_read_for(target, existing):
    target.mkdir()
    if existing == "file":
        (target / "top").write_bytes(b"mine")
    elif existing == "directory":
        (target / "top").mkdir()
    else:
        (target / "top").symlink_to("/dev/null" if existing == "symlink" else "nowhere")
    loaded = load_layers(LAYERS)
    loaded.source.fail(1)
    before = tree(target)
    with pytest.raises(LayerscopeError, match=r"`.*/target/top` already exists") as caught:
        run(target, b"top", loaded=loaded)
    assert "--force" in caught.value.hint
    assert tree(target) == before


def test_with_overwrite_files_are_replaced_and_directories_joined(target):
    run(target, b"d", layer=0)
    (target / "d" / "mine").write_bytes(b"mine")
    run(target, b"d", overwrite=True)
    assert tree(target) == COMMON | CLOSED | {"d/file": b"two", "d/new": b"new", "d/mine": b"mine"}


def test_with_overwrite_a_symlink_is_replaced_and_not_written_through(target, tmp_path):
    (tmp_path / "precious").write_bytes(b"precious")
    target.mkdir()
    (target / "top").symlink_to(tmp_path / "precious")
    run(target, b"top", overwrite=True)
    assert ((target / "top").read_bytes(), (target / "top").is_symlink()) == (b"top", False)
    assert (tmp_path / "precious").read_bytes() == b"precious"


@pytest.mark.parametrize("kind", ["symlink", "file"])
def test_only_directories_are_entered(target, tmp_path, kind):
    target.mkdir()
    (tmp_path / "elsewhere").mkdir()
    if kind == "symlink":
        (target / "d").symlink_to(tmp_path / "elsewhere")
    else:
        (target / "d").write_bytes(b"")
    with pytest.raises(
        LayerscopeError,
        match=r"`.*/target/d` cannot be written: it is a file or a symlink, or below one, and must be a directory",
    ):
        run(target, b"d", overwrite=True)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_directory_in_the_place_of_a_file_stays(target):
    (target / "top" / "inner").mkdir(parents=True)
    with pytest.raises(LayerscopeError, match=r"`.*/target/top` cannot be written"):
        run(target, b"top", overwrite=True)
    assert tree(target) == {"top": None, "top/inner": None}


def test_the_target_itself_may_be_a_symlink_of_the_users(target, tmp_path):
    (tmp_path / "real").mkdir()
    target.symlink_to(tmp_path / "real")
    run(target, b"top")
    assert (tmp_path / "real" / "top").read_bytes() == b"top"


@pytest.mark.parametrize("place", ["file", "dangling"])
def test_a_target_that_is_no_directory_is_refused(tmp_path, place):
    path = tmp_path / place
    path.write_bytes(b"") if place == "file" else path.symlink_to("nowhere/at/all")
    with pytest.raises(LayerscopeError, match=rf"`.*/{place}`"):
        run(path, b"top")


HOSTILE = [
    tar(
        Entry("../../escape", b"1"),
        Entry("/absolute", b"2"),
        Entry("a/../../b", b"3"),
        Entry(b"raw-\xff\xfe", b"4"),
        Entry(b"esc-\x1b[31m\n", b"5"),
        Entry("evil", type=b"2", link="/"),
        Entry("evil/passwd", b"6"),
        Entry("up", type=b"2", link="../.."),
        Entry("up/file", b"7"),
        Entry("dev", type=b"3", device=(1, 3)),
        Entry("pipe", type=b"6"),
    )
]


def test_hostile_names_stay_below_the_target_and_keep_their_bytes(target):
    run(target, layers=HOSTILE)
    found = {os.fsencode(path): data for path, data in tree(target).items()}
    assert found == {
        b"escape": b"1",
        b"absolute": b"2",
        b"b": b"3",
        b"raw-\xff\xfe": b"4",
        b"esc-\x1b[31m\n": b"5",
        b"evil": None,
        b"evil/passwd": b"6",
        b"up": None,
        b"up/file": b"7",
    }
    assert [path.name for path in target.parent.iterdir()] == ["target"]


def test_symlinks_that_lead_out_are_written_only_if_asked(target):
    layers = [[symlink("out", "/etc/passwd"), symlink("in", "out")]]
    plan = run(target, layers=layers)
    assert tree(target) == {"in": "out"}
    assert len(plan.notices.sentences()) == 1
    run(target, layers=layers, overwrite=True, outward_links=True)
    assert tree(target) == {"in": "out", "out": "/etc/passwd"}


PARTS = st.sampled_from(["a", "b", "c", "..", "."])
PLACES = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=4).map("/".join)


@given(st.dictionaries(PLACES, st.lists(PARTS, min_size=1, max_size=6).map("/".join), max_size=6))
def test_no_chain_of_symlinks_leads_out(tmp_path_factory, links):
    base = tmp_path_factory.mktemp("base").resolve()
    target = base / "a" / "a" / "a"
    for directory_outside in (base, base / "a", base / "a" / "a"):
        for name in "abc":
            (directory_outside / name).mkdir(parents=True, exist_ok=True)
    run(target, layers=[[symlink(place, link) for place, link in links.items()]])
    for link in target.rglob("*"):
        try:
            file = os.open(link, os.O_PATH)
        except OSError:  # its target does not exist
            continue
        assert Path(f"/proc/self/fd/{file}").readlink().is_relative_to(target)
        os.close(file)


def nothing_unfinished(target):
    return not [path for path in tree(target) if ".layerscope-" in path]


@pytest.mark.parametrize(
    ("damage", "error"),
    [
        (lambda blob: blob.replace(b"22222", b"33333"), VerificationError),
        (lambda blob: blob[: len(blob) // 2], DamagedLayer),
    ],
)
def test_a_file_that_comes_out_wrong_is_not_kept_and_those_before_are_whole(target, damage, error):
    loaded = load_layers([[("d/a", b"1" * 9), ("d/b", b"2" * 90_000), ("d/c", b"3")]], compress=bytes)
    digest = str(loaded.image.layers[0].descriptor.digest)
    loaded.built.blobs[digest] = damage(loaded.built.layers[0])
    with pytest.raises(error):
        run(target, b"d", loaded=loaded)
    assert tree(target) == {"d": None, "d/a": b"1" * 9}


def test_a_source_that_breaks_leaves_nothing_unfinished(target):
    loaded = load_layers(LAYERS)
    loaded.source.fail(1)
    with pytest.raises(SourceError, match="the connection broke"):
        run(target, loaded=loaded)
    assert nothing_unfinished(target)
    assert (target / "d/big").read_bytes() == BIG


def test_cancelling_stops_between_two_chunks_and_leaves_nothing_unfinished(target):
    cancellation = Cancellation()
    with pytest.raises(Cancelled):
        run(
            target,
            layers=[[("a", os.urandom(5_000_000))]],
            on_progress=lambda _size: cancellation.cancel(),
            cancellation=cancellation,
        )
    assert tree(target) == {}


@pytest.mark.parametrize(
    "entries",
    [
        [directory("d")],
        [file("empty")],
        [symlink("link", "x")],
        [directory("d"), hardlink("d/h", "a"), file("a")],
    ],
)
def test_what_is_cancelled_before_it_begins_writes_nothing(target, entries):
    cancellation = Cancellation()
    cancellation.cancel()
    with pytest.raises(Cancelled):
        run(target, layers=[entries], cancellation=cancellation)
    assert tree(target) == {}


def test_progress_ends_at_the_planned_size(target):
    seen = []
    plan = run(target, on_progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == plan.size


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS])
def test_a_disk_that_cannot_be_written_is_reported_in_one_sentence(target, monkeypatch, number):
    monkeypatch.setattr(os, "write", refuse(number))
    with pytest.raises(LayerscopeError, match=rf"^`.*/target/top` cannot be written: {os.strerror(number)}$"):
        run(target, b"top")
    assert tree(target) == {}


def test_a_name_that_is_too_long_for_the_disk_is_reported(target):
    with pytest.raises(LayerscopeError, match="cannot be written: File name too long"):
        run(target, layers=[[("n" * 300, b"1")]])


def test_a_time_that_no_file_system_can_store_is_ignored(target):
    run(target, layers=[[file("a", b"1", mtime=2**62)]])
    assert (target / "a").read_bytes() == b"1"


def test_no_file_descriptor_is_left_open(target):
    before = len(list(Path("/proc/self/fd").iterdir()))
    run(target)
    with pytest.raises(LayerscopeError):
        run(target)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_path_in_the_target_is_never_a_way_out(target):
    target.mkdir()
    with TargetDirectory(target) as writer, pytest.raises(LayerscopeError):
        writer.write_file(b"a/b", [b"1"], 0o644, 0)
    assert tree(target) == {}


@pytest.mark.real("umoci")
def test_what_is_written_is_what_umoci_unpacks(tmp_path, target):
    from support.local_images import layout_files, named, write_directory

    loaded = load_layers(LAYERS)
    layout = write_directory(tmp_path / "layout", layout_files([named(loaded.built, "v1")], loaded.built))
    command = ["umoci", "unpack", "--rootless", "--image", f"{layout}:v1", tmp_path / "bundle"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    run(target)
    assert tree(target) == tree(tmp_path / "bundle" / "rootfs")

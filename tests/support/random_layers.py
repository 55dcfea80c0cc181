"""Hypothesis strategies for layers: few names, so that layers collide in every possible way."""

from hypothesis import strategies as st

from layerscope.layers.layer_index import ContentKind
from support.layer_indexes import directory, file, hardlink, opaque, symlink, whiteout

_NAMES = st.sampled_from(["a", "b", "c", "a-b"])
paths = st.lists(_NAMES, min_size=1, max_size=3).map("/".join)
contents = st.sampled_from([b"", b"1", b"22", b"23", b"4444", b"88888888"])
modes = st.sampled_from([0o644, 0o755])
attributes = {
    "mode": modes,
    "uid": st.sampled_from([0, 7]),
    "mtime": st.sampled_from([0, 1]),
    "content_kind": st.sampled_from([ContentKind.XXH3, ContentKind.XXH3, ContentKind.SHA256]),
    "xattrs": st.sampled_from([{}, {}, {"user.a": b"1"}]),
}

entries = st.one_of(
    st.builds(file, paths, contents, **attributes),
    st.builds(directory, paths, modes),
    st.builds(symlink, paths, paths),
    st.builds(hardlink, paths, paths),
    paths.map(whiteout),
    st.one_of(st.just(""), paths).map(opaque),
)
layers = st.lists(entries, max_size=8)
images = st.lists(layers, min_size=0, max_size=5)


@st.composite
def image_pairs(draw):
    """A few layers, and two images as numbers of them: they share all, some or none, in any order."""
    pool = draw(st.lists(layers, min_size=1, max_size=5))
    numbers = st.lists(st.integers(0, len(pool) - 1), max_size=4)
    return pool, draw(numbers), draw(numbers)

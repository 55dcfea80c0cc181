import pytest

from layerscope.errors import InvalidReference
from layerscope.oci import Digest
from layerscope.sources.local_store import ImageSelector, split_selector

DIGEST = Digest.of(b"")


@pytest.mark.parametrize(
    ("text", "path", "selector"),
    [
        ("dir", "dir", ImageSelector()),
        ("dir:", "dir", ImageSelector()),
        ("dir:v1", "dir", ImageSelector(name="v1")),
        ("/a/b.tar:localhost:5000/app:v1", "/a/b.tar", ImageSelector(name="localhost:5000/app:v1")),
        (f"dir@{DIGEST}", "dir", ImageSelector(digest=DIGEST)),
        ("dir:@3", "dir", ImageSelector(position=3)),
        ("dir:@x", "dir", ImageSelector(name="@x")),
        (":v1", ":v1", ImageSelector()),
    ],
)
def test_a_path_ends_at_its_first_colon_or_before_a_digest(text, path, selector):
    assert split_selector(text) == (path, selector)
    assert str(selector) in text


def test_a_path_with_a_colon_is_taken_whole_if_it_exists(tmp_path):
    path = tmp_path / "a:b"
    path.touch()
    assert split_selector(str(path)) == (str(path), ImageSelector())
    assert split_selector(f"{path}:v1") == (str(path), ImageSelector(name="v1"))


def test_a_digest_that_breaks_its_grammar_is_refused():
    with pytest.raises(InvalidReference, match="64 lower-case hex digits"):
        split_selector("dir@sha256:ABC")


@pytest.mark.parametrize(
    ("wanted", "names", "expected"),
    [
        ("app", {"docker.io/library/app:latest"}, True),
        ("app:1", {"app:1"}, True),
        ("UPPER", {"UPPER"}, True),
        ("app:1", {"app:2"}, False),
        ("1", {"app:1"}, False),
        (None, set(), True),
    ],
)
def test_names_match_as_they_stand_or_with_dockers_defaults(wanted, names, expected):
    assert ImageSelector(name=wanted).matches(frozenset(names)) is expected

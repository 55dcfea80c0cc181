import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from layerscope.blobs.resolve import resolve
from layerscope.errors import InvalidReference, SourceError
from layerscope.sources.open import open_store
from support.images import build_image
from support.local_images import classic_files, layout_files, named, write_archive, write_directory

ONE = build_image()
LAYOUT = layout_files([named(ONE, "v1")], ONE)


@pytest.fixture
def workplace(tmp_path, monkeypatch):
    """The working directory, with an image of each kind in it."""
    write_directory(tmp_path / "layout", LAYOUT)
    write_archive(tmp_path / "layout.tar", LAYOUT)
    write_archive(tmp_path / "saved.tar", classic_files(ONE))
    write_directory(tmp_path / "alpine", {"Dockerfile": b"FROM scratch\n"})
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("workplace")
@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("docker://alpine", "docker.io/library/alpine:latest"),
        ("docker://localhost:5000/a/b:v1", "localhost:5000/a/b:v1"),
        ("localhost:5000/app", "localhost:5000/app:latest"),
        ("saved.tag", "docker.io/library/saved.tag:latest"),
        ("alpine", "docker.io/library/alpine:latest"),
    ],
)
def test_a_reference_is_an_image_in_a_registry(opened, text, name):
    assert opened(text).name == name


@pytest.mark.usefixtures("workplace")
@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("layout", "oci:layout"),
        ("./layout", "oci:./layout"),
        ("./layout:v1", "oci:./layout:v1"),
        ("oci:layout:v1", "oci:layout:v1"),
        ("oci-archive:layout.tar", "oci-archive:layout.tar"),
        ("docker-archive:saved.tar:app", "docker-archive:saved.tar:app"),
        ("docker-archive://saved.tar:app", "docker-archive:saved.tar:app"),
        ("oci://layout:v1", "oci:layout:v1"),
        ("layout.tar", "layout.tar"),
        ("saved.tar", "saved.tar"),
        ("./saved.tar:app", "./saved.tar:app"),
        ("saved.tar:@0", "saved.tar:@0"),
        ("layout.tar:@0", "layout.tar:@0"),
        ("layout:@0", "oci:layout:@0"),
    ],
)
def test_a_path_or_a_local_transport_is_an_image_on_this_machine(opened, text, name):
    source = opened(text)
    assert source.name == name
    assert resolve(source, None).config_bytes == ONE.config_bytes


def test_the_client_for_a_registry_is_made_by_the_caller_if_he_likes():
    made = []

    def connect(domain):
        from layerscope.registry.client import RegistryClient

        made.append(domain)
        return RegistryClient()

    open_store("localhost:5000/app", connect=connect).close()
    assert made == ["localhost:5000"]


@pytest.mark.usefixtures("workplace")
@pytest.mark.parametrize(
    "text",
    ["./nothing", "/nothing/at/all", "../nothing.tar", "~nobody", "oci:nothing", "docker-archive:n:t", "n.tar:@7"],
)
def test_an_error_names_the_path_that_does_not_exist(text):
    with pytest.raises(SourceError, match="no such file or directory"):
        open_store(text)


@pytest.mark.usefixtures("workplace")
@pytest.mark.parametrize(
    "text", ["alpine/Dockerfile", "./alpine", "oci:alpine", "/dev/zero", "/dev/null", "/proc/self/mem", sys.executable]
)
def test_what_exists_but_is_no_image_is_refused_at_once(text):
    with pytest.raises(SourceError, match="is not an image"):
        open_store(text)


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04" + bytes(600), b"\xff\xd8\xff\xe0" * 200, b"\0" * 10240, b"ustar" * 200]
)
@pytest.mark.parametrize("transport", ["./", "docker-archive:", "oci-archive:"])
def test_a_file_that_is_no_archive_is_refused_at_once(workplace, data, transport):
    (workplace / "thing").write_bytes(data)
    with pytest.raises(SourceError, match="is not an image"):
        open_store(f"{transport}thing")


@pytest.mark.parametrize("transport", ["./", "docker-archive:", "oci-archive:"])
def test_a_fifo_that_nobody_writes_is_refused_at_once(workplace, transport):
    os.mkfifo(workplace / "fifo")
    with pytest.raises(SourceError, match="not a regular file"):
        open_store(f"{transport}fifo")


@pytest.mark.parametrize("text", ["", "Alpine", "a//b", "--foo", "docker://", "docker://a//b", "a" * 1_000_000, "a\0b"])
def test_a_wrong_reference_is_refused(text):
    with pytest.raises(InvalidReference):
        open_store(text)


@pytest.mark.usefixtures("workplace")
@pytest.mark.parametrize(
    "text", ["oci:", "docker-archive:", "oci:\0", "/" + "a" * 100_000, "./a\0b", "docker-archive::x"]
)
def test_an_odd_path_is_a_clear_error(text):
    with pytest.raises(SourceError):
        open_store(text)


@pytest.fixture
def nobody():
    """Root may read everything, so the test changes its user."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    yield
    if is_root:
        os.seteuid(0)


@pytest.mark.usefixtures("nobody")
def test_a_path_that_may_not_be_read_says_why():
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "saved.tar")
        path.write_bytes(b"x" * 1024)
        path.chmod(0)
        with pytest.raises(SourceError, match="Permission denied"):
            open_store(str(path))


def test_a_wrong_reference_is_refused_before_anything_slow_is_imported():
    program = (
        "import sys\n"
        "from layerscope.sources.open import open_store\n"
        "try: open_store('Wrong//Name')\n"
        "except Exception as error: print(type(error).__name__)\n"
        "print({'httpx', 'httpcore', 'numpy', 'textual'} & set(sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "InvalidReference\nset()\n"

import gzip
import os
import socket
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from layerscope.blobs.resolve import resolve
from layerscope.errors import InvalidReference, LayerscopeError, NotFound, SourceError
from layerscope.sources.engines import address, client
from support.fake_engine import FakeEngine
from support.images import build_image
from support.local_images import classic_files, layout_files, named, tar_bytes
from support.podman_storage import podman_storage
from support.waiting import listens, wait_for

IMAGE = build_image([[("a", os.urandom(400_000))], [("b", b"2")]])
ARCHIVE = tar_bytes(classic_files(IMAGE, ["app:v1"]))
ID = "sha256:" + "a" * 64


@pytest.fixture
def engine(monkeypatch):
    """Starts an engine, and makes it the default of Docker's and podman's clients."""
    engines = []

    def start(**more):
        engine = FakeEngine(**more).__enter__()
        engines.append(engine)
        monkeypatch.setenv("DOCKER_HOST", f"unix://{engine.socket}")
        monkeypatch.setenv("CONTAINER_HOST", f"unix://{engine.socket}")
        return engine

    yield start
    for engine in engines:
        engine.__exit__()


@pytest.mark.parametrize("transport", ["docker-daemon", "podman"])
@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("app:v1", "app:v1"),
        ("app", "app:latest"),
        ("localhost:5000/team/app", "localhost:5000/team/app:latest"),
        (f"app@{ID}", f"app@{ID}"),
        (ID, ID),
        ("aaaaaaaaaaaa", "aaaaaaaaaaaa"),
    ],
)
def test_an_image_is_asked_for_by_name_or_id(engine, opened, transport, text, asked):
    running = engine(images={asked: ARCHIVE})
    image = opened.resolve(f"{transport}:{text}")
    assert running.asked == ["/_ping", f"/images/{asked}/get"]
    assert (image.config_bytes, image.reference) == (IMAGE.config_bytes, f"{transport}:{asked}")


def test_its_layers_are_those_of_the_archive(engine, opened):
    engine(images={"app:v1": ARCHIVE})
    assert opened.blobs("docker-daemon:app:v1") == IMAGE.tars


def test_an_archive_that_is_a_layout_besides_has_the_real_manifest(engine, opened):
    files = classic_files(IMAGE, ["app:v1"]) | layout_files([named(IMAGE, "app:v1")], IMAGE)
    engine(images={"app:v1": tar_bytes(files)})
    assert str(opened.resolve("docker-daemon:app:v1").descriptor.digest) == IMAGE.digest


def test_nothing_is_kept_of_what_is_but_a_copy(engine, opened):
    engine(images={"app:v1": ARCHIVE})
    source = opened("docker-daemon:app:v1")
    assert {source.stamp(layer.descriptor) for layer in resolve(source, None).layers} == {None}


@pytest.mark.parametrize("text", ["", "A", "a b", "../x", "-v", "a:b:c", "app\n", "app?x=1"])
def test_an_invalid_name_is_refused_before_an_engine_sees_it(engine, opened, text):
    running = engine()
    for transport in ("docker-daemon", "podman"):
        with pytest.raises(InvalidReference):
            opened(f"{transport}:{text}")
    assert running.asked == []


def refused(opened, text="docker-daemon:app:v1"):
    with pytest.raises(LayerscopeError) as caught:
        opened.resolve(text)
    assert "\n" not in caught.value.message
    return caught.value


def test_a_missing_image_is_not_found(engine, opened):
    running = engine()
    error = refused(opened)
    assert isinstance(error, NotFound)
    assert error.message == f"the engine at `{running.socket}` has no image `app:v1`"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"message": "ambiguous \\u001b[31m id"}', "ambiguous \\x1b[31m id"),
        (b"oops", "status 500"),
        (b"", "status 500"),
        (b'{"message": 7}', "status 500"),
        (b"[" * 100_000, "status 500"),
    ],
)
def test_the_message_of_an_engine_is_shown_safely(engine, opened, body, words):
    engine(behave=lambda handler: handler.answer(500, body))
    assert refused(opened).message.endswith(f"refuses to send the image: {words}")


@pytest.mark.parametrize(
    "behave",
    [
        lambda handler: handler.answer(200, ARCHIVE[:300_000], length=len(ARCHIVE)),
        lambda handler: handler.chunked(ARCHIVE[:300_000], end=b""),
        lambda handler: handler.chunked(ARCHIVE[:300_000], end=b"nonsense\r\n"),
    ],
)
def test_an_export_that_is_cut_off_is_reported(engine, opened, behave):
    def cut(handler):
        behave(handler)
        handler.close_connection = True

    engine(behave=cut)
    assert refused(opened).message.endswith("closed the connection in the middle of the image")


def test_an_export_that_ends_early_but_orderly_is_reported_too(engine, opened):
    engine(behave=lambda handler: handler.chunked(ARCHIVE[:300_000]))
    assert isinstance(refused(opened), LayerscopeError)


def test_an_export_that_is_no_archive_is_reported(engine, opened):
    engine(behave=lambda handler: handler.chunked(b"hello" * 1000))
    assert "is not an image" in refused(opened).message


def test_a_chunked_and_compressed_export_is_read(engine, opened):
    data = gzip.compress(ARCHIVE)
    engine(behave=lambda handler: handler.chunked(*(data[start : start + 999] for start in range(0, len(data), 999))))
    assert opened.blobs("docker-daemon:app:v1") == IMAGE.tars


def test_a_socket_that_is_not_there(opened, monkeypatch, tmp_path):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    assert refused(opened).message == f"docker is not running: `{tmp_path}/none.sock` does not exist"


def test_a_socket_that_nobody_listens_on_any_more(opened, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as left:
        left.bind("left.sock")
    monkeypatch.setenv("DOCKER_HOST", "unix://left.sock")
    assert refused(opened).message == "docker is not running: nothing answers at `left.sock`"


def test_a_file_in_the_place_of_the_socket(opened, monkeypatch, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/file")
    assert "nothing answers at" in refused(opened).message


def test_a_path_that_is_too_long_for_a_socket(opened, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", f"unix:///{'x' * 200}")
    assert "cannot be reached" in refused(opened).message


AS_NOBODY = """
import os
from layerscope.errors import SourceError
from layerscope.sources.open import open_store
store = open_store("docker-daemon:app")
os.setuid(65534)
try:
    store.roots(None)
except SourceError as error:
    print(error.message)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_a_socket_that_one_may_not_use(engine):
    running = engine(images={"app:latest": ARCHIVE})
    running.socket.parent.chmod(0o755)
    running.socket.chmod(0o600)
    done = subprocess.run([sys.executable, "-c", AS_NOBODY], capture_output=True, text=True, check=True)
    assert done.stdout == f"no permission to use `{running.socket}`\n"


@pytest.mark.parametrize("version", [None, ""])
def test_only_an_engine_is_asked_for_images(engine, opened, version):
    running = engine(version=version)
    assert refused(opened).message == f"the server at `{running.socket}` is not a container engine"
    assert running.asked == ["/_ping"]


def test_what_does_not_speak_http_is_no_engine(opened, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with socket.create_server("other.sock", family=socket.AF_UNIX) as server:

        def greet():
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"SSH-2.0\r\n" * 9)

        threading.Thread(target=greet, daemon=True).start()
        monkeypatch.setenv("DOCKER_HOST", "unix://other.sock")
        message = "the server at `other.sock` closed the connection, or is not a container engine"
        assert refused(opened).message == message


def test_a_server_that_sends_nothing_is_given_up(opened, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(client, "ANSWER_SECONDS", 0.1)
    with socket.create_server("silent.sock", family=socket.AF_UNIX):
        monkeypatch.setenv("DOCKER_HOST", "unix://silent.sock")
        assert refused(opened).message == "the engine at `silent.sock` does not answer"


def opening(store):
    """Open the archive in a thread of its own; returns the list that its error comes to, and the thread."""
    errors = []

    def open_archive():
        try:
            store.roots(None)
        except LayerscopeError as error:
            errors.append(error)

    thread = threading.Thread(target=open_archive)
    thread.start()
    return errors, thread


@pytest.mark.parametrize("sends_headers", [False, True])
def test_closing_ends_the_wait_for_an_engine_that_hangs(engine, opened, sends_headers):
    asked = threading.Event()

    def hang(handler):
        if sends_headers:
            handler.chunked(ARCHIVE[:1000], end=b"")
        asked.set()
        running.released.wait(60)

    running = engine(behave=hang)
    source = opened("docker-daemon:app:v1")
    errors, thread = opening(source)
    assert asked.wait(30)
    source.close()
    thread.join(30)
    assert not thread.is_alive()
    assert "closed" in errors[0].message


def test_an_engine_behind_tcp_is_asked_too(opened, monkeypatch, fake_registry):
    from support.fake_registry import Reply

    monkeypatch.setenv("DOCKER_HOST", f"tcp://{fake_registry.host}")
    fake_registry.on("GET", "/_ping", Reply(body=b"OK", headers={"Api-Version": "1.41"}))
    fake_registry.on("GET", "/images/app:v1/get", Reply(body=ARCHIVE))
    assert opened.blobs("docker-daemon:app:v1") == IMAGE.tars


def test_an_engine_behind_tls_is_asked_with_the_clients_certificate(opened, monkeypatch, tmp_path, certificates):
    from support.fake_registry import FakeRegistry, Reply

    certificate, key = certificates.client
    for name, file in (("ca.pem", certificates.authority), ("cert.pem", certificate), ("key.pem", key)):
        (tmp_path / name).write_bytes(Path(file).read_bytes())
    with FakeRegistry(certificates.server, certificates.authority) as server:
        server.on("GET", "/_ping", Reply(body=b"OK", headers={"Api-Version": "1.41"}))
        server.on("GET", "/images/app:v1/get", Reply(body=ARCHIVE))
        monkeypatch.setenv("DOCKER_HOST", f"tcp://{server.host}")
        monkeypatch.setenv("DOCKER_TLS_VERIFY", "1")
        monkeypatch.setenv("DOCKER_CERT_PATH", str(tmp_path))
        assert opened.blobs("docker-daemon:app:v1") == IMAGE.tars


@pytest.fixture
def program(monkeypatch, tmp_path):
    """Puts a fake podman, or another program, on PATH, and removes the service."""
    monkeypatch.setattr(address, "PODMAN_SOCKET", tmp_path / "none.sock")
    (tmp_path / "bin").mkdir()

    def write(script, name="podman"):
        path = tmp_path / "bin" / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        for tool in ("sh", "cat", "touch", "sleep"):
            (tmp_path / "bin" / tool).symlink_to(f"/bin/{tool}")
        monkeypatch.setenv("PATH", str(tmp_path / "bin"))

    return write


def test_without_a_service_podman_itself_saves_the_image(program, opened, tmp_path):
    (tmp_path / "image.tar").write_bytes(ARCHIVE)
    program(f'echo "$*" >{tmp_path}/said; cat {tmp_path}/image.tar')
    assert opened.blobs("podman:app") == IMAGE.tars
    assert (tmp_path / "said").read_text() == "save --quiet --format docker-archive app:latest\n"


def test_without_podman_buildah_sends_the_image_from_the_same_storage(program, opened, tmp_path):
    (tmp_path / "image.tar").write_bytes(ARCHIVE)
    program(f'echo "$*" >{tmp_path}/said; cat {tmp_path}/image.tar', "buildah")
    assert opened.blobs("podman:app") == IMAGE.tars
    assert (tmp_path / "said").read_text() == "push --quiet app:latest docker-archive:/dev/stdout\n"


@pytest.mark.parametrize(
    ("script", "error", "message"),
    [
        ("echo 'Error: app:v1: image not known' >&2; exit 125", NotFound, "`podman` has no image `app:v1`"),
        ("echo oops >&2; echo 'Error: no \033space' >&2; exit 1", SourceError, "`podman save` failed: no \\x1bspace"),
        ("exit 1", SourceError, "`podman save` failed: it does not say why"),
        ("echo hello", SourceError, "`podman:app:v1` is not an image: it is not a tar archive"),
        ("true", SourceError, "`podman:app:v1` is not an image: it is empty"),
    ],
)
def test_the_message_of_podman_is_shown_safely(program, opened, script, error, message):
    program(script)
    caught = refused(opened, "podman:app:v1")
    assert (type(caught), caught.message) == (error, message)


def test_a_missing_podman_is_an_error_that_says_so(opened, monkeypatch, tmp_path):
    monkeypatch.setattr(address, "PODMAN_SOCKET", tmp_path / "none.sock")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert refused(opened, "podman:app").message.startswith("podman is not found")


def test_closing_ends_a_podman_that_hangs(program, opened, tmp_path):
    program(f"touch {tmp_path}/started; exec sleep 60")
    source = opened("podman:app")
    errors, thread = opening(source)
    wait_for((tmp_path / "started").exists)
    source.close()
    thread.join(30)
    assert (thread.is_alive(), errors[0].message) == (False, "the engine was stopped")


@pytest.fixture
def storage(monkeypatch):
    """A new podman storage that holds the image."""
    with podman_storage(monkeypatch) as home:
        archive = home / "image.tar"
        archive.write_bytes(tar_bytes(classic_files(IMAGE, ["localhost/app:v1"])))
        subprocess.run(["podman", "load", "-i", archive], check=True, capture_output=True, timeout=120)
        yield home


@pytest.fixture
def service(storage):
    """The service of the real podman, which also implements Docker's API."""
    path = storage / "podman.sock"
    command = ["podman", "system", "service", "--time", "0", f"unix://{path}"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        wait_for(lambda: listens(str(path)) or process.poll() is not None)
        yield f"unix://{path}"
        process.terminate()


@pytest.mark.real("podman")
@pytest.mark.parametrize(("transport", "variable"), [("docker-daemon", "DOCKER_HOST"), ("podman", "CONTAINER_HOST")])
def test_the_real_podman_sends_its_images_to_both_kinds_of_client(service, opened, monkeypatch, transport, variable):
    monkeypatch.setenv(variable, service)
    config_id = IMAGE.manifest["config"]["digest"]
    for text in ("localhost/app:v1", "app:v1", config_id, config_id.removeprefix("sha256:")[:12]):
        assert opened.blobs(f"{transport}:{text}") == IMAGE.tars
    assert isinstance(refused(opened, f"{transport}:nothing:v1"), NotFound)


@pytest.mark.real("podman")
def test_the_real_podman_saves_its_images_without_a_service(storage, opened, monkeypatch):
    monkeypatch.setattr(address, "PODMAN_SOCKET", storage / "none.sock")
    assert opened.blobs("podman:localhost/app:v1") == IMAGE.tars
    assert refused(opened, "podman:nothing:v1").message == "`podman` has no image `nothing:v1`"


@pytest.mark.real("podman", "buildah")
def test_the_real_buildah_sends_images_of_the_same_storage(storage, opened, monkeypatch):
    monkeypatch.setattr(address, "PODMAN_SOCKET", storage / "none.sock")
    monkeypatch.setattr("shutil.which", lambda name: name if name == "buildah" else None)
    assert opened.blobs("podman:localhost/app:v1") == IMAGE.tars
    assert refused(opened, "podman:nothing:v1").message == "`buildah` has no image `nothing:v1`"


ROOT = tar_bytes({"etc/passwd": b"root", "manifest.json": b"{}"})


@pytest.mark.parametrize("transport", ["docker-container", "podman-container"])
def test_a_container_is_its_file_system_whatever_the_names_of_its_files(engine, opened, transport):
    running = engine(containers={"web.1": ROOT})
    image = opened.resolve(f"{transport}:web.1")
    assert opened.blobs(f"{transport}:web.1") == (ROOT,)
    assert running.asked[:2] == ["/_ping", "/containers/web.1/export"]
    assert image.warnings == (
        f"`{transport}:web.1` is the file system of a container: its layers, history and config are those of its image",
    )


@pytest.mark.parametrize("transport", ["docker-container", "podman-container"])
def test_a_missing_container_is_not_found(engine, opened, transport):
    running = engine()
    error = refused(opened, f"{transport}:web")
    assert (type(error), error.message) == (NotFound, f"the engine at `{running.socket}` has no container `web`")


@pytest.mark.parametrize("text", ["", "-v", "a/b", "a b", "web:v1", "x\n"])
def test_an_invalid_name_of_a_container_is_refused_before_an_engine_sees_it(engine, opened, text):
    running = engine()
    with pytest.raises(InvalidReference, match="is not the name of a container"):
        opened(f"docker-container:{text}")
    assert running.asked == []


@pytest.mark.parametrize(
    "case",
    [
        ("podman-container:web", "podman", "export web"),
        ("containers-storage:app", "podman", "save --quiet --format docker-archive app:latest"),
        ("containers-storage:app", "buildah", "push --quiet app:latest docker-archive:/dev/stdout"),
        ("containers-storage:app", "skopeo", "copy --quiet containers-storage:app:latest docker-archive:/dev/stdout"),
        ("containerd:app", "nerdctl", "save app:latest"),
        ("containerd:app", "ctr", "images export - docker.io/library/app:latest"),
        ("containerd://ghcr.io/a/b:v1", "ctr", "images export - ghcr.io/a/b:v1"),
    ],
)
def test_the_program_of_an_engine_sends_it(program, opened, tmp_path, case):
    text, name, command = case
    (tmp_path / "image.tar").write_bytes(ARCHIVE if "-container:" not in text else ROOT)
    program(f'echo "$*" >{tmp_path}/said; cat {tmp_path}/image.tar', name)
    assert opened.blobs(text)
    assert (tmp_path / "said").read_text() == f"{command}\n"


@pytest.mark.parametrize(
    "case",
    [
        ("podman-container:web", "podman", "Error: no container with name or ID", "`podman` has no container `web`"),
        ("containers-storage:app:v1", "skopeo", "does not resolve to an image ID", "`skopeo` has no image `app:v1`"),
        ("containerd:app:v1", "nerdctl", 'level=fatal msg="no such image"', "`nerdctl` has no image `app:v1`"),
        ("containerd:app:v1", "ctr", 'ctr: image "app:v1": not found', "`ctr` has no image `app:v1`"),
        ("containerd:app:v1", "ctr", "ctr: no disk", "`ctr images` failed: ctr: no disk"),
        (
            "containerd:app:v1",
            "ctr",
            "ctr: failed to dial a socket: timeout",
            "containerd is not running: `ctr` cannot reach it",
        ),
    ],
)
def test_the_message_of_another_program_is_shown_too(program, opened, case):
    text, name, line, message = case
    program(f"echo '{line}' >&2; exit 1", name)
    assert refused(opened, text).message == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("podman-container:web", "podman is not found: no program `podman` is installed"),
        ("containerd:app", "containerd is not found: no program `nerdctl` or `ctr` is installed"),
        ("containers-storage:app", "podman is not found: no program `podman` or `buildah` or `skopeo` is installed"),
    ],
)
@pytest.mark.usefixtures("program")
def test_without_any_program_the_error_names_those_that_are_looked_for(opened, monkeypatch, tmp_path, text, message):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert refused(opened, text).message == message

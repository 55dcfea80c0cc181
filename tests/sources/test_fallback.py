"""What this machine has by the name is opened if the registry fails, and only then."""

import threading

import pytest

from layerscope.blobs.resolve import resolve
from layerscope.errors import LayerscopeError, NotFound, SourceError, TransportError
from layerscope.loading import load
from layerscope.registry.client import RegistryClient
from layerscope.sources.engines import address
from layerscope.sources.open import open_store
from support import tars
from support.fake_engine import FakeEngine
from support.fake_registry import Reply
from support.images import build_image
from support.impatient import ImpatientTransport
from support.local_images import classic_files, layout_files, named, tar_bytes, write_archive, write_directory
from support.reading import names

IMAGE = build_image([[("local", b"1")]])
OTHER = build_image([[("remote", b"2")]])
ARCHIVE = tar_bytes(classic_files(IMAGE, ["app:latest"]))
ROOT = tars.tar(tars.file("etc/passwd", b"root"))
ID = "sha256:" + "a" * 64


class Offline(ImpatientTransport):
    """The transport of a machine without a network."""

    def send(self, _request):
        raise TransportError("the host `registry` is unknown")


@pytest.fixture
def engines(monkeypatch, tmp_path):
    """Starts the engine of docker or podman, or of both; without it, there is none."""
    running = []
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("DOCKER_SOCKET", "PODMAN_SOCKET"):
        monkeypatch.setattr(address, name, tmp_path / "none.sock")

    def start(*variables, **more):
        engine = FakeEngine(**more).__enter__()
        running.append(engine)
        for variable in variables:
            monkeypatch.setenv(variable, f"unix://{engine.socket}")
        return engine

    yield start
    for engine in running:
        engine.__exit__()


@pytest.fixture
def offline():
    """Opens a text on a machine without a network: the store, and what was said."""
    stores = []

    def open_offline(text):
        said = []
        connect = lambda _domain: RegistryClient(transport=Offline())  # noqa: E731
        stores.append(open_store(text, connect=connect, notify=said.append))
        return stores[-1], said

    yield open_offline
    for store in stores:
        store.close()


def refused(store):
    with pytest.raises(LayerscopeError) as caught:
        resolve(store, None)
    return caught.value


@pytest.mark.parametrize(("variable", "transport"), [("DOCKER_HOST", "docker-daemon"), ("CONTAINER_HOST", "podman")])
@pytest.mark.parametrize("text", ["app", "app:latest", "docker://app", "ghcr.io/team/app"])
def test_an_image_that_only_an_engine_has_is_opened_and_that_is_said(engines, offline, variable, transport, text):
    name = text.removeprefix("docker://")
    engines(variable, images={name if ":" in name else f"{name}:latest": ARCHIVE})
    store, said = offline(text)
    assert resolve(store, None).config_bytes == IMAGE.config_bytes
    assert (store.name, said) == (
        f"{transport}:{name.removesuffix(':latest')}:latest",
        [f"the host `registry` is unknown; `{transport}:{name}` is opened instead"],
    )


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500])
def test_a_registry_that_refuses_does_not_hide_the_image_of_an_engine(engines, fake_registry, status):
    name = f"{fake_registry.host}/app:latest"
    engines("DOCKER_HOST", images={name: ARCHIVE})
    fake_registry.on("GET", "/v2/app/manifests/latest", Reply(status))
    store = open_store(name, connect=lambda _domain: RegistryClient(transport=ImpatientTransport()), notify=[].append)
    assert resolve(store, None).config_bytes == IMAGE.config_bytes
    store.close()


def test_an_engine_is_not_asked_for_an_image_that_the_registry_has(engines, fake_registry, opened):
    fake_registry.serve(OTHER)
    name = fake_registry.reference()
    engine = engines("DOCKER_HOST", "CONTAINER_HOST", images={name: ARCHIVE})
    assert load(opened(name)).image.config_bytes == OTHER.config_bytes
    assert engine.asked == []


def test_an_engine_is_not_asked_if_a_blob_of_the_registry_is_missing(engines, fake_registry, opened):
    fake_registry.serve(OTHER)
    name = fake_registry.reference()
    config = OTHER.manifest["config"]["digest"]
    fake_registry.on("GET", f"/v2/{name.repository}/blobs/{config}", Reply(404))
    engine = engines("DOCKER_HOST", images={str(name): ARCHIVE})
    assert isinstance(refused(opened(name)), NotFound)
    assert engine.asked == []


def test_the_error_of_the_registry_remains_if_nothing_has_the_name(engines, offline):
    engine = engines("DOCKER_HOST")
    error = refused(offline("app")[0])
    assert (error.message, error.hint) == ("the host `registry` is unknown", None)
    assert "/images/app/json" in engine.asked
    assert "/containers/app/json" in engine.asked


def test_of_two_engines_with_the_name_none_is_chosen_and_both_are_named(engines, offline):
    engines("DOCKER_HOST", images={"app:latest": ARCHIVE})
    engines("CONTAINER_HOST", images={"app:latest": ARCHIVE})
    store, said = offline("app")
    error = refused(store)
    assert error.message == "the host `registry` is unknown"
    assert error.hint == "use `docker-daemon:app` or `podman:app`"
    assert said == []


def test_an_engine_with_two_addresses_is_one(engines, offline):
    engines("DOCKER_HOST", "CONTAINER_HOST", images={"app:latest": ARCHIVE})
    store, _ = offline("app")
    assert resolve(store, None).config_bytes == IMAGE.config_bytes


def test_a_container_is_opened_as_its_file_system(engines, offline):
    engines("DOCKER_HOST", containers={"web": ROOT})
    store, said = offline("web")
    (content,) = load(store).contents
    assert names(content) == ["etc/passwd"]
    assert said == ["the host `registry` is unknown; `docker-container:web` is opened instead"]


def test_an_image_is_meant_before_a_container_of_its_name(engines, offline):
    engines("DOCKER_HOST", images={"app:latest": ARCHIVE}, containers={"app": ROOT})
    assert resolve(offline("app")[0], None).config_bytes == IMAGE.config_bytes


@pytest.mark.parametrize("text", [ID, ID.removeprefix("sha256:"), "aaaaaaaaaaaa"])
def test_an_image_is_found_by_its_id(engines, offline, text):
    engines("DOCKER_HOST", images={text: ARCHIVE})
    assert resolve(offline(text)[0], None).config_bytes == IMAGE.config_bytes


def test_an_id_that_no_engine_knows_says_that_a_registry_cannot_know_it(engines, offline):
    engines("DOCKER_HOST")
    error = refused(offline(ID)[0])
    assert error.message == f"`{ID}` is an image ID, and a registry finds images only by name"


@pytest.mark.parametrize("behave", [lambda handler: handler.answer(500, b""), None])
def test_an_engine_that_fails_has_nothing(engines, offline, behave):
    engines("DOCKER_HOST", behave=behave, version="1.41" if behave else None)
    assert refused(offline("app")[0]).message == "the host `registry` is unknown"


@pytest.mark.usefixtures("engines")
def test_a_setting_that_names_no_engine_is_no_error_of_another_image(offline, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "nonsense")
    assert refused(offline("app")[0]).message == "the host `registry` is unknown"


def test_closing_ends_the_search(engines, offline):
    started = threading.Event()

    def hang(handler):
        started.set()
        handler.engine.released.wait(60)

    engines("DOCKER_HOST", behave=hang)
    store, _ = offline("app")
    errors = []
    thread = threading.Thread(target=lambda: errors.append(refused(store)))
    thread.start()
    assert started.wait(60)
    store.close()
    thread.join(60)
    assert (thread.is_alive(), len(errors)) == (False, 1)


@pytest.mark.usefixtures("engines")
def test_the_program_podman_is_asked_if_it_has_no_service(offline, tmp_path):
    (tmp_path / "image.tar").write_bytes(ARCHIVE)
    podman = tmp_path / "podman"
    podman.write_text(
        f'#!/bin/sh\ncase "$1" in image) [ "$3" = app ];; container) false;; *) /bin/cat {tmp_path}/image.tar;; esac\n'
    )
    podman.chmod(0o755)
    store, said = offline("app")
    assert resolve(store, None).config_bytes == IMAGE.config_bytes
    assert said == ["the host `registry` is unknown; `podman:app` is opened instead"]
    assert isinstance(refused(offline("nothing")[0]), TransportError)


@pytest.fixture
def workplace(tmp_path, monkeypatch, engines):  # noqa: ARG001 - without any engine
    write_directory(tmp_path / "layout", layout_files([named(IMAGE, "v1")], IMAGE))
    write_archive(tmp_path / "saved.tar", classic_files(IMAGE, ["app:latest"]))
    write_directory(tmp_path / "busybox", {"Makefile": b"all:\n"})
    (tmp_path / "tool").write_bytes(b"#!/bin/sh\n")
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("workplace")
@pytest.mark.parametrize("text", ["layout:v1", "saved.tar:app"])
def test_a_file_with_a_selector_is_opened_if_no_registry_has_the_name(offline, text):
    store, said = offline(text)
    assert resolve(store, None).config_bytes == IMAGE.config_bytes
    assert said == [f"the host `registry` is unknown; `./{text}` is opened instead"]


@pytest.mark.usefixtures("workplace")
@pytest.mark.parametrize("text", ["busybox", "tool"])
def test_what_only_has_the_name_of_an_image_is_named_in_the_hint(offline, text):
    store, _ = offline(text)
    assert store.name == f"docker.io/library/{text}:latest"
    error = refused(store)
    assert (error.message, error.hint) == (
        f"`./{text}` is not an image; read as a reference: the host `registry` is unknown",
        f"`layerscope inspect ./{text}` says why `./{text}` is not an image",
    )


@pytest.mark.usefixtures("workplace")
@pytest.mark.parametrize("text", ["./busybox", "./tool"])
def test_a_path_is_always_the_file(text):
    with pytest.raises(SourceError, match="is not an image"):
        open_store(text)

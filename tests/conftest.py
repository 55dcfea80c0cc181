"""What every test can rely on: the components on PATH, no user settings, and the `real` and `extra_cases` markers."""

import itertools
import os
import shutil
import signal
import sys
from pathlib import Path
from types import SimpleNamespace

import hypothesis
import pytest

from support import extra_cases

ROOT = Path(__file__).parents[1]
REQUIRE_REAL = os.environ.get("LAYERSCOPE_REQUIRE_REAL") == "1"
USER_SETTINGS = (
    "DOCKER_CONFIG",
    "DOCKER_AUTH_CONFIG",
    "DOCKER_HOST",
    "CONTAINER_HOST",
    "REGISTRY_AUTH_FILE",
    "NO_COLOR",
)
_NUMBERS = itertools.count()
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")

os.environ["PATH"] = os.pathsep.join(
    (str(Path(sys.executable).parent), os.environ["PATH"], "/usr/sbin", str(ROOT / ".tools" / "bin"))
)
hypothesis.settings.register_profile("layerscope", deadline=None, print_blob=True)
hypothesis.settings.load_profile("layerscope")


def pytest_configure():
    _heed_signals()
    if REQUIRE_REAL and not extra_cases.ROOT:
        raise pytest.UsageError(f"LAYERSCOPE_REQUIRE_REAL=1 needs {extra_cases.VARIABLE}")
    if extra_cases.ROOT and not extra_cases.ROOT.is_dir():
        raise pytest.UsageError(f"{extra_cases.VARIABLE}: `{extra_cases.ROOT}` is not a directory")


def _heed_signals():
    """Set every signal to its default if it is ignored, as in a job of `nohup`: programs inherit what is ignored."""
    defaults = {
        signal.SIGINT: signal.default_int_handler,
        signal.SIGHUP: signal.SIG_DFL,
        signal.SIGTERM: signal.SIG_DFL,
    }
    for number, default in defaults.items():
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, default)


def pytest_collection_modifyitems(items):
    """Leave out the tests of the extra cases if there are none; they are not reported as skipped."""
    if not extra_cases.ROOT:
        items[:] = [item for item in items if not item.get_closest_marker("extra_cases")]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """`@pytest.mark.real("skopeo", "umoci")`: skip a test without its components, or fail it if they are required."""
    for mark in item.iter_markers("real"):
        missing = [name for name in mark.args if shutil.which(name) is None]
        if missing and REQUIRE_REAL:
            pytest.fail(f"needs {', '.join(missing)}: not installed", pytrace=False)
        if missing:
            pytest.skip(f"needs {', '.join(missing)}: not installed")


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory):
    """A home directory for the test run: no test reads or writes the user's logins, settings or caches."""
    path = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(path))
        for kind in ("CACHE_HOME", "CONFIG_HOME", "DATA_HOME", "STATE_HOME", "RUNTIME_DIR"):
            patch.setenv(f"XDG_{kind}", str(path / kind.lower()))
        for name in (*USER_SETTINGS, *PROXIES, *map(str.upper, PROXIES)):
            patch.delenv(name, raising=False)
        yield path


@pytest.fixture(autouse=True)
def empty_cache(home, monkeypatch):
    """Each test begins with a new, empty cache."""
    monkeypatch.setenv("LAYERSCOPE_CACHE_DIR", str(home / "caches" / str(next(_NUMBERS))))


@pytest.fixture
def fake_registry():
    """A new registry that sends the test's answers and records every request."""
    from support.fake_registry import FakeRegistry

    with FakeRegistry() as registry:
        yield registry


@pytest.fixture(scope="session")
def real_registry(tmp_path_factory):
    """One `docker-registry` for the whole test run: no login, plain HTTP, deletes allowed."""
    with _real_registry(tmp_path_factory.mktemp("registry")) as registry:
        yield registry


@pytest.fixture
def own_registry(tmp_path):
    """A `docker-registry` with only the content that the test pushes."""
    with _real_registry(tmp_path / "own-registry") as registry:
        yield registry


def _real_registry(directory):
    if shutil.which("docker-registry") is None:
        (pytest.fail if REQUIRE_REAL else pytest.skip)("needs docker-registry: not installed")
    from support.real_registry import RealRegistry

    return RealRegistry(directory)


@pytest.fixture
def client():
    """A registry client without logins, which never really waits."""
    from layerscope.registry.client import RegistryClient
    from support.impatient import ImpatientTransport

    with RegistryClient(transport=ImpatientTransport()) as client:
        yield client


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    """PEM files: `authority`, and pairs of certificate and key for 127.0.0.1: `server`, `expired`, `other_name`."""
    from support.certificates import make_authority, make_certificate

    directory = tmp_path_factory.mktemp("certificates")
    authority = make_authority(directory)
    return SimpleNamespace(
        authority=authority[0],
        server=make_certificate(directory, authority),
        expired=make_certificate(directory, authority, "expired", days=-1),
        other_name=make_certificate(directory, authority, "other", "DNS:other.example"),
        client=make_certificate(directory, authority, "client"),
    )

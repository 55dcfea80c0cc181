"""The upper layers: the application, and the usual mistakes of image builds."""

from layerscope.demo.changeset import Changeset
from layerscope.demo.hello_world import class_file, greetings_jar
from layerscope.demo.java_runtime import LISTS, REPOSITORY, java_home, logging_properties
from layerscope.demo.tar_writer import MTIME

_COPIED = 150
NETRC = "machine repo.example.org\n  login demo\n  password not-a-secret-just-a-demo\n"


def credentials_layer() -> Changeset:
    """Credentials for the build, copied into the image."""
    layer = Changeset(seconds=120)
    layer.directory("root", 0o700)
    layer.file("root/.netrc", NETRC, 0o600)
    return layer


def application_layer() -> Changeset:
    """The class, its jar at two paths, and a settings file that the runtime already has."""
    layer = Changeset(seconds=_COPIED)
    layer.file("app/HelloWorld.class", class_file())
    layer.file("app/lib/greetings.jar", greetings_jar())
    layer.file("app/backup/greetings.jar", greetings_jar())
    layer.file("app/conf/logging.properties", logging_properties())
    layer.file("app/README.txt", "Run it: java -cp /app HelloWorld\n")
    return layer


def permissions_layer(install: Changeset, architecture: str) -> Changeset:
    """`chmod -R`: one permission bit changes, and each file is stored again."""
    layer = Changeset(seconds=180)
    for part in ("conf", "lib/server"):
        for entry in install.files(f"{java_home(architecture)}/{part}"):
            layer.file(entry.path, entry.data, 0o664, mtime=entry.mtime)
    return layer


def cleanup_layer(architecture: str) -> Changeset:
    """Package lists and caches removed one step too late: the layer below still ships them."""
    layer = Changeset(seconds=210)
    for name in ("InRelease", f"main_binary-{architecture}_Packages", "main_i18n_Translation-en"):
        layer.remove(f"{LISTS}/{REPOSITORY}_{name}")
    layer.remove(f"{LISTS}/lock")
    layer.remove(f"{LISTS}/partial")
    layer.empty("var/cache/apt")
    layer.directory("var/cache/apt/archives/partial", 0o700, uid=42)
    return layer


def tidy_layer() -> Changeset:
    """The credentials deleted, but still in the image; and the jar moved, so that the image ships it twice."""
    layer = Changeset(seconds=240)
    layer.directory("root", 0o700)
    layer.remove("root/.netrc")
    layer.remove("app/lib")
    layer.file("app/greetings.jar", greetings_jar(), mtime=MTIME + _COPIED)
    return layer

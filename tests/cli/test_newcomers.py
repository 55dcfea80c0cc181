"""Mistakes of people who use layerscope for the first time: each message says what to do, and doing that works."""

import io
import re
import shlex
import socket
import tarfile
from pathlib import Path

import pytest

from support.fake_registry import Reply
from support.images import build_image
from support.keeping_registry import KeepingRegistry
from support.local_images import layout_files, named, write_directory
from support.tars import directory, file

IMAGE = build_image([[directory("etc/"), file("etc/passwd", b"root\n")]])
OTHER = build_image([[file("a", b"1")]])

MISTAKES = [
    # command, what to do, the command that does it
    ("inspekt HOST/app", "did you mean `(layerscope inspect HOST/app)`?", None),
    ("rm HOST/app:v1 --dry-run", "did you mean `(layerscope delete HOST/app:v1 --dry-run)`?", None),
    ("list-tags HOST/app", "did you mean `(layerscope tags HOST/app)`?", None),
    ("cp HOST/app :copy", "did you mean `(layerscope copy HOST/app :copy)`?", None),
    ("pull HOST/app", "run `(layerscope HOST/app)`", None),
    ("save HOST/app", "run `(layerscope copy HOST/app docker-archive:FILE)`", None),
    ("digest HOST/app", r"run `(layerscope inspect HOST/app --format '\{\{.digest\}\}')`", None),
    ("tree HOST/app", "run `(layerscope ls HOST/app -R)`", None),
    ("docker pull HOST/app", "run `(layerscope HOST/app)`", None),
    ("inspect 'docker pull HOST/app'", "write `(HOST/app)`", "inspect {}"),
    ("inspect https://HOST/app", "write `(HOST/app)`", "inspect {}"),
    ("inspect https://HOST/v2/app/manifests/v1", "write `(HOST/app:v1)`", "inspect {}"),
    ("inspect HOST", "`(layerscope catalog HOST)` lists its repositories", None),
    ("tags HOST", "`(layerscope catalog HOST)` lists its repositories", None),
    ("inspect HOST/App", "write `(HOST/app)`", "inspect {}"),
    ("inspect HOST/app:v2", "`(layerscope tags HOST/app)` lists its tags", None),
    ("inspect HOST/app:v2 --plain-http HOST", "`(layerscope tags HOST/app --plain-http HOST)` lists its tags", None),
    ("inspect HOST/app --offline", "leave out `--offline` once: `(layerscope inspect HOST/app:latest)`", None),
    ("copy ./one dir:new", "use `(layerscope copy ./one oci:new)`", None),
    ("ls HOST/app --layer 7", "its only layer is (0)", "ls HOST/app --layer {}"),
    ("ls HOST/app --jsno", "did you mean `(--json)`?", "ls HOST/app {}"),
    ("inspect HOST/app --platform amd64", "for example `(linux/)", "inspect HOST/app --platform {}amd64"),
    ("inspect HOST/app --insecure https://HOST", "for example `(localhost:5000)`", "inspect HOST/app --insecure {}"),
    ("extract HOST/app /etc", "use `(layerscope extract HOST/app /etc -o DIR)`", None),
    ("extract HOST/app /etc -o DIR2", "use `(layerscope extract HOST/app /etc -o DIR2 --force)`", None),
    ("tag HOST/app new", "for a tag, write `(:new)`", "tag HOST/app {}"),
    ("copy HOST/app out.tar", "for a file, write `(docker-archive:out.tar)`", "copy HOST/app {}"),
    ("push HOST/app HOST/b:v1", "use `(layerscope copy HOST/app HOST/b:v1)`", None),
    ("inspect oci:image.tar", "use `(oci-archive:image.tar)`", "inspect {}"),
    ("inspect ./two", "(oci:./two:v1)", "inspect {}"),
    ("inspect HOST/app --username me", "[|] (layerscope inspect HOST/app --username me --password-stdin)`", None),
    ("inspect HOST/app --creds me", "[|] (layerscope inspect HOST/app --username me --password-stdin)`", None),
    ("blob HOST/app 00", "`(layerscope layers HOST/app:latest)`", None),
    ("delete HOST/app", "`(layerscope tags HOST/app)` lists its tags", None),
    ("ci HOST/app --max-growth 5%", "use `(layerscope ci HOST/app --max-growth 5% --against IMAGE2)`", None),
    ("find HOST/app type:x", "`(layerscope help queries)` lists the words", None),
    ("help querys", "the topics are .*(queries)", "help {}"),
    ("help survey-table", "the topics are .*(survey-tables)", "help {}"),
]


@pytest.fixture
def host(tmp_path, monkeypatch):
    """A registry with the image `app:latest`; on disk a layout with two images, an archive, and a directory."""
    monkeypatch.chdir(tmp_path)
    write_directory(tmp_path / "two", layout_files([named(IMAGE, "v1"), named(OTHER, "v2")], IMAGE, OTHER))
    write_directory(tmp_path / "one", layout_files([named(IMAGE, "v1")], IMAGE))
    with tarfile.open("image.tar", "w") as archive:
        archive.add("one", ".")
    (tmp_path / "DIR2" / "etc").mkdir(parents=True)
    with KeepingRegistry() as registry:
        registry.blobs.update({("app", digest): blob for digest, blob in IMAGE.blobs.items()})
        for target in ("latest", "v1", IMAGE.digest):
            registry.manifests["app", target] = IMAGE.media_type, IMAGE.manifest_bytes
        registry.on("GET", "/v2/_catalog", Reply(body=b'{"repositories": ["app"]}'))
        challenge = {"WWW-Authenticate": 'Basic realm="test"'}
        registry.on("GET", "/v2/private/manifests/latest", Reply(401, headers=challenge))
        yield registry.host


@pytest.mark.parametrize("case", MISTAKES, ids=[mistake for mistake, *_ in MISTAKES])
def test_the_hint_for_a_mistake_works_when_it_is_followed(cli, host, monkeypatch, case):
    mistake, hint, remedy = case

    def run(command):
        return cli(*shlex.split(command.removeprefix("layerscope ").replace("HOST", host)))

    failed = run(mistake)
    assert failed.code == 2
    advice = failed.err.splitlines()[-1]
    found = re.search(hint.replace("HOST", re.escape(host)), advice)
    assert found, failed.err
    monkeypatch.setattr("sys.stdin", io.StringIO("secret\n"))
    followed = run((remedy or "{}").format(found[1]).replace("IMAGE2", "HOST/app"))
    assert followed.code in (0, 1), followed.err


@pytest.mark.parametrize(
    "case",
    [
        ("./Dockerfile", "is not an image", "build it: `layerscope build -f ./Dockerfile .`"),
        ("Dockerfile", "is not an image", "build it: `layerscope build -f Dockerfile .`"),
        ("./empty", "has neither `oci-layout` nor `manifest.json`", "save an image to a file: `docker save "),
        ("inspect ./cut.tar", "`./cut.tar` is damaged: it ends early", None),
        ("inspect 127.0.0.1:1/app", "refused the connection", "check the port, and that the registry is running"),
        ("inspect docker-daemon:app", "docker is not running", "start it, for example with `sudo systemctl start docker`"),
        ("inspect nosuch.tar", "cannot be resolved", "if `nosuch.tar` is a file, check its path"),
        ("inspect ghcr.example", "cannot be resolved", "if `ghcr.example` is a registry, `layerscope catalog ghcr.example`"),
        ("inspect nosuch.example/app", "cannot be resolved", "check the name, and the network and DNS of this machine"),
        ("login HOST", "there is no command `login`", "log in with `docker login` or `podman login`, or use --creds"),
        ("inspect HOST/private", "requires a login", "docker login HOST"),
        ("inspect ./one:v9", "has no image `v9`", "use `oci:./one:v1`"),
        ("layers HOST/app --insecure", "`--insecure` requires an argument", "see `layerscope help options`"),
        ("layers HOST/app --source x", "no such option `--source`", "see `layerscope layers --help`"),
        ("diff HOST/app", "missing argument `B`", "see `layerscope diff --help`"),
        ("--foo", "no such option `--foo`", "see `layerscope --help`"),
        ("completion", "missing argument: bash, zsh or fish", "see `layerscope completion --help`"),
        ("survey", "missing argument `WHERE...`", "see `layerscope survey run --help`"),
        ("survey shwo OUT", "there is no command `survey shwo`", "did you mean `layerscope survey show OUT`?"),
        ("tags oci:one", "is not a reference in a registry", "/NAME`, for example `localhost:5000/app`"),
        ("find HOST/app layer:9", "the image has no layer 9", "its only layer is 0"),
    ],
)  # fmt: skip
def test_a_mistake_that_only_the_user_can_repair_is_explained(cli, host, monkeypatch, case):
    mistake, message, hint = case
    Path("Dockerfile").write_text("FROM alpine\n")
    Path("empty").mkdir()
    Path("cut.tar").write_bytes(Path("image.tar").read_bytes()[:4000])
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    monkeypatch.setattr("socket.getaddrinfo", only_addresses)
    outcome = cli(*mistake.replace("HOST", host).split())
    assert outcome.code == 2
    assert message in outcome.err.splitlines()[0]
    assert hint is None or hint.replace("HOST", host) in outcome.err.splitlines()[1]


def only_addresses(name, *arguments, _resolve=socket.getaddrinfo, **more):
    """Resolve names as a machine without a network does."""
    if not name[0].isdigit():
        raise socket.gaierror(socket.EAI_NONAME, "no network")
    return _resolve(name, *arguments, **more)

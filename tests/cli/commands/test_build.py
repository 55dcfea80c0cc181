import os
import signal
import subprocess
import sys

import pytest

from support.fake_engine import FakeEngine
from support.images import build_image
from support.local_images import classic_files, tar_bytes
from support.podman_storage import podman_storage
from support.waiting import wait_for

IMAGE = build_image([[("a", b"1" * 3000)]])
ID = IMAGE.manifest["config"]["digest"]
WRITES_ID = f"""
echo "$0 $*" >"$SAID"
echo building; echo warning >&2
while [ $# -gt 0 ]; do [ "$1" = --iidfile ] && printf {ID} >"$2"; shift; done
"""


@pytest.fixture
def engine(monkeypatch):
    """An engine that has the image under its id."""
    with FakeEngine(images={ID: tar_bytes(classic_files(IMAGE, None))}) as engine:
        monkeypatch.setenv("DOCKER_HOST", f"unix://{engine.socket}")
        monkeypatch.setenv("CONTAINER_HOST", f"unix://{engine.socket}")
        yield engine


@pytest.fixture
def builder(monkeypatch, tmp_path):
    """Puts fake build programs on PATH, and no others; `said` is the command line of the last that ran."""
    (tmp_path / "bin").mkdir()
    for tool in ("sh", "sleep", "touch"):
        (tmp_path / "bin" / tool).symlink_to(f"/bin/{tool}")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("SAID", str(tmp_path / "said"))

    def write(name, script=WRITES_ID, version="Docker version 28"):
        path = tmp_path / "bin" / name
        path.write_text(f'#!/bin/sh\nif [ "$1" = --version ]; then echo "{version}"; exit; fi\n{script}\n')
        path.chmod(0o755)

    write.said = lambda: (tmp_path / "said").read_text().split()
    return write


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("name", "subcommand", "transport"),
    [("docker", "build", "docker-daemon"), ("podman", "build", "podman"), ("buildah", "bud", "podman")],
)
def test_what_was_built_is_shown_and_the_builds_own_output_is_beside_it(program, builder, name, subcommand, transport):
    builder(name)
    outcome = program("build", "-t", "app", "--build-arg", "A=1", ".")
    assert (outcome.code, outcome.err) == (0, "building\nwarning\n")
    assert outcome.lines[0].split() == ["reference", f"{transport}:{ID}"]
    _, command, option, _, *rest = builder.said()
    assert (command, option, rest) == (subcommand, "--iidfile", ["-t", "app", "--build-arg", "A=1", "."])


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("arguments", [["-fDockerfile.host", "."], ["-qh", "--", "-x"], ["--pull", "-v", "/a:/b"]])
def test_options_of_the_build_are_passed_on(program, builder, arguments):
    builder("podman")
    assert program("build", *arguments).code == 0
    assert builder.said()[4:] == [argument for argument in arguments if argument != "--"]


@pytest.mark.usefixtures("engine")
def test_the_first_program_found_builds_unless_another_is_named(program, builder):
    for name in ("docker", "podman", "buildah"):
        builder(name)
    program("build", ".")
    assert builder.said()[0].endswith("/docker")
    program("build", "--engine", "buildah", ".")
    assert builder.said()[0].endswith("/buildah")
    program("build", ".", "--engine=podman")
    assert builder.said()[0].endswith("/podman")


def test_if_a_build_fails_the_other_programs_that_build_are_named(program, builder):
    builder("docker", "exit 3")
    assert program("build", ".").err == ""
    builder("buildah")
    outcome = program("build", ".")
    assert outcome.code == 3
    assert outcome.err == "hint: if docker itself does not work here, use `layerscope build --engine buildah .`\n"


@pytest.mark.usefixtures("engine")
def test_a_docker_that_is_podman_is_asked_as_podman(program, builder):
    builder("docker", version="podman version 5.0.0")
    assert program("build", ".").lines[0].split()[1] == f"podman:{ID}"


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("form", ["--iidfile {}", "--iidfile={}"])
def test_a_file_for_the_id_that_the_user_names_gets_it(program, builder, tmp_path, form):
    script = f'printf {ID} >{tmp_path}/id; echo "$0 $*" >"$SAID"'
    builder("docker", script)
    arguments = form.format(tmp_path / "id").split()
    assert program("build", *arguments, ".").code == 0
    assert builder.said()[2:] == [*arguments, "."]
    assert (tmp_path / "id").read_text() == ID


@pytest.mark.parametrize(("script", "code"), [("exit 7", 7), ("kill -TERM $$", 128 + signal.SIGTERM)])
def test_the_exit_code_of_a_build_that_fails_passes_through(program, builder, script, code):
    builder("docker", f"echo no >&2; {script}")
    outcome = program("build", ".")
    assert (outcome.code, outcome.out, outcome.err) == (code, "", "no\n")


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("true", "cannot read the image ID that `docker` wrote to `"),
        (
            'while [ "$1" != --iidfile ]; do shift; done; echo nonsense >"$2"',
            "wrote `nonsense`, which is not an image ID",
        ),
    ],
)
def test_a_build_that_names_no_image_is_an_error(program, builder, script, message):
    builder("docker", script)
    outcome = program("build", ".")
    assert outcome.code == 2
    assert message in outcome.err


@pytest.mark.usefixtures("builder")
def test_without_a_program_to_build_with_the_error_says_so(program):
    outcome = program("build", ".")
    assert outcome.code == 2
    assert outcome.err.startswith("error: no program to build with")
    assert "cannot run `podman`" in program("build", "--engine", "podman", ".").err


def test_an_interrupt_ends_the_build_too(builder, tmp_path):
    builder("docker", f"touch {tmp_path}/started; exec sleep 60")
    command = [sys.executable, "-m", "layerscope", "build", "."]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as running:
        wait_for((tmp_path / "started").exists)
        os.killpg(running.pid, signal.SIGINT)
        _, errors = running.communicate(timeout=30)
    assert (running.returncode, errors) == (2, "error: interrupted\n")


@pytest.mark.real("podman", "buildah")
@pytest.mark.parametrize("name", ["podman", "buildah"])
def test_what_a_real_program_builds_is_shown(program, monkeypatch, tmp_path, name):
    (tmp_path / "Dockerfile").write_text("FROM scratch\nCOPY hello /srv/hello\n")
    (tmp_path / "hello").write_text("hello\n")
    with podman_storage(monkeypatch):
        outcome = program("build", "--engine", name, "-t", "app:v1", tmp_path)
        assert outcome.code == 0, outcome.err
        assert "srv/hello" in program("ls", "-R", "podman:localhost/app:v1").lines
    assert outcome.lines[0].split()[1].startswith("podman:sha256:")

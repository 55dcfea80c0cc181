import shutil
import subprocess

import pytest

from support.images import build_image
from support.podman_storage import podman_storage
from support.provenance import SOURCE, attestation, attested_layout, built_image, statement
from support.real_engines import docker_service

BUILDAH_SOURCE = """\
ENV GREETING="hello world" LANG=C
RUN echo "$VERSION" > /version \\
  && echo a > /a
SHELL ["/bin/sh", "-e", "-c"]
LABEL maintainer="me and you"
EXPOSE 443 80/tcp
VOLUME ["/data", "/more"]
WORKDIR /srv
USER 1000:1000
STOPSIGNAL SIGTERM
ENTRYPOINT ["/bin/sh", "httpd"]
CMD ["-f", "-p 80"]
"""

CLASSIC_SOURCE = """\
ENV GREETING="hello world" LANG=C
LABEL maintainer="me and you"
EXPOSE 443 80/tcp
VOLUME ["/data", "/more"]
WORKDIR /srv
USER 1000:1000
HEALTHCHECK --interval=30s --retries=3 CMD wget -q localhost || exit 1
ONBUILD RUN make
ARG TOKEN
RUN echo "$TOKEN" \\
  && echo a
SHELL ["/bin/sh", "-e", "-c"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/bin/sh", "httpd"]
CMD ["-f", "-p 80"]
"""


def test_dockerfile_shows_the_sizes_of_each_step(cli, layout):
    image = layout(
        app=build_image(
            [[("a", b"1" * 2000)]],
            [{"created_by": "COPY a / # buildkit"}, {"created_by": "USER 1", "empty_layer": True}],
        )
    )
    outcome = cli("dockerfile", image)
    assert outcome.code == 0
    assert [line.split()[0] for line in outcome.lines] == ["layer", "0", "-"]
    assert outcome.lines[1].split()[-3:] == ["COPY", "a", "/"]
    assert "2.00 kB" in outcome.lines[1]


def test_dockerfile_plain_reads_no_layer(cli, fake_registry):
    image = build_image([[("a", b"1")]], [{"created_by": "COPY a / # buildkit"}])
    fake_registry.serve(image)
    assert cli("dockerfile", "--plain", fake_registry.reference()).lines == ["COPY a /"]
    assert not any(layer["digest"] in path for path in fake_registry.paths() for layer in image.manifest["layers"])


@pytest.mark.real("podman", "buildah", "busybox")
def test_what_buildah_builds_reads_as_its_source(program, monkeypatch, tmp_path):
    (tmp_path / "Dockerfile").write_text(f"FROM scratch\nCOPY busybox /bin/sh\n{BUILDAH_SOURCE}")
    shutil.copy(shutil.which("busybox"), tmp_path / "busybox")
    with podman_storage(monkeypatch):
        assert program("build", "--engine", "buildah", "--layers", "-t", "app", tmp_path).code == 0
        restored = program("dockerfile", "--plain", "podman:localhost/app").lines
    copied, *rest = restored
    assert copied.startswith("COPY file:")
    assert rest == BUILDAH_SOURCE.splitlines()


FIRST_WORDS = ("layer", "#", "FROM", "0", "1", "clean", "CMD")


def test_the_dockerfile_of_the_provenance_is_fetched_only_if_it_is_asked_for(cli, tmp_path):
    image = built_image()
    entry, blobs = attestation(image, statement(image))
    name = attested_layout(tmp_path / "layout", image, (entry, blobs))
    outcome = cli("dockerfile", "--source", name)
    assert [line.split()[:1] for line in outcome.lines if line] == [[word] for word in FIRST_WORDS]
    assert outcome.lines[3].split()[-3:] == ["COPY", "a", "/a"]
    assert cli("dockerfile", "--source", "--plain", name).out == SOURCE
    for digest in blobs:
        (tmp_path / "layout/blobs" / digest.replace(":", "/")).unlink()
    assert cli("dockerfile", name).code == 0
    assert cli("dockerfile", "--source", name).code == 2


def test_an_image_without_provenance_has_no_dockerfile_of_its_own(cli, app):
    outcome = cli("dockerfile", "--source", "--plain", app.name)
    assert (outcome.code, outcome.out) == (2, "")
    assert "the image has no provenance with its Dockerfile" in outcome.err


@pytest.mark.real("dockerd", "docker", "busybox")
def test_what_the_classic_builder_of_docker_builds_reads_as_its_source(program, monkeypatch, tmp_path):
    (tmp_path / "Dockerfile").write_text(f"FROM scratch\nCOPY busybox /bin/sh\n{CLASSIC_SOURCE}")
    shutil.copy(shutil.which("busybox"), tmp_path / "busybox")
    monkeypatch.setenv("DOCKER_BUILDKIT", "0")
    with docker_service(monkeypatch):
        command = ["docker", "build", "--network", "none", "--build-arg", "TOKEN=s3cret", "-t", "app", tmp_path]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        outcome = program("dockerfile", "--plain", "docker-daemon:app:latest")
        assert outcome.code == 0, outcome.err
        restored = outcome.lines
    copied, *rest = restored
    assert copied.startswith("COPY file:")
    assert (
        rest == CLASSIC_SOURCE.replace("ARG TOKEN\nRUN", "ARG TOKEN\n# build arguments: TOKEN=s3cret\nRUN").splitlines()
    )

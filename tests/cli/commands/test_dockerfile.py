import shutil

import pytest

from support.images import build_image
from support.podman_storage import podman_storage

SOURCE = """\
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
    (tmp_path / "Dockerfile").write_text(f"FROM scratch\nCOPY busybox /bin/sh\n{SOURCE}")
    shutil.copy(shutil.which("busybox"), tmp_path / "busybox")
    with podman_storage(monkeypatch):
        assert program("build", "--engine", "buildah", "--layers", "-t", "app", tmp_path).code == 0
        restored = program("dockerfile", "--plain", "podman:localhost/app").lines
    copied, *rest = restored
    assert copied.startswith("COPY file:")
    assert rest == SOURCE.splitlines()

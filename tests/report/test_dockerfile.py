"""The Dockerfile restored from the history, against its source."""

import pytest
from hypothesis import given, strategies as st

from layerscope.report.dockerfile import dockerfile, dockerfile_table
from layerscope.report.go_values import from_go
from layerscope.report.instruction import build_arguments, dockerfile_lines

SOURCE = """\
COPY busybox /bin/sh
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
HEALTHCHECK --interval=30s --retries=3 CMD wget -q localhost || exit 1
ENTRYPOINT ["/bin/sh", "httpd"]
CMD ["-f", "-p 80"]
"""
SUM = "73e2b2d48642" + "b" * 52
CLASSIC = (
    f"/bin/sh -c #(nop) COPY file:{SUM} in /bin/sh ",
    "/bin/sh -c #(nop)  ENV GREETING=hello world LANG=C",
    '/bin/sh -c echo "$VERSION" > /version &&  echo a > /a',
    "/bin/sh -e -c #(nop)  SHELL [/bin/sh -e -c]",
    "/bin/sh -e -c #(nop)  LABEL maintainer=me and you",
    "/bin/sh -e -c #(nop)  EXPOSE 443 80/tcp",
    "/bin/sh -e -c #(nop)  VOLUME [/data /more]",
    "/bin/sh -e -c #(nop) WORKDIR /srv",
    "/bin/sh -e -c #(nop)  USER 1000:1000",
    "/bin/sh -e -c #(nop)  STOPSIGNAL SIGTERM",
    r"""/bin/sh -e -c #(nop)  HEALTHCHECK &{["CMD-SHELL" "wget -q localhost || exit 1"] "30s" "0s" "0s" '\x03'}""",
    '/bin/sh -e -c #(nop)  ENTRYPOINT ["/bin/sh" "httpd"]',
    '/bin/sh -e -c #(nop)  CMD ["-f" "-p 80"]',
)
BUILDKIT = (
    "COPY busybox /bin/sh # buildkit",
    "ENV GREETING=hello world LANG=C",
    'RUN /bin/sh -c echo "$VERSION" > /version && \techo a > /a # buildkit',
    "SHELL [/bin/sh -e -c]",
    "LABEL maintainer=me and you",
    "EXPOSE map[443:{} 80/tcp:{}]",
    "VOLUME [/data /more]",
    "WORKDIR /srv",
    "USER 1000:1000",
    "STOPSIGNAL SIGTERM",
    r"""HEALTHCHECK &{["CMD-SHELL" "wget -q localhost || exit 1"] "30s" "0s" "0s" "0s" '\x03'}""",
    'ENTRYPOINT ["/bin/sh" "httpd"]',
    'CMD ["-f" "-p 80"]',
)


def steps(commands):
    return [{"command": command} for command in commands]


@pytest.mark.parametrize("commands", [CLASSIC, BUILDKIT], ids=["classic builder", "BuildKit"])
def test_a_recorded_history_reads_as_its_source(commands):
    source = SOURCE.replace("COPY busybox", "COPY file:73e2b2d48642") if commands is CLASSIC else SOURCE
    assert dockerfile(steps(commands)) == source.splitlines()


def test_a_heredoc_keeps_its_lines():
    assert dockerfile_lines("RUN /bin/sh -c set -e\nmake\n # buildkit") == ["RUN <<EOF", "set -e", "make", "EOF"]


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("|2 TOKEN=secret NAME=a b /bin/sh -c make", ["TOKEN=secret", "NAME=a b"]),
        ("RUN |1 VERSION=1 /bin/sh -c make # buildkit", ["VERSION=1"]),
        ("|1 PAIR=a B=c /bin/sh -c make", ["PAIR=a B=c"]),
        ("RUN /bin/sh -c make", []),
        ("CMD |1 A=b", []),
    ],
)
def test_build_arguments_are_shown_because_everyone_who_has_the_image_can_read_them(command, arguments):
    assert build_arguments(command) == arguments


def test_build_arguments_are_a_comment_above_the_instruction():
    assert dockerfile(steps(["|1 TOKEN=secret /bin/sh -c make"])) == ["# build arguments: TOKEN=secret", "RUN make"]


def test_the_sizes_of_a_step_stand_beside_its_first_line():
    step = {"command": "RUN /bin/sh -c a && b", "layer": 3, "compressedSize": 1000, "pullKnown": True, "size": 5000}
    step |= {"overwrittenSize": 0, "deletedSize": 10, "shadowedSize": 0}
    empty = {"command": 'CMD ["sh"]', "layer": None}
    assert dockerfile_table([step, empty]) == [
        "layer     pull     size  wasted  instruction",
        "    3  1.00 kB  5.00 kB    10 B  RUN a \\",
        "                                   && b",
        '    -        -        -       -  CMD ["sh"]',
    ]
    assert dockerfile_table([step], unread={3})[1].split()[:4] == ["3", "1.00", "kB", "-"]


@pytest.mark.parametrize(
    ("recorded", "written"),
    [
        ("EXPOSE [80/tcp]", "EXPOSE 80/tcp"),
        ('HEALTHCHECK &{["NONE"] "0s" "0s" "0s" \'\\x00\'}', "HEALTHCHECK NONE"),
        (
            'HEALTHCHECK &{["CMD" "a" "b"] "0s" "3s" "1m0s" \'\\n\'}',
            'HEALTHCHECK --timeout=3s --start-period=1m0s --retries=10 CMD ["a", "b"]',
        ),
        ('CMD ["a","b"]', 'CMD ["a","b"]'),
        ("ENV A=b C=d", "ENV A=b C=d"),
        ('ENV A="b c"', 'ENV A="b c"'),
        ("ENV A b c", "ENV A b c"),
        ("COPY --chown=a:b file:12ab in /x ", "COPY --chown=a:b file:12ab /x"),
        ("VOLUME", "VOLUME"),
    ],
)
def test_a_value_that_go_printed_gets_the_spelling_of_a_dockerfile(recorded, written):
    assert from_go(recorded) == written


@given(st.text())
def test_no_character_of_a_history_reaches_the_terminal_raw(command):
    for prefix in ("", "RUN |1 A=", "HEALTHCHECK &{[", "RUN /bin/sh -c a\n"):
        assert all(line.isprintable() for line in dockerfile(steps([prefix + command])))

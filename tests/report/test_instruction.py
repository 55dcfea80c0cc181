import pytest
from hypothesis import given, strategies as st

from layerscope.report.instruction import instruction, instruction_lines

SUM = "85eec0371f1c" + "0" * 52

SPELLINGS = {
    f"/bin/sh -c #(nop) ADD file:{SUM} in / ": "ADD file:85eec0371f1c /",
    '/bin/sh -c #(nop)  CMD ["bash"]': 'CMD ["bash"]',
    "/bin/sh -c make": "RUN make",
    "|2 VERSION=1 2 NAME=b /bin/sh -c make": "RUN make # build arguments: VERSION=1 2 NAME=b",
    "RUN /bin/sh -c apt-get update   && apt-get install -y jq # buildkit": "RUN apt-get update && apt-get install -y jq",
    "RUN |1 VERSION=1 /bin/sh -c make # buildkit": "RUN make # build arguments: VERSION=1",
    "RUN /bin/bash -o pipefail -c a | b # buildkit": "RUN a | b",
    "/bin/bash -euxo pipefail -c a | b": "RUN a | b",
    'cmd /S /C #(nop) SHELL ["powershell"]': 'SHELL ["powershell"]',
    "COPY build/ /app/ # buildkit": "COPY build/ /app/",
    'ENTRYPOINT ["java"]': 'ENTRYPOINT ["java"]',
    "bazel build ...": "bazel build ...",
    "": "",
}


@pytest.mark.parametrize(("created_by", "expected"), SPELLINGS.items())
def test_every_builder_s_way_of_recording_a_step_reads_as_its_dockerfile_instruction(created_by, expected):
    assert instruction(created_by) == expected


def test_each_command_of_a_run_has_its_own_line():
    assert instruction_lines("RUN /bin/sh -c apt-get update   && apt-get install -y jq || true # buildkit") == [
        "RUN apt-get update",
        "  && apt-get install -y jq",
        "  || true",
    ]


def test_commands_after_semicolons_have_their_own_lines_but_loops_stay_whole():
    assert instruction_lines("/bin/sh -c set -e;     for i in 1 2; do touch $i; done; ls") == [
        "RUN set -e;",
        "  for i in 1 2; do touch $i; done;",
        "  ls",
    ]


def test_an_operator_inside_quotes_starts_no_line():
    assert instruction_lines("/bin/sh -c echo 'a && b' \"c || d\" && ls") == [
        "RUN echo 'a && b' \"c || d\"",
        "  && ls",
    ]


def test_a_heredoc_keeps_its_lines():
    assert instruction_lines("RUN /bin/sh -c <<EOF\nset -e\n  make\nEOF") == ["RUN <<EOF", "set -e", "  make", "EOF"]


def test_an_instruction_of_a_megabyte_is_cut_when_it_is_split_into_lines():
    lines = instruction_lines("/bin/sh -c " + "'' && " * 200_000)
    assert sum(map(len, lines)) < 50_000
    assert lines[-1].endswith("…")


@given(st.text())
def test_no_character_that_could_steer_a_terminal_is_left(created_by):
    assert instruction(created_by).isprintable()
    assert all(line.isprintable() for line in instruction_lines("/bin/sh -c " + created_by))

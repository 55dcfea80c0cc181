"""The advice of a saving fits the instruction that made its layer."""

import pytest

from layerscope.insight.savings import find_savings
from layerscope.report.waste import saving_rows
from support.analysis import facts_of
from support.layer_indexes import file

LISTS = file("var/lib/apt/lists/main", b"x" * 5000)
END_OF_RUN = "to the end of the RUN that makes layer 0"
NO_RUN = "layer 0 is not made by a RUN: use a base image without them"


@pytest.mark.parametrize(
    ("command", "part"),
    [
        ("RUN /bin/sh -c apt-get update # buildkit", END_OF_RUN),
        ("/bin/sh -c apt-get update", END_OF_RUN),
        ("", END_OF_RUN),
        ("/bin/sh -c #(nop) ADD file:1 in / ", NO_RUN),
        ("COPY / / # buildkit", NO_RUN),
        ("# debian.sh --arch 'amd64' out/ 'trixie'", NO_RUN),
    ],
)
def test_only_a_run_is_told_to_clean_up_at_its_end(command, part):
    analysis = facts_of([LISTS], commands=[command])
    (row,) = saving_rows(analysis, find_savings(analysis.accounting))
    assert part in row["advice"]

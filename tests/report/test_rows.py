"""The wording for missing layers."""

import pytest

from layerscope.report.rows import failures


@pytest.mark.parametrize(
    ("flaws", "words"),
    [
        (["", ""], ""),
        (["missing", ""], "layer 0 is missing"),
        (["", "not what was promised"], "layer 1 is not what was promised"),
        (["missing", "", "missing"], "2 layers are missing"),
        (["missing", "truncated"], "2 layers failed"),
    ],
)
def test_the_layers_that_are_not_whole_are_named_and_counted(flaws, words):
    assert failures(dict(enumerate(flaws))) == words

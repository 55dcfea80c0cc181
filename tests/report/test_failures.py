"""The wording for missing layers."""

import pytest

from layerscope.report.failures import failures


@pytest.mark.parametrize(
    ("flaws", "words"),
    [
        (["", ""], ""),
        (["is missing", ""], "layer 0 is missing"),
        (["", "has a wrong digest"], "layer 1 has a wrong digest"),
        (["is missing", "", "is missing"], "2 layers are missing"),
        (["has a wrong digest", "has a wrong digest"], "2 layers have a wrong digest"),
        (["is missing", "is truncated"], "2 layers failed"),
    ],
)
def test_the_layers_that_are_not_whole_are_named_and_counted(flaws, words):
    assert failures(dict(enumerate(flaws))) == words

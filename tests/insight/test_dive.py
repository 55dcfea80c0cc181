"""dive's figures, for kinds of images that are not among the extra cases."""

import math

from layerscope.insight.dive import dive_figures
from support.layer_indexes import directory, file, index_of, whiteout


def figures_of(*layers):
    return dive_figures([index_of(layer) for layer in layers])


def test_a_whiteout_in_the_lowest_layer_acts_on_that_layer():
    figures = figures_of([directory("a"), whiteout("p.pyc"), file("git", b"x" * 10), file("p.pyc", b"x" * 10)])
    assert (figures.wasted_size, figures.efficiency) == (10, 0.5)


def test_waste_is_infinite_if_only_the_lowest_layer_has_bytes():
    assert figures_of([file("a", b"x")], [file("a")]).wasted_user_share == math.inf


def test_the_share_of_no_waste_in_no_bytes_is_no_number():
    assert math.isnan(figures_of([file("a", b"x")]).wasted_user_share)


def test_an_image_without_layers_wastes_nothing():
    assert (figures_of().efficiency, figures_of().wasted_size) == (1.0, 0)

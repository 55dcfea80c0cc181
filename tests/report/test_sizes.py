import pytest

from layerscope.report.table import natural_size, percent

SIZES = {0: "0 B", 219: "219 B", 999: "999 B", 1000: "1.00 kB", 215_400: "215 kB", 63_150_001: "63.2 MB"}


@pytest.mark.parametrize(("size", "shown"), SIZES.items())
def test_a_size_has_three_significant_digits_in_units_of_a_thousand(size, shown):
    assert natural_size(size) == shown


def test_a_size_is_never_shown_as_a_thousand_of_its_unit():
    assert [natural_size(size) for size in (9_996, 99_960, 999_499, 999_500)] == [
        "10.0 kB",
        "100 kB",
        "999 kB",
        "1.00 MB",
    ]


def test_a_size_that_no_disk_has_is_shown_in_its_unit_too():
    assert natural_size(2**70) == "1.18 ZB"


def test_a_share_short_of_the_whole_is_never_called_the_whole_and_a_trace_never_nothing():
    assert [percent(share) for share in (0, 0.00001, 0.00099, 0.001, 0.884, 0.99999, 1.0)] == [
        "0.0 %",
        "under 0.1 %",
        "under 0.1 %",
        "0.1 %",
        "88.4 %",
        "99.9 %",
        "100.0 %",
    ]

from layerscope.report.deletion import cost_in_words


def test_deleting_a_manifest_without_tags_costs_no_tag():
    assert cost_in_words((), (), "") == "which has no tag"


def test_tags_and_broken_indexes_are_named():
    assert cost_in_words(["a"], ["i"], "") == "with its tag `a`; this breaks the index `i`, which contains it"
    assert cost_in_words(["a", "b"], ["i", "j"], "") == (
        "with its tags `a`, `b`; this breaks the indexes `i`, `j`, which contain it"
    )


def test_a_long_list_is_folded():
    assert cost_in_words([f"v{number}" for number in range(20)], (), "").endswith("`v19`")
    assert cost_in_words([f"v{number}" for number in range(21)], (), "").endswith("`v19` and 1 more")


def test_a_list_that_may_be_incomplete_is_reported_last():
    assert cost_in_words(["a"], (), "the list is cut").endswith("`a`; the list may be incomplete: the list is cut")

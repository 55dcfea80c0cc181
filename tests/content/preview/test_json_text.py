"""JSON as indented text."""

import json

from layerscope.content.preview.json_text import json_text
from layerscope.content.preview.model import HEAD_SIZE


def test_json_is_indented_and_what_is_no_json_is_shown_as_it_is():
    assert json_text(b'{"a":["\xc3\xa9"]}', "it").pieces == ["{", '  "a": [', '    "é"', "  ]", "}"]
    assert json_text(b'{"a":1,"a":2}\nx', "it").pieces == ['{"a":1,"a":2}', "x"]


def test_a_deep_document_of_a_megabyte_does_not_become_a_hundred():
    deep = [1] * 300_000
    for _ in range(60):
        deep = [deep]
    text = json_text(json.dumps(deep).encode(), "it")
    assert text.cut
    assert sum(map(len, text.pieces)) < 2 * HEAD_SIZE

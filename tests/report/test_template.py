import pytest

from layerscope.errors import UsageError
from layerscope.report.template import filled

ROW = {
    "tag": "v1",
    "size": 3,
    "image": {"digest": "sha256:00"},
    "platforms": ["a", "b"],
    "none": None,
    "bad": "\x1b[31m",
}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{.tag}} {{ .size }}", "v1 3"),
        ("{{.image.digest}}", "sha256:00"),
        ("{{json .platforms}}{{.platforms}}", '["a", "b"]["a", "b"]'),
        (r"{{.tag}}\t{{.none}}\n", "v1\t\n"),
        ("{{.bad}}", r"\x1b[31m"),
        ("no field", "no field"),
    ],
)
def test_placeholders_are_filled_with_the_fields_of_a_row(template, text):
    assert filled(template, ROW) == text


@pytest.mark.parametrize(
    ("template", "hint"),
    [("{{.tagg}}", "the fields are `tag`, "), ("{{.tag.x}}", "the fields are none"), ("{{tag}}", "write a field as ")],
)
def test_a_wrong_placeholder_is_an_error_that_names_the_fields(template, hint):
    with pytest.raises(UsageError) as caught:
        filled(template, ROW)
    assert caught.value.hint.startswith(hint)

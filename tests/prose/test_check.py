"""The check of prose: it finds the phrases of `words.toml` where people read them, and nothing in plain English."""

import pytest

from prose.check import WORDS, lint, too_many_wheres
from prose.python_prose import docstrings

PLAIN = '''"""The digest in `text`; raises `InvalidReference` if it does not follow the grammar."""

WHERE_IT_IS = {"hint": "write `HOST:PORT/NAME`, where HOST is a domain"}  # as the file system gives up
'''


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('"""The tag, where there is one."""\n', "1:13: 'where there is'"),
        ('x = 1\n\n\ndef f():\n    """The tar.\n\n    What came of it.\n    """\n', "7:10: 'came of'"),
        ("x = 1  # as the history tells\n", "1:25: 'tells'"),
        ("# where there\n# is no tag\n", "1:3: 'where there is'"),
        ('raise E(f"{x} holds the image "\n        f"against {y}")\n', "1:15: 'holds the image against'"),
        ('x = "line\\nin vain"\n', "1:12: 'in vain'"),
        ("class FindWish:\n    pass\n", "1: 'wish' in a name"),
    ],
)
def test_a_phrase_of_the_dialect_is_found_at_its_line_and_column(source, found):
    (finding,) = lint("module.py", source)
    assert finding.startswith(found)


def test_text_that_is_no_code_is_read_whole():
    assert [finding[:13] for finding in lint("README.md", "# Use\n\nIt is in vain.\n")] == ["3:7: 'in vain"]


def test_plain_english_is_left_alone():
    assert list(lint("module.py", PLAIN)) == []


def test_docstrings_that_say_where_are_counted_and_no_others():
    limit = WORDS["most_docstrings_with_where"]
    source = 'def f():\n    """Where it is."""\n    return "where"\n\n\nX = 1\n"""Elsewhere."""\n'
    assert len(list(docstrings(source))) == 2
    assert list(too_many_wheres(iter([source] * limit))) == []
    assert len(list(too_many_wheres(iter([source] * (limit + 1))))) == 1

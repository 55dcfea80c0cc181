import pytest

from layerscope.settings.parsing import Given, Settings, line_of, parse, with_variables

GOOD = b"""\
# my settings
theme = "nord"
sort = 'size'
columns = ["mode", "pull"]
cache_size = "2GB"

[keys]
find = "ctrl+f"  # as in an editor
quit = ["q", "Q"]
"""


def problems(text, environment=None):
    """What is wrong in a file that is called `f`, and in the environment."""
    data = text if isinstance(text, bytes) else text.encode()
    return with_variables(parse(data, "f"), environment or {}).problems


def test_each_setting_is_read_with_its_line():
    settings = parse(GOOD, "f")
    assert settings == Settings(
        theme=Given("nord", "`f`, line 2"),
        sort=Given("size", "`f`, line 3"),
        columns=Given(("mode", "pull"), "`f`, line 4"),
        cache_size=Given(2_000_000_000, "`f`, line 5"),
        keys={"find": Given(("ctrl+f",), "`f`, line 8"), "quit": Given(("q", "Q"), "`f`, line 9")},
    )


def test_a_variable_goes_before_the_file():
    environment = {"LAYERSCOPE_THEME": "dracula", "LAYERSCOPE_COLUMNS": "mode, owner", "LAYERSCOPE_CACHE_SIZE": "7"}
    settings = with_variables(parse(GOOD, "f"), environment)
    assert settings.theme == Given("dracula", "`LAYERSCOPE_THEME`")
    assert settings.columns == Given(("mode", "owner"), "`LAYERSCOPE_COLUMNS`")
    assert settings.cache_size == Given(7, "`LAYERSCOPE_CACHE_SIZE`")
    assert settings.sort == Given("size", "`f`, line 3")


def test_an_empty_variable_sets_nothing():
    assert with_variables(Settings(), {"LAYERSCOPE_THEME": ""}) == Settings()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a = 1", "`f`, line 1: there is no setting `a`"),
        ("theme = 3", "`f`, line 1: the value of `theme` is not a text in quotes"),
        ("\ncolumns = [1]", "`f`, line 2: the value of `columns` is not a text in quotes"),
        ("cache_size = -1", '`f`, line 1: the value of `cache_size` is not a size; write, for example, "2GB"'),
        ("cache_size = true", '`f`, line 1: the value of `cache_size` is not a size; write, for example, "2GB"'),
        ("cache_size = 2020-01-01", '`f`, line 1: the value of `cache_size` is not a size; write, for example, "2GB"'),
        ("keys = 'q'", "`f`, line 1: the value of `keys` is not a table"),
        ("[keys]\nquit = []", "`f`, line 2: the value of `quit` is an empty list"),
        ("keys.find = {}", "`f`, line 1: the value of `find` is not a text in quotes"),
        ("[theme]\nx = 1", "`f`, line 1: the value of `theme` is not a text in quotes"),
        ("# x\ntheme = nord", "`f`, line 2: invalid value"),
        ("theme = ", "`f`, line 1: `theme` has no value"),
        ("\n\ntheme = '", '`f`, line 3: expected "\'"'),
        ("theme = 'a'\ntheme = 'b'", "`f`, line 2: cannot overwrite a value"),
        ("theme = 'a\x1bb'", r"`f`, line 1: found invalid character '\x1b'"),
        ('"\\u202e" = 1', r"`f`, line 1: there is no setting `\u202e`"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text, problem):
    assert problems(text) == (problem,)


def test_what_is_right_beside_an_error_still_counts():
    settings = parse(b"theme = 'nord'\nsort = 1\n[keys]\nfind = 1\nquit = 'Q'\n", "f")
    assert settings.theme == Given("nord", "`f`, line 1")
    assert settings.keys == {"quit": Given(("Q",), "`f`, line 5")}
    assert len(settings.problems) == 2


def test_a_wrong_variable_is_named():
    assert problems("", {"LAYERSCOPE_CACHE_SIZE": "much"}) == (
        'the value of `LAYERSCOPE_CACHE_SIZE` is not a size; write, for example, "2GB"',
    )


@pytest.mark.parametrize(
    "data",
    [
        b"\x7fELF\x00\x01\xff",
        b"a = " + b"[" * 100_000,
        b"cache_size = " + b"9" * 5000,
        b"cache_size = 0x" + b"f" * 5000,
        b"\xff\xfe" + "theme = 'a'".encode("utf-16-le"),
        b"theme = 'a" + b"\n" * 50_000,
    ],
    ids=["binary", "nested", "digits", "hexadecimal", "utf-16", "lines"],
)
def test_no_content_raises_an_error(data):
    (problem,) = problems(data) or ("a number that is a size",)
    assert len(problem) < 200


@pytest.mark.parametrize(
    ("text", "name", "table", "line"),
    [
        ("[keys]\na = 1", "a", "keys", 2),
        ("a = 1\n[keys]\na = 1", "a", "keys", 3),
        ("[keys]\na = 1\n[other]\nb = 1", "a", "", 2),
        ("\nkeys.a = 1", "a", "keys", 2),
        ("\nkeys = {a = 1}", "a", "keys", 2),
        ('"a" = 1', "a", "", 1),
        ("b.a = 1\n[ keys ]\n'a' = 1", "a", "keys", 3),
    ],
)
def test_the_line_of_a_name_is_found_in_its_table(text, name, table, line):
    assert line_of(text, name, table) == line

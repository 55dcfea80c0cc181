"""The file of the settings: its path, how it is read, and how a theme is written into it."""

import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import platformdirs

from layerscope.content.output_file import replace_file
from layerscope.display import display
from layerscope.errors import LayerscopeError
from layerscope.settings.parsing import Settings, parse, with_variables
from layerscope.small_file import read_small_file

_THEME = re.compile(r"^([ \t]*theme[ \t]*=[ \t]*)(?:\"[^\"\\\n]*\"|'[^'\n]*')", re.MULTILINE)


def settings_file() -> Path | None:
    """The file of the settings, which need not exist; None if there is no home directory."""
    path = Path(platformdirs.user_config_dir("layerscope", appauthor=False), "config.toml")
    return path if path.is_absolute() else None


def read_settings(file: Path | None, environment: Mapping[str, str]) -> Settings:
    """The settings of the file and the environment; a file that cannot be read is a problem in them."""
    try:
        data = read_small_file(file) if file else None
        settings = parse(data, _name(file)) if file and data is not None else Settings()
    except OSError as error:
        settings = Settings(problems=(_unreadable(file, error).message,))
    return with_variables(settings, environment)


def keep_theme(file: Path, theme: str) -> None:
    """Write a theme into the file of the settings, and leave all else in it as it is; raises `LayerscopeError`."""
    try:
        data = read_small_file(file) or b""
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _unreadable(file, error) from error
    replace_file(file, with_theme(data, theme, _name(file)))


def with_theme(data: bytes, theme: str, name: str) -> bytes:
    """The content of the file `name` with another theme; raises `LayerscopeError` if its TOML does not allow that."""
    import tomllib  # noqa: PLC0415 - few users change the theme

    line = f"theme = {json.dumps(theme)}"
    with suppress(ValueError, RecursionError):  # it is no UTF-8, or no TOML
        text = data.decode()
        wanted = {**tomllib.loads(text), "theme": theme}
        replaced = _THEME.sub(lambda found: found[1] + json.dumps(theme), text, count=1)
        changed = replaced if tomllib.loads(replaced) == wanted else f"{line}\n{text}"
        if tomllib.loads(changed) == wanted:
            return changed.encode()
    raise LayerscopeError(f"the theme cannot be written into `{name}`", hint=f"write `{line}` there by hand")


def _unreadable(file: Path | None, error: OSError) -> LayerscopeError:
    return LayerscopeError(f"cannot read `{_name(file)}`: {error.strerror}")


def _name(file: Path | None) -> str:
    return display(os.fsencode(file or ""), limit=200)

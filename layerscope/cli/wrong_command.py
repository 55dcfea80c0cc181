"""What to run in place of a first argument that looks like a command, but is not one."""

import re
import shlex
from difflib import get_close_matches
from pathlib import Path

import click

from layerscope.cli.command_table import COMMANDS
from layerscope.cli.console.failures import may_be_secret
from layerscope.display import display
from layerscope.errors import NotFound, RegistryError, SourceError, TransportError, UsageError
from layerscope.oci.pasted import reference_in


def unknown_command(error: BaseException, arguments: list[str]) -> UsageError | None:
    """The error if the first argument looks like a command, but is not one; None if it was rightly taken for an IMAGE.

    A word is a wrong command if more arguments follow than an IMAGE has, if it is like the name of a command, or if no
    image of that name is found.
    """
    word = _unknown_word(arguments)
    if not word:
        return None
    hint = _advice(word, arguments)
    if isinstance(error, SourceError) and Path(word).exists():
        return None
    if isinstance(error, NotFound | RegistryError | SourceError | TransportError):
        reason = f"there is no command `{word}`, and the image `{word}` cannot be opened: {error.message}"
        return UsageError(reason, hint=hint or error.hint or _ALL)
    is_wrong = type(error) is click.UsageError or (hint and isinstance(error, click.UsageError))
    return UsageError(f"there is no command `{word}`", hint=hint or _ALL) if is_wrong else None


def nearest_command(word: str) -> str | None:
    """The command that people mean by `word`: one with a similar name, or its name in other tools; None if none is."""
    return _OTHER_NAMES.get(word) or next(iter(get_close_matches(word, COMMANDS, n=1, cutoff=0.7)), None)


def _advice(word: str, arguments: list[str]) -> str | None:
    """What to run in place of a wrong command, with the arguments of the user; None if that is unknown."""
    rest = list(arguments)
    rest.remove(word)
    if any(map(may_be_secret, rest)):
        rest = []
    pasted = reference_in(shlex.join([word, *rest]))
    if pasted:
        return f"run `layerscope {display(pasted, limit=200)}`"
    shown = f" {display(shlex.join(rest), limit=300)}" if rest else ""
    if word in _OTHER_WAYS:
        return _OTHER_WAYS[word].format(shown or " IMAGE")
    near = nearest_command(word)
    return f"did you mean `layerscope {near}{shown}`?" if near else None


_ALL = "`layerscope --help` lists the commands"
_OTHER_NAMES = {
    "rm": "delete",
    "rmi": "delete",
    "remove": "delete",
    "cp": "copy",
    "images": "catalog",
    "list-tags": "tags",
    "show": "inspect",
    "info": "inspect",
    "dive": "explore",
}
"""Commands of docker, podman, skopeo and dive, and the command that does about the same here."""
_OTHER_WAYS = {
    "pull": "nothing needs a pull: run `layerscope{0}`, or `layerscope copy{0} oci:DIR` for a copy on this machine",
    "save": "run `layerscope copy{0} docker-archive:FILE`",
    "digest": "run `layerscope inspect{0} --format '{{{{.digest}}}}'`",
    "tree": "run `layerscope ls{0} -R`",
    "login": "log in with `docker login` or `podman login`, or use --creds",
    "logout": "log out with `docker logout` or `podman logout`",
}
"""Commands of these tools that have no command here, and what to do instead."""
_WORD = re.compile(r"[A-Za-z]+(?:-[a-z]+)*")


def _unknown_word(arguments: list[str]) -> str:
    """The first argument if it is a plain word and not a command; else empty."""
    first = next((argument for argument in arguments if not argument.startswith("-")), "")
    return first if _WORD.fullmatch(first) and first not in COMMANDS else ""

"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from layerscope.cli.command import GroupedOption
from layerscope.cli.console import talk
from layerscope.cli.console.style import KINDS, style
from layerscope.display import display
from layerscope.errors import UsageError

if TYPE_CHECKING:
    from layerscope.oci import Platform

Function = TypeVar("Function", bound="Callable[..., Any]")


def shared_option(name: str, *names: str, group: str = "", **settings: Any) -> Callable[[Function], Function]:
    """An option of several commands, which one environment variable sets for all of them: `LAYERSCOPE_PLATFORM`."""
    own = variable(name.partition("/")[0])
    return click.option(name, *names, cls=GroupedOption, group=group, envvar=own, **settings)


def variable(*names: str) -> str:
    """The environment variable of an option, by the names of its command and itself: `LAYERSCOPE_FIND_SORT`."""
    return "_".join(("LAYERSCOPE", *(name.strip("-").replace("-", "_").upper() for name in names)))


def name_variables(command: click.Command, *names: str) -> None:
    """Let an environment variable set each option of a command that has these names."""
    for option in command.params:
        if isinstance(option, click.Option) and not isinstance(option.envvar, list):
            own = variable(*names, max(option.opts, key=len))
            option.envvar = [own, *([option.envvar] if isinstance(option.envvar, str) else [])]
    if isinstance(command, click.Group):
        for name, member in command.commands.items():
            name_variables(member, *names, name)


def platform_option(
    function: Function,
    name: str = "--platform",
    summary: str = "The platform, if IMAGE is an image index.",
) -> Function:
    """The image to choose from an index."""
    return shared_option(name, callback=_platform, metavar="OS/ARCH", help=summary)(function)


def _platform(_context: click.Context, _parameter: click.Parameter, value: str | None) -> Platform | None:
    from layerscope.oci import Platform

    return Platform.parse(value) if value else None


def verbose_option(function: Function) -> Function:
    """`-v`: log to standard error; `-vv` logs more. `-q`: print only data and errors."""
    quiet = _output_option("--quiet", "-q", is_flag=True, callback=_be_quiet, help="Print only data and errors.")
    verbose = _output_option(
        "--verbose", "-v", count=True, callback=_be_verbose, help="Log to standard error; -vv logs more."
    )
    return verbose(quiet(function))


def _output_option(name: str, *names: str, **settings: Any) -> Callable[[Function], Function]:
    """An option that sets how all commands print; a callback follows it, and the command does not see it."""
    return shared_option(name, *names, group="Output", expose_value=False, **settings)


class Number(click.IntRange):
    """A whole number that is not less than `min`."""

    def _describe_range(self) -> str:
        """The range in words, for help and errors; click writes `x>=0`."""
        return f"{self.min} or more"


def layer_option(text: str, name: str = "--layer") -> Callable[[Function], Function]:
    """`--layer N`, or another name, with this help; the command checks that the image has layer N."""
    return click.option(name, type=Number(min=0), metavar="N", help=text)


def only_one(**options: object) -> None:
    """Raise `UsageError` if more than one of these options is set; the keywords are their names."""
    given = [f"`--{name}`" for name, value in options.items() if value is not None and value is not False]
    if len(given) > 1:
        raise UsageError(f"{' and '.join(given)} cannot be combined", hint=f"leave out {' or '.join(given)}")


def json_option(function: Function, *, template: bool = True, human: str = "") -> Function:
    """`--json`, and the other options for the output of rows; `human` is a short name of `--human`.

    The function gets `as_json`, which is true if the rows are printed as data.
    """
    options = [
        shared_option(
            "--json", "as_json", group="Output", is_flag=True, callback=_as_json, help="Print JSON, as with -o json."
        ),
        _output_option(
            "--output", "-o", type=click.Choice(KINDS), is_eager=True, callback=_set("kind"),
            help="Print a table, JSON or YAML.",
        ),
        *([_template_option] if template else []),
        _output_option(
            "--human/--bytes", *filter(None, [human]), default=None, callback=_set_sizes,
            help="Print sizes with a unit, or as numbers of bytes.",
        ),
        _output_option(
            "--no-trunc", is_flag=True, callback=_set("is_whole"), help="Print long lines whole on a terminal."
        ),
        no_pager_option,
    ]  # fmt: skip
    for option in reversed(options):
        function = option(function)
    return function


def no_pager_option(function: Function) -> Function:
    """`--no-pager`: never start a pager."""
    return _output_option(
        "--no-pager", is_flag=True, callback=_set_no_pager, help="Do not show long output in PAGER on a terminal."
    )(function)


def _template_option(function: Function) -> Function:
    return _output_option(
        "--format", metavar="TEMPLATE", is_eager=True, callback=_set("template"),
        help="Print a line for each row, for example '{{.path}} {{.size}}'; the fields are those of --json.",
    )(function)  # fmt: skip


def _as_json(_context: click.Context, _parameter: click.Parameter, given: bool) -> bool:  # noqa: FBT001 - click's signature
    return given or style().is_data


def _set(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    """A callback that sets an attribute of the style if the option is used."""

    def set_attribute(_context: click.Context, _parameter: click.Parameter, value: Any) -> None:
        if value:
            setattr(style(), name, value)

    return set_attribute


def _set_no_pager(_context: click.Context, _parameter: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's signature
    if value:
        style().pages = False


def _set_sizes(context: click.Context, _parameter: click.Parameter, human: bool | None) -> None:  # noqa: FBT001 - click's signature
    if human is not None:
        from layerscope.report.table import SIZES

        token = SIZES.set("human" if human else "bytes")
        context.call_on_close(lambda: SIZES.reset(token))


def to_size(_context: click.Context, _parameter: click.Parameter, text: str) -> int:
    """The value of an option in bytes."""
    from layerscope.insight.rules import parse_size

    try:
        return parse_size(int(text) if text.isdecimal() else text)
    except ValueError as error:
        raise UsageError(
            f"`{display(text, limit=100)}` is not a size", hint="write a size such as `20MB` or `512KiB`"
        ) from error


def _be_verbose(context: click.Context, _parameter: click.Parameter, count: int) -> None:
    if not count:
        return
    from layerscope.cli.console.verbosity import be_quiet, be_verbose

    be_verbose(count)
    context.call_on_close(be_quiet)


def _be_quiet(context: click.Context, _parameter: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's signature
    if value:
        context.call_on_close(talk.hush())

"""Many images at once: `survey`, `survey show`, `survey query`."""

from __future__ import annotations

import shlex
import time
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from layerscope.cli.command import Command
from layerscope.cli.completion import complete_image
from layerscope.cli.connection import Connection, connection_options
from layerscope.cli.console import exit_codes, stdout, talk
from layerscope.cli.console.work import interruptible, with_progress
from layerscope.cli.options import Number, json_option, platform_option
from layerscope.content.output_file import replace_file
from layerscope.display import display
from layerscope.errors import UsageError

if TYPE_CHECKING:
    from layerscope.loading import Cancellation
    from layerscope.oci import Platform
    from layerscope.registry.client import RegistryClient
    from layerscope.report.row import Row
    from layerscope.survey.run import Note, Progress, Summary, Wanted
    from layerscope.survey.storage import Storage

_EXTRA = "`survey` needs the extra `survey`: `pip install 'layerscope[survey]'`."


class SurveyGroup(click.Group):
    """Runs `survey run` if the first argument is not a command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Add the name of the command if it is left out; raises `UsageError` if it is misspelt."""
        if not args or args[0] not in {*self.commands, *ctx.help_option_names}:
            self._check_word(args)
            args = ["run", *args]
        return super().parse_args(ctx, args)

    def _check_word(self, args: list[str]) -> None:
        """Without the option that `survey run` needs, a word like the name of a command is misspelt."""
        near = [] if {"-o", "--output"} & {*args} else get_close_matches("".join(args[:1]), self.commands, n=1)
        if near:
            command = display(shlex.join([near[0], *args[1:]]), limit=300)
            message = f"there is no command `survey {display(args[0], limit=100)}`"
            raise UsageError(message, hint=f"did you mean `layerscope survey {command}`?")


@click.group(cls=SurveyGroup, subcommand_metavar="WHERE... -o OUT | COMMAND [ARGS]...", epilog=_EXTRA)
def survey() -> None:
    """Read many images, and show what they share and waste.

    Without the name of a command, it is `survey run`.

    `layerscope help survey-tables` describes the tables in OUT.
    """


@survey.command(
    "run",
    cls=Command,
    short_help="Read images, and write tables in Parquet to OUT.",
    examples=("survey run REPOSITORY -o OUT", "survey REGISTRY --tags newest:3 -o OUT"),
)
@click.argument("where", nargs=-1, required=True, shell_complete=complete_image)
@click.option(
    "-o", "--output", "out", required=True, metavar="OUT", help="The directory or fsspec address to write to."
)
@click.option(
    "--tags", default="all", metavar="CHOICE", help="The tags of a repository: `all`, `newest:3`, or a pattern (v1.*)."
)
@partial(platform_option, summary="The platform to read of each image index.")
@click.option("--jobs", type=Number(min=1), default=3, metavar="N", help="How many layers or images are read at once.")
@click.option(
    "--files", "with_files", is_flag=True, help="Also write the table `files`, with every file of each layer."
)
@click.option("--scheduler", default="", metavar="ADDRESS", help="Use the workers of the Dask cluster at this address.")
@connection_options
def run(  # noqa: PLR0913 - as many as the command has options
    where: tuple[str, ...],
    connection: Connection,
    *,
    out: str,
    tags: str,
    platform: Platform | None,
    jobs: int,
    with_files: bool,
    scheduler: str,
) -> None:
    """Read all images of registries and repositories, and write tables in Parquet to OUT.

    Name registries, repositories, images, or @FILE, which has one of these on each line. A layer that several images
    share is read once. A second run reads only what OUT does not have; the tables then have only the images of that
    run. An image that cannot be read is a row with its problem.

    The workers of a cluster read from the registry with the logins of their own machines.
    """
    from layerscope.survey.run import Wanted
    from layerscope.survey.storage import Storage
    from layerscope.survey.tags import TagChoice, parse_names

    wanted = Wanted(tuple(parse_names(where)), TagChoice.parse(tags, platform), platform, with_files=with_files)
    summary = _run(connection, Storage.at(out), wanted, jobs, scheduler)
    talk.note("note", _sentence(summary))
    if not summary.image_count and tags != "all":
        talk.warning(f"no tag matches `{display(tags, limit=100)}`")
    if summary.problem_count:
        talk.warning(_problems(summary.problem_count, out))
        click.get_current_context().exit(exit_codes.TROUBLE)


def _run(connection: Connection, storage: Storage, wanted: Wanted, jobs: int, scheduler: str) -> Summary:
    """Run the survey with its progress; raises `UsageError` if a login would be sent to a cluster."""
    from layerscope.survey.engine import cluster, threads
    from layerscope.survey.run import survey as run_survey

    if scheduler and (connection.username or connection.auth_file):
        raise UsageError(
            "a login is not sent to the workers of a cluster", hint="log in on each worker, with `docker login`"
        )
    client = _client(connection, wanted)

    def work(note: Note, cancellation: Cancellation) -> Summary:
        options = connection.host_options(*_domains(wanted))
        engine = cluster(scheduler, options, cancellation) if scheduler else threads(client, jobs, cancellation)
        with engine as running:
            return run_survey(client, running, storage, wanted, note)

    with client:
        return with_progress(SurveyState(), work, client.close)


def _client(connection: Connection, wanted: Wanted) -> RegistryClient:
    """One client for all registries; a login of the command line needs to know for which of them it is."""
    domains = _domains(wanted)
    if connection.username and len(domains) > 1:
        raise UsageError("one login cannot be used for several registries", hint="log in with `docker login`")
    return connection.client(domains[0], others=domains[1:])


def _domains(wanted: Wanted) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.domain for name in wanted.names))


def _problems(count: int, out: str) -> str:
    found = "1 image has a problem" if count == 1 else f"{count:,} images have a problem"
    command = display(shlex.join(["layerscope", "survey", "show", out]), limit=300)
    return f"{found}; `{command}` lists {'it' if count == 1 else 'them'}"


def _sentence(summary: Summary) -> str:
    from layerscope.report.table import natural_size

    read = summary.layer_count - summary.kept_count
    kept = f", {summary.kept_count:,} were there already" if summary.kept_count else ""
    return f"images: {summary.image_count:,}; layers read: {read:,} ({natural_size(summary.fetched_size)}){kept}"


@dataclass(slots=True)
class SurveyState:
    """The progress of a survey: the last event of each phase, and when the layers began."""

    phases: dict[str, Progress] = field(default_factory=dict)
    started: float = 0.0

    def note(self, event: Progress) -> None:
        """Update the state by an event."""
        self.started = self.started or (time.monotonic() if event.phase == "layers" else 0.0)
        self.phases[event.phase] = event

    def lines(self) -> list[str]:
        """One line per phase; that of the layers has their bytes and the time left."""
        return [self._line(phase) for phase in self.phases.values()]

    def _line(self, phase: Progress) -> str:
        from layerscope.report.table import natural_size

        what = "layers read" if phase.phase == "layers" else f"images {phase.phase}"
        line = f"{what}: {phase.done:,} of {phase.count:,}"
        if not phase.size:
            return line
        passed = time.monotonic() - self.started
        left = passed * (phase.size - phase.done_size) / phase.done_size if phase.done_size else 0.0
        minutes, seconds = divmod(round(left), 60)
        sizes = f"{natural_size(phase.done_size)} of {natural_size(phase.size)}"
        return f"{line}, {sizes}" + (f", {minutes}:{seconds:02} left" if left else "")


@survey.command("show", cls=Command, examples=("survey show OUT", "survey show OUT --format html -o survey.html"))
@click.argument("out")
@click.option(
    "--format", "kind", type=click.Choice(["text", "json", "html"]), default="text", help="The format of the report."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to this file.")
def show(out: str, *, kind: str, output: Path | None) -> None:
    """Show what the images of a survey share and waste.

    It shows the biggest images, wasted bytes by repository and by cause, shared layers, bases, growth by tag, and, if
    there is a table of files, the same files in several layers. `html` is a page with pictures; it needs the extra
    `html`.
    """
    text = interruptible(lambda _cancellation: _report(out, kind))
    if output is None or str(output) == "-":
        stdout.write_text(text)
    else:
        replace_file(output, text.encode())


def _report(out: str, kind: str) -> str:
    from layerscope.survey.queries import opened
    from layerscope.survey.report import answers, answers_text
    from layerscope.survey.storage import Storage

    with opened(Storage.at(out)) as tables:
        if kind == "html":
            from layerscope.survey.pictures import survey_page

            return survey_page(tables)
        found = answers(tables)
    if kind == "json":
        from layerscope.report.formats import to_json

        return to_json({name: rows for name, (_, rows) in found.items()}) + "\n"
    return answers_text(found, stdout.terminal_width())


@survey.command("query", cls=Command, examples=('survey query OUT "SELECT reference, size FROM images"',))
@click.argument("out")
@click.argument("sql")
@json_option
def query(out: str, sql: str, *, as_json: bool) -> None:
    """Query the tables of a survey in SQL, with DuckDB.

    `layerscope help survey-tables` has the tables and ready queries.
    """
    from layerscope.survey.queries import opened
    from layerscope.survey.report import json_values, row_lines
    from layerscope.survey.storage import Storage

    def ask(_cancellation: Cancellation) -> list[Row]:
        with opened(Storage.at(out)) as tables:
            return tables.ask(sql)

    rows = interruptible(ask)
    stdout.write_listing(json_values(rows), row_lines, as_json=as_json)

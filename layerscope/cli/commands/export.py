"""Reports on an image: `export`."""

from pathlib import Path

import click

from layerscope.cli.console import damage, stdout
from layerscope.cli.image_request import ImageRequest, image_command
from layerscope.content.output_file import replace_file

FORMATS = ("json", "dive-json", "csv", "markdown")


@click.command
@image_command
@click.option("--format", "kind", type=click.Choice(FORMATS), default="json", help="The format of the report.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write to this file. An existing file is replaced only when the report is complete.",
)
def export(request: ImageRequest, *, kind: str, output: Path | None) -> None:
    """Write a report on the image and its layers for other programs."""
    analysis = request.load()
    from layerscope.report.formats import REPORTS

    text = REPORTS[kind](analysis)
    if output is None or str(output) == "-":
        stdout.write_text(text)
    else:
        replace_file(output, text.encode())
    damage.report(analysis)

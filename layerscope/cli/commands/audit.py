"""What should not be in an image: `audit`."""

from __future__ import annotations

from functools import partial

import click

from layerscope.cli.command import command
from layerscope.cli.console import damage, stdout
from layerscope.cli.image_request import ImageRequest, image_command
from layerscope.cli.options import json_option, only_one

SEVERITIES = ("low", "medium", "high")


@command("audit IMAGE", "audit IMAGE --severity high", "audit IMAGE --format sarif")
@image_command
@click.option(
    "--severity",
    type=click.Choice(SEVERITIES),
    default="low",
    show_default=True,
    help="List only the risks of at least this severity.",
)
@click.option("--format", "kind", type=click.Choice(["text", "sarif"]), default="text", help="The format of the risks.")
@partial(json_option, template=False)
def audit(request: ImageRequest, *, severity: str, kind: str, as_json: bool) -> None:
    """List what should not be in an image, the worst first, with the layer and what to do.

    Secrets are private keys, passwords and tokens, in the files of all layers, in variables, labels, build arguments
    and the history. A deleted file is listed, because the image still ships it. No secret is printed. Only
    small text files are examined, and only if their names are usual for secrets or configuration.

    Other risks are setuid and setgid files, file capabilities, files that all users can write, root as the user, and
    broken symlinks. They are less severe if a package has the file.
    """
    only_one(format=kind == "sarif", json=as_json)
    analysis = request.load()
    from layerscope.insight.audit import Severity, find_risks
    from layerscope.report.audit import risk_lines, risk_rows
    from layerscope.report.rows import gap_of

    risks = [risk for risk in find_risks(analysis) if risk.severity >= Severity[severity.upper()]]
    rows = risk_rows(analysis, risks)
    if kind == "sarif":
        from layerscope.report.sarif import sarif

        stdout.write_text(sarif(analysis, rows))
    else:
        stdout.write_listing(rows, partial(risk_lines, gap=gap_of(analysis)), as_json=as_json)
    damage.report(analysis)

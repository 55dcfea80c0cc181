"""Are the bytes what they should be: `verify`; and the bytes themselves: `blob`."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import click

from layerscope.cli import talk
from layerscope.cli.failures import CHECK_FAILED
from layerscope.cli.options import image_command, json_option
from layerscope.cli.output import terminal_width, write_bytes, write_lines, write_rows
from layerscope.display import display
from layerscope.errors import NotFound, UsageError, VerificationError

if TYPE_CHECKING:
    from layerscope.cli.opening import ImageRequest
    from layerscope.loading import Cancellation
    from layerscope.oci.descriptor import Descriptor
    from layerscope.oci.image import Image
    from layerscope.sources.source import ImageSource


@click.command
@image_command
@json_option
def verify(request: ImageRequest, *, as_json: bool) -> None:
    """Check size, digest and diff_id of every part of an image; exit code 1 where one is not what it should be."""
    request.check()
    from layerscope.cli.verification import announced_digest, failed_row, verdict_rows
    from layerscope.cli.work import interruptible
    from layerscope.report.registry import verdict_lines

    warnings: tuple[str, ...] = ()
    try:
        facts = request.load()
        announced = interruptible(lambda _cancellation: announced_digest(request))
        rows, warnings = verdict_rows(facts, announced), facts.image.warnings
    except VerificationError as error:
        rows = [failed_row(error)]
    if as_json:
        write_rows(rows)
    else:
        write_lines(verdict_lines(rows, terminal_width()))
    for warning in warnings:
        talk.warning(warning)
    if any(row["status"] != "verified" for row in rows):
        click.get_current_context().exit(CHECK_FAILED)


@click.command
@image_command
@click.argument("digest")
def blob(request: ImageRequest, *, digest: str) -> None:
    """The exact bytes of a part of an image: its config or a layer, named by DIGEST or the start of it.

    They are printed as they come; if at the end they do not have their digest, the exit code is 2.
    """
    with closing(request.open()) as source:
        from layerscope.cli.work import interruptible

        def work(cancellation: Cancellation) -> None:
            _print_blob(source, _find(source.resolve(request.platform), digest), cancellation)

        interruptible(work, source.close)


def _find(image: Image, text: str) -> Descriptor:
    parts = {part.digest: part for part in (image.manifest.config, *(layer.descriptor for layer in image.layers))}
    wanted = text if ":" in text else f"sha256:{text}"
    found = [part for digest, part in parts.items() if str(digest).startswith(wanted)]
    if len(found) == 1:
        return found[0]
    shown = display(text, limit=100)
    if found:
        raise UsageError(f"`{shown}` is the start of {len(found)} digests of the image")
    raise NotFound(f"the image has no config or layer `{shown}`", hint="`layerscope layers` lists their digests")


def _print_blob(source: ImageSource, descriptor: Descriptor, cancellation: Cancellation) -> None:
    hasher, size = descriptor.digest.hasher() if descriptor.digest.verifiable else None, 0
    with source.open_blob(descriptor) as chunks:
        for chunk in chunks:
            cancellation.check()
            size += len(chunk)
            if hasher:
                hasher.update(chunk)
            write_bytes(chunk)
    if hasher is None:
        raise VerificationError(f"{descriptor.digest.short} cannot be verified: its algorithm is unknown")
    if (size, hasher.hexdigest()) != (descriptor.size, descriptor.digest.encoded):
        raise VerificationError(
            f"what was printed is damaged: it is not {descriptor.digest} of {descriptor.size} bytes"
        )

"""The exact bytes of a manifest, config or layer, and the check of all bytes: `blob`, `verify`."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from layerscope.cli.command import command
from layerscope.cli.console import exit_codes, stdout, talk
from layerscope.cli.console.progress import LoadState
from layerscope.cli.console.work import interruptible, with_progress
from layerscope.cli.image_request import ImageRequest, blob_command
from layerscope.cli.options import json_option
from layerscope.content.inventory import Inventory
from layerscope.display import display
from layerscope.errors import NotFound, UsageError
from layerscope.oci import Digest, Image

if TYPE_CHECKING:
    from layerscope.blobs.store import BlobStore
    from layerscope.loading import Cancellation


@command("blob IMAGE DIGEST -o FILE")
@blob_command
@click.argument("digest")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write to FILE. If the digest does not match, FILE is not written.",
)
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
def blob(request: ImageRequest, *, digest: str, output: Path | None, force: bool) -> None:
    """Print the exact bytes of the index, manifest, config or layer with this DIGEST.

    The first characters of the digest are enough. The bytes are not printed to a terminal. If they do not match the
    digest, the exit code is 2.
    """
    file = None if output is None or str(output) == "-" else output
    if file is None and stdout.is_terminal():
        raise UsageError(
            "the exact bytes of a blob are not printed to a terminal",
            hint="write them to a pipe, or use `-o FILE`",
        )
    from layerscope.content.output_file import check_absent, replace_file_by_chunks

    if file and not force:
        check_absent(file)
    with closing(request.open()) as store:
        from layerscope.blobs.resolve import resolve

        def work(cancellation: Cancellation) -> None:
            image = resolve(store, request.platform)
            with _open_part(store, image, digest) as chunks:
                watched = cancellation.watch(chunks)
                if file is None:
                    stdout.write_chunks(watched)
                else:
                    replace_file_by_chunks(file, watched, overwrite=force)

        interruptible(work, store.close)


def _open_part(store: BlobStore, image: Image, text: str) -> AbstractContextManager[Iterable[bytes]]:
    """The part whose digest is `text` or starts with it; raises `NotFound` or `UsageError`.

    Documents need no check: they were verified when the image was resolved.
    """
    from layerscope.blobs.verified import open_verified

    documents = (image.index_bytes, image.manifest_bytes, image.config_bytes)
    verified = {Digest.of(data): data for data in documents if data}
    layers = {layer.descriptor.digest: layer.descriptor for layer in image.layers}
    digest = _choose({*verified, *layers}, text, display(image.reference, limit=200))
    if digest in verified:
        return nullcontext([verified[digest]])
    return open_verified(store, layers[digest])


def _choose(digests: set[Digest], text: str, image: str) -> Digest:
    wanted, shown = text if ":" in text else f"sha256:{text}", display(text, limit=100)
    found = [digest for digest in digests if str(digest).startswith(wanted)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"`{shown}` is ambiguous: {len(found)} digests of the image start with it")
    hint = f"`layerscope inspect {image}` and `layerscope layers {image}` list the digests"
    raise NotFound(f"the image has no part with the digest `{shown}`", hint=hint)


@command("verify IMAGE", "verify IMAGE --json")
@blob_command
@json_option
def verify(request: ImageRequest, *, as_json: bool) -> None:
    """Check size, digest and diff_id of each part of an image; exit 1 if a part is wrong or missing.

    If the image is an index, all its images, attestations and artifacts are checked. With --platform, only the image
    for that platform is checked. The layer cache is not used.
    """
    request = replace(request, is_strict=True)
    request.check()
    from layerscope.report.parts import part_lines, part_row

    inventory = _verify(request)
    rows = list(map(part_row, inventory.parts))
    stdout.write_listing(rows, part_lines, as_json=as_json)
    for warning in inventory.warnings:
        talk.warning(warning)
    if any(row["status"] != "verified" for row in rows):
        click.get_current_context().exit(exit_codes.CHECK_FAILED)


def _verify(request: ImageRequest) -> Inventory:
    """All parts with their status; progress goes to standard error."""
    with closing(request.open()) as store:
        from layerscope.content.verification import verify_image

        return with_progress(LoadState(), partial(verify_image, store, request.platform), store.close)

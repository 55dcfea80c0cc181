"""The image as a whole: what its manifest and config say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerscope.oci import Image
from layerscope.report.table import UNKNOWN_PULL
from layerscope.tui.lines.fields import count_text, field, fields, heading, natural_size, paragraph, percent, time_text
from layerscope.tui.lines.spans import Line, safe

if TYPE_CHECKING:
    from layerscope.insight.accounting import Accounting
    from layerscope.insight.base import Base


def image_details(  # noqa: PLR0913, PLR0917 - as many as there are facts
    image: Image, accounting: Accounting | None, incomplete: str, limit: str, width: int, base: Base | None = None
) -> list[Line]:
    """Reference, digests, sizes, the fate of its bytes, how its container runs, and its registry's rate limit.

    `incomplete` says what is missing; if it is not empty, there are no fates.
    """
    config = image.config
    pull = f", {natural_size(image.compressed_size)} to pull" if image.is_pull_known else ""
    lines = fields(
        (
            ("reference", image.reference),
            ("digest", str(image.descriptor.digest) if image.descriptor else ""),
            ("media type", image.manifest.media_type),
            ("platform", str(image.platform)),
            ("created", time_text(config.created)),
            ("author", config.author),
            ("layers", f"{count_text(len(image.layers), 'layer')}{pull}"),
            ("base", _base(base) if base else ""),
            ("pull", "" if image.is_pull_known else UNKNOWN_PULL),
            ("pulls", f"limited {limit}" if limit else ""),
        ),
        width,
    )
    if incomplete:
        lines += [*heading("Bytes"), *field("incomplete", incomplete, width, "bad")]
    elif accounting:
        lines += [*heading("Bytes"), *_fates(accounting, width, pull_known=image.is_pull_known)]
    lines += [*heading("Runs"), *_runtime(image, width)]
    lines += _listing("Environment", config.environment, width)
    lines += _listing("Labels", [f"{key}={value}" for key, value in config.labels.items()], width)
    return lines + _listing("Warnings", image.warnings, width, "warning")


def _base(base: Base) -> str:
    """The base image, and how it is known."""
    source = "as the image says" if base.source == "name" else "in the cache"
    return f"{safe(base.name)}: {count_text(base.layer_count, 'layer')}, {source}"


def _fates(accounting: Accounting, width: int, *, pull_known: bool) -> list[Line]:
    fates, pull = accounting.image, accounting.compressed_image
    lines = field("size", natural_size(fates.size), width)
    lines += field("live", f"{natural_size(fates.live_size)}, {percent(fates.efficiency)}", width, "good")
    same = f" (metadata only: {natural_size(fates.metadata_only_size)})" if fates.metadata_only_size else ""
    for label, size, more in (
        ("overwritten", fates.overwritten_size, same),
        ("deleted", fates.deleted_size, ""),
        ("shadowed", fates.shadowed_size, ""),
    ):
        if size:
            lines += field(label, natural_size(size) + more, width, "bad")
    if fates.wasted_size:
        share = f" (about {natural_size(pull.wasted_size)} of the pull)" if pull_known else ""
        lines += field("wasted", natural_size(fates.wasted_size) + share, width, "bad")
    return lines


def _runtime(image: Image, width: int) -> list[Line]:
    config = image.config
    return fields(
        (
            ("entrypoint", " ".join(config.entrypoint)),
            ("command", " ".join(config.command)),
            ("user", config.user or "root"),
            ("working dir", config.working_directory or "/"),
            ("ports", ", ".join(config.exposed_ports)),
            ("volumes", ", ".join(config.volumes)),
        ),
        width,
    )


def _listing(title: str, items: tuple[str, ...] | list[str], width: int, style: str = "value") -> list[Line]:
    if not items:
        return []
    return [*heading(title), *(line for item in items for line in paragraph(safe(item), width, style))]

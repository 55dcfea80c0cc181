"""Image configs and their history (OCI image-spec config.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from layerscope.errors import InvalidReference
from layerscope.oci.descriptor import as_list, as_object, text, text_map
from layerscope.oci.digest import Digest
from layerscope.oci.platform import Platform
from layerscope.oci.strict_json import parse_object


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One history entry; `created` is the raw RFC 3339 text, `created_by` the raw command."""

    created: str = ""
    created_by: str = ""
    author: str = ""
    comment: str = ""
    empty_layer: bool = False


@dataclass(frozen=True, slots=True)
class ImageConfig:
    """The image config; members that are missing or of a wrong type are empty."""

    created: str = ""
    author: str = ""
    platform: Platform = field(default=Platform("", ""))
    history: tuple[HistoryEntry, ...] = ()
    diff_ids: tuple[Digest | None, ...] = ()
    environment: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    user: str = ""
    working_directory: str = ""
    exposed_ports: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)

    @classmethod
    def parse(cls, data: bytes) -> ImageConfig:
        """The config in `data`; raises `InvalidDocument` only if `data` is not a JSON object."""
        value = parse_object(data, "the image config")
        run = as_object(value.get("config"))
        return cls(
            created=text(value, "created"),
            author=text(value, "author"),
            platform=Platform(text(value, "os"), text(value, "architecture"), text(value, "variant")),
            history=tuple(_history_entry(item) for item in as_list(value.get("history"))),
            diff_ids=_diff_ids(as_object(value.get("rootfs"))),
            environment=_texts(run.get("Env")),
            entrypoint=_texts(run.get("Entrypoint")),
            command=_texts(run.get("Cmd")),
            user=text(run, "User"),
            working_directory=text(run, "WorkingDir"),
            exposed_ports=_keys(run.get("ExposedPorts")),
            volumes=_keys(run.get("Volumes")),
            labels=text_map(run.get("Labels")),
        )


def _history_entry(value: Any) -> HistoryEntry:
    if not isinstance(value, dict):
        return HistoryEntry()
    return HistoryEntry(
        created=text(value, "created"),
        created_by=text(value, "created_by"),
        author=text(value, "author"),
        comment=text(value, "comment"),
        empty_layer=value.get("empty_layer") is True,
    )


def _diff_ids(rootfs: dict[str, Any]) -> tuple[Digest | None, ...]:
    """The diff_ids of a `rootfs` of type `layers`, the only type that config.md defines ("rootfs")."""
    if rootfs.get("type", "layers") != "layers":
        return ()
    return tuple(_diff_id(item) for item in as_list(rootfs.get("diff_ids")))


def _diff_id(value: Any) -> Digest | None:
    try:
        return Digest.parse(value)
    except InvalidReference:
        return None


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(item for item in as_list(value) if isinstance(item, str))


def _keys(value: Any) -> tuple[str, ...]:
    return tuple(as_object(value))

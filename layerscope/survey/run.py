"""A survey from its names to its tables: list, resolve, read each layer once, measure each image, write the tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from layerscope.display import display
from layerscope.oci import Platform, Reference
from layerscope.oci.collection import Registry, Repository
from layerscope.registry.api.listing import list_repositories
from layerscope.registry.client import RegistryClient
from layerscope.survey import tasks
from layerscope.survey.engine import Engine
from layerscope.survey.layer_file import SOUND
from layerscope.survey.plan import FILES, IMAGES, LAYERS, LayerWork, Plan, PlannedImage, image_name
from layerscope.survey.storage import Storage
from layerscope.survey.tables import write_tables
from layerscope.survey.tags import TagChoice


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a phase is: `found` images, `layers` read or images `measured`; sizes are bytes of blobs."""

    phase: str
    done: int
    count: int
    done_size: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to read: names, tags and platform, and whether to write the table of files."""

    names: tuple[Registry | Repository | Reference, ...]
    tags: TagChoice
    platform: Platform | None
    with_files: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did; `kept_count` layers were there already."""

    image_count: int
    problem_count: int
    layer_count: int
    kept_count: int
    fetched_size: int


Note = Callable[[Progress], None]


def survey(client: RegistryClient, engine: Engine, storage: Storage, wanted: Wanted, note: Note) -> Summary:
    """Read what is wanted and write the tables; what the storage has by digest is not read again.

    The client lists the repositories of registries. Raises `LayerscopeError` for these lists and for the storage.
    """
    plan = Plan()
    _resolve(engine, storage, wanted, _references(client, engine, wanted, plan), plan, note)
    missing = _missing_layers(storage, plan, with_files=wanted.with_files)
    fetched_size = _read(engine, storage, missing, note, with_files=wanted.with_files)
    _measure(engine, storage, plan, note)
    problem_count = write_tables(storage, plan)
    return Summary(len(plan.images), problem_count, len(plan.layers), len(plan.layers) - len(missing), fetched_size)


def _references(client: RegistryClient, engine: Engine, wanted: Wanted, plan: Plan) -> list[str]:
    """All references; a repository without a list of tags becomes an image with a problem."""
    found = [str(name) for name in wanted.names if isinstance(name, Reference)]
    repositories = [str(name.reference) for name in wanted.names if isinstance(name, Repository)]
    for name in wanted.names:
        if isinstance(name, Registry):
            listing = list_repositories(client, name.domain)
            repositories += [str(Repository(name.domain, item).reference) for item in listing.items]
            if listing.incomplete:
                plan.add(PlannedImage(str(name), problem=f"the list is incomplete: {listing.incomplete}"))
    for repository, listed in engine.run(tasks.list_repository, (wanted.tags,), dict.fromkeys(repositories)):
        problem = _problem(listed) if isinstance(listed, Exception) else listed.problem
        if problem:
            plan.add(PlannedImage(repository, problem=problem))
        found += [] if isinstance(listed, Exception) else listed.references
    return sorted(dict.fromkeys(found))


def _resolve(  # noqa: PLR0913, PLR0917 - who, from where, what, and where to
    engine: Engine, storage: Storage, wanted: Wanted, references: list[str], plan: Plan, note: Note
) -> None:
    planned: dict[str, PlannedImage] = {}
    for reference, image in engine.run(tasks.plan_image, (storage, wanted.platform), references):
        failed = isinstance(image, Exception)
        planned[reference] = PlannedImage(reference, problem=_problem(image)) if failed else image
        note(Progress("found", len(planned), len(references)))
    for reference in references:
        plan.add(planned.pop(reference))


def _missing_layers(storage: Storage, plan: Plan, *, with_files: bool) -> list[LayerWork]:
    """The layers to read, biggest first."""
    there = storage.names(LAYERS)
    files = storage.names(FILES) if with_files else frozenset()
    missing = [
        work
        for key, work in plan.layers.items()
        if f"{key}{SOUND}" not in there or (with_files and f"{key}.parquet" not in files)
    ]
    return sorted(missing, key=lambda work: -work.layer.descriptor.size)


def _read(engine: Engine, storage: Storage, missing: list[LayerWork], note: Note, *, with_files: bool) -> int:
    """Read the layers; returns the bytes that were fetched. A layer whose task failed stays unread."""
    size, done_size, fetched_size = sum(work.layer.descriptor.size for work in missing), 0, 0
    results = engine.run(tasks.read_layer, (storage, with_files), missing)
    for done, (work, fetched) in enumerate(results, 1):
        fetched_size += fetched if isinstance(fetched, int) else 0
        done_size += work.layer.descriptor.size
        note(Progress("layers", done, len(missing), done_size, size))
    return fetched_size


def _measure(engine: Engine, storage: Storage, plan: Plan, note: Note) -> None:
    there = storage.names(IMAGES)
    missing = [digest for digest in plan.keys if image_name(digest) not in there]
    for done, (digest, result) in enumerate(engine.run(tasks.measure, (storage,), missing), 1):
        if isinstance(result, Exception):
            plan.failures[digest] = _problem(result)
        note(Progress("measured", done, len(missing)))


def _problem(error: Exception) -> str:
    """A sentence on a failure that no code expects. Its text may have anything in it, so only its type is named."""
    return f"the task failed: {display(type(error).__name__)}"

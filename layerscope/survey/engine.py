"""What runs the tasks of a survey: threads of this process, or the workers of a Dask cluster."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from layerscope.display import display
from layerscope.errors import Cancelled, LayerscopeError, TransportError
from layerscope.loading import Cancellation
from layerscope.registry.client import RegistryClient
from layerscope.registry.connect import connect
from layerscope.registry.hosts.trust import HostOptions
from layerscope.survey.extra import needed

Item = TypeVar("Item")
Submit = Callable[..., "Future[Any]"]
TICK = 0.2
"""Seconds between two looks at the cancellation."""
AHEAD = 4
"""Tasks that wait for each thread, so that none is idle."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Engine:
    """Runs tasks, of which at most `window` are submitted at the same time."""

    submit: Submit
    window: int
    cancellation: Cancellation

    def run(
        self, task: Callable[..., Any], arguments: tuple[Any, ...], items: Iterable[Item]
    ) -> Iterator[tuple[Item, Any]]:
        """Each item with the result of its task, as they end. The task gets a client, the arguments and the item.

        An unexpected failure of one task is an `Exception` as its result: the engine has tried the task again if its
        worker died. Raises `LayerscopeError` if a task does.
        """
        waiting: dict[Future[Any], Item] = {}
        for item in items:
            waiting[self.submit(task, *arguments, item)] = item
            while len(waiting) >= self.window:
                yield from self._finished(waiting)
        while waiting:
            yield from self._finished(waiting)

    def _finished(self, waiting: dict[Future[Any], Item]) -> Iterator[tuple[Item, Any]]:
        done, _ = wait(waiting, TICK, FIRST_COMPLETED)
        self.cancellation.check()
        for future in done:
            yield waiting.pop(future), _result(future)


def _result(future: Future[Any]) -> Any:
    try:
        return future.result()
    except LayerscopeError:
        raise
    except Exception as error:  # noqa: BLE001 - one hostile image must not end a survey of thousands
        _log.info("a task failed: %s", type(error).__name__)
        return error


@contextmanager
def threads(client: RegistryClient, count: int, cancellation: Cancellation) -> Iterator[Engine]:
    """An engine of threads, which share the client."""
    pool = ThreadPoolExecutor(count, thread_name_prefix="survey")

    def submit(task: Callable[..., Any], *arguments: Any) -> Future[Any]:
        return pool.submit(task, client, *arguments)

    with _ending(pool):
        yield Engine(submit, AHEAD * count, cancellation)


@contextmanager
def cluster(address: str, options: HostOptions, cancellation: Cancellation) -> Iterator[Engine]:
    """An engine of the workers of a Dask cluster. Each worker has its own client, with the logins that it finds.

    Raises `UsageError` without the extra, and `TransportError` if the scheduler does not answer.
    """
    with needed("distributed"):
        import distributed
    connect_to: Callable[..., Any] = distributed.Client
    try:
        dask = connect_to(address, set_as_default=False)
    except (OSError, ValueError) as error:
        raise TransportError(f"the scheduler `{display(address, limit=200)}` does not answer") from error
    with dask:
        pool = dask.get_executor(pure=False)

        def submit(task: Callable[..., Any], *arguments: Any) -> Future[Any]:
            future: Future[Any] = pool.submit(on_worker, options, task, *arguments)
            return future

        with _ending(pool):
            yield Engine(submit, AHEAD * max(sum(dask.nthreads().values()), 1), cancellation)


def on_worker(options: HostOptions, task: Callable[..., Any], *arguments: Any) -> Any:
    """Run a task on a worker, with the client of the worker."""
    return task(_client(options), *arguments)


@cache
def _client(options: HostOptions) -> RegistryClient:
    return connect(options, read_only=True)


@contextmanager
def _ending(pool: Executor) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        if isinstance(pool, ThreadPoolExecutor):
            pool.shutdown(wait=isinstance(error, Cancelled), cancel_futures=True)
        else:
            pool.shutdown(wait=False)
        raise
    pool.shutdown()

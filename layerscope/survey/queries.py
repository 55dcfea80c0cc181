"""Questions to the tables of a survey, as SQL for DuckDB. Each is also a ready query in the help."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from layerscope.display import display
from layerscope.errors import NotFound, UsageError
from layerscope.survey.extra import needed
from layerscope.survey.schema import TABLES, Record
from layerscope.survey.storage import Storage


@dataclass(frozen=True, slots=True)
class Query:
    """A title and the SQL; columns that end in `_size` are bytes. It may need the table `files`."""

    title: str
    sql: str
    needs_files: bool = False


QUERIES: Mapping[str, Query] = {
    "total": Query(
        "Bytes of all distinct images, with and without sharing of layers",
        """SELECT (SELECT count(*) FROM images) AS image_count,
       (SELECT count(DISTINCT digest) FROM images) AS different_image_count,
       (SELECT count(*) FROM images
        WHERE problem IS NOT NULL OR incomplete IS NOT NULL) AS problem_count,
       count(*) AS layer_count,
       (SELECT sum(compressed_size) FROM image_layers)::BIGINT
         AS without_sharing_size,
       sum(compressed_size)::BIGINT AS with_sharing_size
FROM (SELECT DISTINCT digest, compressed_size FROM layers)""",
    ),
    "biggest": Query(
        "The biggest images",
        """SELECT size AS unpacked_size, compressed_size AS pull_size, wasted_size,
       reference
FROM images WHERE size IS NOT NULL ORDER BY size DESC, reference LIMIT 20""",
    ),
    "waste": Query(
        "Wasted bytes by repository, of distinct images",
        """SELECT sum(wasted_size)::BIGINT AS wasted_size,
       sum(size)::BIGINT AS unpacked_size,
       count(*) AS image_count, registry || '/' || repository AS repository
FROM (SELECT DISTINCT registry, repository, digest, size, wasted_size
      FROM images)
WHERE size IS NOT NULL
GROUP BY ALL ORDER BY wasted_size DESC, repository LIMIT 20""",
    ),
    "causes": Query(
        "Wasted bytes by cause, of distinct images",
        """SELECT sum(size)::BIGINT AS wasted_size,
       sum(compressed_size)::BIGINT AS pull_size,
       count(DISTINCT image) AS image_count, any_value(title) AS cause
FROM waste WHERE killed_by IS NOT NULL GROUP BY cause
ORDER BY wasted_size DESC LIMIT 20""",
    ),
    "shared": Query(
        "The layers shared by the most images",
        """SELECT count(DISTINCT l.image) AS image_count,
       any_value(l.compressed_size) AS pull_size,
       (any_value(l.compressed_size) * (count(DISTINCT l.image) - 1))::BIGINT
         AS saved_size,
       l.digest, any_value(l.command) AS command
FROM image_layers l GROUP BY l.digest HAVING count(DISTINCT l.image) > 1
ORDER BY image_count DESC, saved_size DESC, l.digest LIMIT 20""",
    ),
    "bases": Query(
        "Images that others are built on",
        """WITH last AS (SELECT image, max(index) AS top FROM image_layers GROUP BY image),
     ends AS (SELECT l.image, l.chain_id
              FROM image_layers l JOIN last USING (image) WHERE l.index = top)
SELECT count(DISTINCT u.image) AS user_count,
       any_value(i.compressed_size) AS pull_size, min(i.reference) AS base
FROM ends JOIN image_layers u
  ON u.chain_id = ends.chain_id AND u.image <> ends.image
JOIN last ON last.image = u.image AND u.index < last.top
JOIN images i ON i.digest = ends.image
GROUP BY ends.chain_id ORDER BY user_count DESC, base LIMIT 20""",
    ),
    "growth": Query(
        "The tags that grew most, each against the next older tag of its repository",
        """SELECT size - lag(size) OVER (PARTITION BY registry, repository
                              ORDER BY created, tag) AS growth_size,
       size AS unpacked_size, reference
FROM images WHERE size IS NOT NULL AND tag IS NOT NULL
ORDER BY growth_size DESC NULLS LAST, reference LIMIT 20""",
    ),
    "duplicates": Query(
        "The same file in several layers",
        """SELECT (any_value(f.size) * (count(DISTINCT f.layer_id) - 1))::BIGINT
         AS repeated_size,
       count(DISTINCT f.layer_id) AS layer_count, any_value(f.size) AS file_size,
       min(f.path) AS path
FROM files f SEMI JOIN layers USING (layer_id)
WHERE f.content IS NOT NULL AND f.size > 0
GROUP BY f.content, f.size HAVING count(DISTINCT f.layer_id) > 1
ORDER BY repeated_size DESC, path LIMIT 20""",
        needs_files=True,
    ),
    "problems": Query(
        "Images that could not be read whole",
        """SELECT reference, coalesce(problem, incomplete) AS problem FROM images
WHERE problem IS NOT NULL OR incomplete IS NOT NULL ORDER BY reference LIMIT 200""",
    ),
}
SIZES = """SELECT registry || '/' || repository AS repository, tag, size, wasted_size, compressed_size FROM images
WHERE size IS NOT NULL AND tag IS NOT NULL ORDER BY registry, repository, created, tag"""
"""The sizes of all tags, oldest first: the lines of the picture."""
SHARING = """WITH own AS (SELECT DISTINCT registry || '/' || repository AS repository,
                    l.digest, l.compressed_size AS size
             FROM images i JOIN image_layers l ON l.image = i.digest),
     big AS (SELECT repository FROM own GROUP BY repository ORDER BY sum(size) DESC, repository LIMIT 40)
SELECT a.repository AS a, b.repository AS b, sum(a.size)::BIGINT AS size
FROM own a JOIN own b USING (digest)
WHERE a.repository IN (FROM big) AND b.repository IN (FROM big) GROUP BY ALL ORDER BY ALL"""
"""The bytes that two repositories share, for the biggest ones: the matrix of the picture."""


@contextmanager
def opened(storage: Storage) -> Iterator[Tables]:
    """The tables, for questions in the context; raises `NotFound` if there are none, or `LayerscopeError`."""
    with needed("duckdb"):
        import duckdb
    with duckdb.connect() as connection:
        found = frozenset(name for name, table in _datasets(storage) if connection.register(name, table))
        if not found:
            raise NotFound(
                f"`{display(storage.address, limit=200)}` has no tables of a survey",
                hint="`layerscope survey WHERE -o OUT` writes them",
            )
        yield Tables(connection, found)


@dataclass(frozen=True, slots=True)
class Tables:
    """A connection to the tables; `names` are those that exist."""

    _connection: Any
    names: frozenset[str]

    def ask(self, sql: str) -> list[Record]:
        """The rows of the answer; raises `UsageError` if the SQL is wrong."""
        import duckdb

        try:
            cursor = self._connection.execute(sql)
            columns = [column[0] for column in cursor.description or ()]
            return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
        except duckdb.Error as error:
            reason = display(" ".join(str(error).split()), limit=400)
            hint = (
                f"the tables are {', '.join(sorted(self.names))}; `layerscope help survey-tables` lists their columns"
            )
            raise UsageError(f"the query failed: {reason}", hint=hint) from error


def _datasets(storage: Storage) -> Iterator[tuple[str, Any]]:
    """Each table that exists, to be read piece by piece."""
    with needed("pyarrow"):
        import pyarrow.dataset as ds
    there = storage.names("")
    for name in TABLES:
        path = f"{name}.parquet" if name != "files" else name
        if path in there:
            with storage.opened("read") as (files, root):
                yield name, ds.dataset(f"{root}/{path}", filesystem=files, format="parquet")

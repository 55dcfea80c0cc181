"""The answers of the loopback registry: status, headers and body of each request (distribution-spec)."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from layerscope.demo.repository import Repository
from layerscope.oci import media_types

_JSON = "application/json"
_ROUTE = re.compile(r"/v2/(?P<name>.+)/(?P<kind>manifests|blobs|tags|referrers)/(?P<target>[^/]+)")
_RANGE = re.compile(r"bytes=(?P<first>[0-9]{0,18})-(?P<last>[0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class Answer:
    """A response; the response to a HEAD request has no body."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class _Refusal(Exception):
    """The request cannot be answered; carries the error document."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.answer = _json({"errors": [{"code": code, "message": message, "detail": None}]}, status=status)


def answer(repositories: Mapping[str, Repository], target: str, headers: Mapping[str, str]) -> Answer:
    """The answer to a GET of `target`, a path with an optional query; an error document if there is nothing."""
    try:
        return _route(repositories, urlsplit(target).path, _query(target), headers)
    except _Refusal as refusal:
        return refusal.answer


def refused() -> Answer:
    """The answer to each request that would write."""
    return _Refusal(405, "UNSUPPORTED", "this registry is read-only").answer


def _route(
    repositories: Mapping[str, Repository], path: str, query: Mapping[str, str], headers: Mapping[str, str]
) -> Answer:
    if path == "/v2/":
        return _json({})
    if path == "/v2/_catalog":
        return _page("/v2/_catalog", "repositories", sorted(repositories), query, {})
    match = _ROUTE.fullmatch(unquote(path))
    if not match:
        raise _Refusal(404, "NOT_FOUND", "nothing found at this address")
    repository = repositories.get(match["name"])
    if repository is None:
        raise _Refusal(404, "NAME_UNKNOWN", "repository name not known to registry")
    match match["kind"], match["target"]:
        case "manifests", reference:
            return _manifest(repository, reference, headers)
        case "blobs", digest:
            return _blob(repository, digest, headers)
        case "referrers", digest:
            return _referrers(repository, digest, query)
        case "tags", "list":
            return _page(path, "tags", sorted(repository.tags), query, {"name": match["name"]})
        case _:
            raise _Refusal(404, "NOT_FOUND", "nothing found at this address")


def _manifest(repository: Repository, reference: str, headers: Mapping[str, str]) -> Answer:
    digest = repository.tags.get(reference, reference)
    data = repository.manifests.get(digest)
    if data is None:
        raise _Refusal(404, "MANIFEST_UNKNOWN", "manifest unknown")
    media_type = json.loads(data)["mediaType"]
    if not _accepts(headers.get("Accept"), media_type):
        raise _Refusal(404, "MANIFEST_UNKNOWN", f"the manifest is {media_type}, which the client does not accept")
    return Answer(200, {"Content-Type": media_type, "Docker-Content-Digest": digest, "ETag": f'"{digest}"'}, data)


def _accepts(accept: str | None, media_type: str) -> bool:
    """Whether the Accept header includes the type; without a header every type is accepted (RFC 9110, 12.5.1)."""
    ranges = {part.split(";")[0].strip() for part in (accept or "*/*").split(",")}
    return not ranges.isdisjoint({media_type, "*/*", "application/*"})


def _blob(repository: Repository, digest: str, headers: Mapping[str, str]) -> Answer:
    data = repository.blobs.get(digest)
    if data is None:
        raise _Refusal(404, "BLOB_UNKNOWN", "blob unknown to registry")
    head = {
        "Content-Type": "application/octet-stream",
        "Docker-Content-Digest": digest,
        "ETag": f'"{digest}"',
        "Accept-Ranges": "bytes",
    }
    match = _RANGE.fullmatch(headers.get("Range", ""))
    if not match or match[0] == "bytes=-":
        return Answer(200, head, data)
    start, stop = _bounds(match, len(data))
    if start >= stop:
        return Answer(416, {"Content-Range": f"bytes */{len(data)}"})
    return Answer(206, head | {"Content-Range": f"bytes {start}-{stop - 1}/{len(data)}"}, data[start:stop])


def _bounds(match: re.Match[str], size: int) -> tuple[int, int]:
    """Start and stop of a byte range; a range without a first position counts from the end (RFC 9110, 14.1.2)."""
    if not match["first"]:
        return max(0, size - int(match["last"])), size
    return int(match["first"]), min(size, int(match["last"] or size) + 1)


def _referrers(repository: Repository, digest: str, query: Mapping[str, str]) -> Answer:
    wanted = query.get("artifactType")
    found = []
    for referrer, data in repository.manifests.items():
        document = json.loads(data)
        artifact_type = document.get("artifactType", "")
        if document.get("subject", {}).get("digest") == digest and wanted in {None, artifact_type}:
            descriptor = {"mediaType": document["mediaType"], "digest": referrer, "size": len(data)}
            found.append(descriptor | {"artifactType": artifact_type})
    document = {"schemaVersion": 2, "mediaType": media_types.OCI_INDEX, "manifests": found}
    filters = {"OCI-Filters-Applied": "artifactType"} if wanted else {}
    return _json(document, media_types.OCI_INDEX, filters)


def _page(path: str, key: str, names: list[str], query: Mapping[str, str], members: dict[str, Any]) -> Answer:
    """One page: the first `n` names after `last`, and a link to the next page if there is one."""
    limit = query.get("n", str(len(names)))
    if not re.fullmatch(r"[0-9]{1,9}", limit):
        raise _Refusal(400, "PAGINATION_NUMBER_INVALID", "invalid number of results requested")
    rest = [name for name in names if name > query.get("last", "")]
    page = rest[: int(limit)]
    more = {"Link": f'<{path}?n={limit}&last={page[-1]}>; rel="next"'} if page and len(page) < len(rest) else {}
    return _json(members | {key: page}, headers=more)


def _query(target: str) -> dict[str, str]:
    return {key: values[-1] for key, values in parse_qs(urlsplit(target).query).items()}


def _json(
    document: Any, media_type: str = _JSON, headers: dict[str, str] | None = None, *, status: int = 200
) -> Answer:
    return Answer(status, {"Content-Type": media_type} | (headers or {}), json.dumps(document).encode())

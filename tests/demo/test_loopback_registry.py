import http.client
import json
import subprocess
import threading
import urllib.error
import urllib.request

import pytest

from layerscope.demo.loopback_registry import LoopbackRegistry
from layerscope.demo.repository import Repository
from layerscope.demo.sample_image import build_sample_image
from layerscope.demo.serving import serve_sample_image
from layerscope.oci import media_types

CONTENT = bytes(range(256)) * 40


@pytest.fixture(scope="module")
def repository():
    made = Repository()
    layer = made.add_blob(media_types.OCI_LAYER, CONTENT)
    config = made.add_blob(media_types.OCI_CONFIG, b"{}")
    manifest = {"schemaVersion": 2, "mediaType": media_types.OCI_MANIFEST, "config": config, "layers": [layer]}
    image = made.add_manifest(manifest)
    made.add_manifest(manifest | {"artifactType": "text/a", "subject": image})
    made.add_manifest(manifest | {"artifactType": "text/b", "subject": image})
    made.tags.update({"latest": image["digest"], "v1": image["digest"], "v2": image["digest"]})
    return made


@pytest.fixture(scope="module")
def registry(repository):
    with LoopbackRegistry({"app": repository, "team/tool": Repository()}) as running:
        yield running


@pytest.fixture
def get(registry):
    def request(path, method="GET", **headers):
        asked = urllib.request.Request(f"http://{registry.host}{path}", method=method, headers=headers)
        try:
            with urllib.request.urlopen(asked, timeout=10) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read()

    return request


def error_code(body):
    return json.loads(body)["errors"][0]["code"]


def test_the_api_version_is_answered(get):
    status, headers, body = get("/v2/")
    assert (status, headers["Docker-Distribution-API-Version"], body) == (200, "registry/2.0", b"{}")


def test_a_manifest_comes_by_tag_and_by_digest_with_its_type_and_digest(get, repository):
    digest = repository.tags["latest"]
    for target in ("latest", digest):
        status, headers, body = get(f"/v2/app/manifests/{target}")
        assert (status, headers["Content-Type"], headers["Docker-Content-Digest"], body) == (
            200, media_types.OCI_MANIFEST, digest, repository.manifests[digest],
        )  # fmt: skip


def test_head_returns_the_length_without_the_body(get, repository):
    digest = repository.tags["latest"]
    status, headers, body = get("/v2/app/manifests/latest", "HEAD")
    assert (status, int(headers["Content-Length"]), body) == (200, len(repository.manifests[digest]), b"")


def test_a_manifest_that_the_client_does_not_accept_is_not_sent(get):
    status, _, body = get("/v2/app/manifests/latest", Accept=media_types.DOCKER_MANIFEST)
    assert (status, error_code(body)) == (404, "MANIFEST_UNKNOWN")


def test_several_accept_headers_are_one_list(registry):
    connection = http.client.HTTPConnection(registry.host, timeout=10)
    connection.putrequest("GET", "/v2/app/manifests/latest")
    connection.putheader("Accept", media_types.DOCKER_MANIFEST)
    connection.putheader("accept", media_types.OCI_MANIFEST + ";q=0.5")
    connection.endheaders()
    assert connection.getresponse().status == 200
    connection.close()


@pytest.mark.parametrize(
    ("wanted", "content_range", "content"),
    [
        ("bytes=0-9", "bytes 0-9/10240", CONTENT[:10]),
        ("bytes=10000-", "bytes 10000-10239/10240", CONTENT[10000:]),
        ("bytes=-5", "bytes 10235-10239/10240", CONTENT[-5:]),
        ("bytes=10-99999", "bytes 10-10239/10240", CONTENT[10:]),
    ],
)
def test_a_range_of_a_blob_is_sent_as_partial_content(get, repository, wanted, content_range, content):
    (digest, *_) = repository.blobs
    status, headers, body = get(f"/v2/app/blobs/{digest}", Range=wanted)
    assert (status, headers["Content-Range"], body) == (206, content_range, content)


def test_a_range_outside_the_blob_is_refused(get, repository):
    (digest, *_) = repository.blobs
    status, headers, _ = get(f"/v2/app/blobs/{digest}", Range="bytes=10240-")
    assert (status, headers["Content-Range"]) == (416, "bytes */10240")


@pytest.mark.parametrize("wanted", ["bytes=-", "bytes=1-2,4-5", "lines=1-2"])
def test_an_unknown_kind_of_range_returns_the_whole_blob(get, repository, wanted):
    (digest, *_) = repository.blobs
    assert get(f"/v2/app/blobs/{digest}", Range=wanted)[::2] == (200, CONTENT)


def test_tags_come_in_pages_that_lead_through_all_of_them(get):
    path, seen = "/v2/app/tags/list?n=2", []
    while path:
        _, headers, body = get(path)
        seen.append(json.loads(body))
        path = headers.get("Link", "").partition(">")[0].lstrip("<")
    assert seen == [{"name": "app", "tags": ["latest", "v1"]}, {"name": "app", "tags": ["v2"]}]


def test_the_catalog_lists_every_repository(get):
    assert json.loads(get("/v2/_catalog")[2]) == {"repositories": ["app", "team/tool"]}


def test_referrers_of_a_digest_are_listed_and_filtered_by_type(get, repository):
    digest = repository.tags["latest"]
    status, headers, body = get(f"/v2/app/referrers/{digest}")
    document = json.loads(body)
    assert (status, headers["Content-Type"]) == (200, media_types.OCI_INDEX)
    assert [entry["artifactType"] for entry in document["manifests"]] == ["text/a", "text/b"]
    _, headers, body = get(f"/v2/app/referrers/{digest}?artifactType=text/b")
    assert headers["OCI-Filters-Applied"] == "artifactType"
    assert [entry["artifactType"] for entry in json.loads(body)["manifests"]] == ["text/b"]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v2/other/tags/list", 404, "NAME_UNKNOWN"),
        ("/v2/app/manifests/v9", 404, "MANIFEST_UNKNOWN"),
        ("/v2/app/blobs/sha256:00", 404, "BLOB_UNKNOWN"),
        ("/v2/app/tags/list?n=x", 400, "PAGINATION_NUMBER_INVALID"),
        ("/v2/app/tags/else", 404, "NOT_FOUND"),
        ("/favicon.ico", 404, "NOT_FOUND"),
    ],
)
def test_a_missing_resource_is_answered_with_the_error_of_the_specification(get, path, status, code):
    answer = get(path)
    assert (answer[0], error_code(answer[2])) == (status, code)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_whatever_would_write_is_refused(get, method):
    status, _, body = get("/v2/app/manifests/latest", method)
    assert (status, error_code(body)) == (405, "UNSUPPORTED")


def test_leaving_the_context_frees_the_port_and_the_thread():
    before = set(threading.enumerate())
    with LoopbackRegistry({}) as running:
        host, port = running.host.split(":")
    with pytest.raises(ConnectionRefusedError):
        http.client.HTTPConnection(host, int(port), timeout=10).connect()
    assert set(threading.enumerate()) <= before


def test_with_a_rate_an_answer_is_still_under_way_when_the_registry_stops(repository):
    (digest, *_) = repository.blobs
    with LoopbackRegistry({"app": repository}, rate=10) as running:
        answer = urllib.request.urlopen(f"http://{running.host}/v2/app/blobs/{digest}", timeout=10)
        assert answer.read(1) == CONTENT[:1]
    with answer, pytest.raises(http.client.IncompleteRead):
        answer.read()


@pytest.mark.real("skopeo")
def test_skopeo_copies_the_sample_image(tmp_path):
    policy = tmp_path / "policy.json"
    policy.write_text('{"default": [{"type": "insecureAcceptAnything"}]}')
    with serve_sample_image() as reference:
        command = ["skopeo", "--policy", policy, "copy", "--all", "--src-tls-verify=false", "--tmpdir", tmp_path]
        subprocess.run(
            [*command, f"docker://{reference}", f"oci:{tmp_path}/layout:latest"],
            check=True,
            timeout=120,
            capture_output=True,
        )
    index = json.loads((tmp_path / "layout" / "index.json").read_bytes())
    assert [entry["digest"] for entry in index["manifests"]] == [build_sample_image().tags["latest"]]

"""A survey of hostile and broken images, without a real registry; the output is in memory, through fsspec."""

import json
import tracemalloc

import pytest

from layerscope.errors import UsageError
from layerscope.insight.analysis import Analysis
from layerscope.loading import Cancellation, load
from layerscope.oci import Descriptor, Digest, Layer, Reference, media_types
from layerscope.oci.collection import Registry, Repository
from layerscope.survey import tables, tasks
from layerscope.survey.engine import threads
from layerscope.survey.plan import IMAGES, MAX_ORIGINS, Plan, PlannedImage, image_name
from layerscope.survey.queries import opened
from layerscope.survey.run import Wanted, survey
from layerscope.survey.storage import Storage
from layerscope.survey.tags import TagChoice, parse_names
from support.fake_registry import Reply
from support.images import build_image, digest_of
from support.keeping_registry import KeepingRegistry
from support.memory_source import MemorySource
from support.tars import file

SHARED = [("usr/lib/libc.so", b"c" * 5000)]
GOOD = build_image([SHARED, [("app", b"a" * 300), (b"odd-\xff-\x1b[31m", b"o")]])
LATER = build_image([SHARED, [file(".wh.usr")]], history=[{"created_by": "\ud800\x1b]0;x"}, {"created_by": "RUN two"}])
SECRET = "s3cr3t-of-a-url"


def add(registry, image, name, *, without=(), manifest=None):
    """Keep an image in the registry; some of its blobs may be wrong or missing."""
    repository, _, tag = name.partition(":")
    registry.blobs.update({(repository, digest): data for digest, data in image.blobs.items() if digest not in without})
    data = image.manifest_bytes if manifest is None else manifest
    for target in (tag, digest_of(data)):
        registry.manifests[repository, target] = image.media_type, data


@pytest.fixture
def registry():
    with KeepingRegistry() as registry:
        yield registry


@pytest.fixture
def storage(request):
    return Storage.at(f"memory://{request.node.name}")


def run(client, registry, storage, names, **more):
    """Run a survey of these images; returns the rows of the table of images by name."""
    wanted = Wanted(tuple(registry.reference(name) for name in names), TagChoice(), None, **more)
    with threads(client, 2, Cancellation()) as engine:
        summary = survey(client, engine, storage, wanted, lambda _progress: None)
    with opened(storage) as found:
        rows = {row["reference"].partition("/")[2]: row for row in found.ask("SELECT * FROM images")}
    assert summary.problem_count == sum(bool(row["problem"] or row["incomplete"]) for row in rows.values())
    return rows


def fetched(registry, digest):
    return sum(request.method == "GET" and digest in request.path for request in registry.requests)


def test_a_broken_or_hostile_image_is_a_row_with_its_problem_and_does_no_harm(client, registry, storage):
    layer = GOOD.manifest["layers"][0]
    add(registry, GOOD, "a:good")
    add(registry, GOOD, "b:json", manifest=b'{"schemaVersion": 2, "layers": "no"}')
    add(registry, GOOD, "c:missing", without={GOOD.manifest["layers"][1]["digest"]})
    lying = build_image([SHARED], manifest={"layers": [layer | {"size": 7}]})
    add(registry, lying, "d:lying")
    registry.on("GET", f"/v2/e/blobs/{LATER.manifest['layers'][1]['digest']}", Reply(body=b"other bytes"))
    add(registry, LATER, "e:wrong")
    add(registry, LATER, "f:good")
    rows = run(client, registry, storage, ["a:good", "b:json", "c:missing", "d:lying", "e:wrong", "f:good", "g:none"])
    expected = Analysis.of(*vars_of(load(MemorySource(GOOD)))).accounting.image
    for name in ("a:good", "c:missing"):
        assert (rows[name]["size"], rows[name]["incomplete"]) == (
            expected.size,
            None,
        )  # another repository has the layer
    assert rows["b:json"]["problem"] == "the manifest has no `layers`"
    assert (rows["b:json"]["digest"], rows["b:json"]["size"]) == (None, None)
    assert rows["d:lying"]["incomplete"] == "layer 0 is too large"
    assert rows["f:good"]["incomplete"] is None
    assert (rows["f:good"]["wasted_size"], rows["e:wrong"]["wasted_size"]) == (5000, 5000)
    assert "g" in rows["g:none"]["problem"]


def vars_of(loaded):
    return loaded.image, loaded.contents


def test_a_second_run_reads_only_what_is_new_or_was_not_whole(client, registry, storage):
    first, second = (layer["digest"] for layer in LATER.manifest["layers"])
    add(registry, LATER, "a:v1", without={second})
    assert run(client, registry, storage, ["a:v1"])["a:v1"]["incomplete"] == "layer 1 is missing"
    add(registry, LATER, "a:v1")
    add(registry, GOOD, "a:v2")
    rows = run(client, registry, storage, ["a:v1", "a:v2"], with_files=True)
    assert [row["incomplete"] for row in rows.values()] == [None, None]
    run(client, registry, storage, ["a:v1", "a:v2"], with_files=True)
    assert [fetched(registry, digest) for digest in (first, second, GOOD.manifest["layers"][1]["digest"])] == [1, 2, 1]
    assert fetched(registry, LATER.manifest["config"]["digest"]) == 1


def test_an_unexpected_failure_is_the_problem_of_one_image(client, registry, storage, monkeypatch):
    add(registry, GOOD, "a:v1")
    add(registry, LATER, "b:v1")
    measure = tasks.measure

    def failing(client, storage, digest):
        return measure(client, storage, digest) if digest == GOOD.digest else {}[SECRET]

    monkeypatch.setattr(tasks, "measure", failing)
    rows = run(client, registry, storage, ["a:v1", "b:v1"])
    assert [row["problem"] for row in rows.values()] == [None, "the task failed: KeyError"]


def test_a_registry_is_all_tags_of_its_repositories_except_signatures(client, registry, storage):
    for name in ("a:v1", "a:v2", "b:v1", f"b:sha256-{'0' * 64}.sig"):
        add(registry, GOOD, name)
    registry.on("GET", "/v2/_catalog", Reply(body=b'{"repositories": ["a", "b", "gone"]}'))
    registry.on("GET", "/v2/gone/tags/list", Reply(404))
    wanted = Wanted((Registry(registry.host),), TagChoice(), None)
    with threads(client, 2, Cancellation()) as engine:
        survey(client, engine, storage, wanted, lambda _progress: None)
    with opened(storage) as found:
        rows = found.ask("SELECT repository, tag, problem IS NULL AS fine FROM images ORDER BY ALL")
    assert [tuple(row.values()) for row in rows] == [
        ("a", "v1", True), ("a", "v2", True), ("b", "v1", True), ("gone", None, False),
    ]  # fmt: skip


def test_tags_are_chosen_by_pattern_or_by_creation_time(client, registry):
    for tag, day in (("v1", 3), ("v2", 1), ("old", 2)):
        add(registry, build_image([SHARED], created=f"2024-01-0{day}T00:00:00Z"), f"a:{tag}")
    repository, tags = registry.reference("a:x"), ("v1", "v2", "old")
    choices = {text: TagChoice.parse(text, None).of(client, repository, tags) for text in ("all", "v*", "newest:2")}
    assert choices == {"all": ["v1", "v2", "old"], "v*": ["v1", "v2"], "newest:2": ["v1", "old"]}


def test_names_are_registries_repositories_images_and_lines_of_a_file(tmp_path):
    (tmp_path / "names").write_text("# comment\nghcr.io/a/b:v1\n\nghcr.io/a/b\n")
    words = ["localhost:5000", "ghcr.io", "localhost:5000/app/", "alpine", f"@{tmp_path}/names", "ghcr.io/a/b"]
    assert parse_names(words) == [
        Registry("localhost:5000"), Registry("ghcr.io"), Repository("localhost:5000", "app"),
        Repository("docker.io", "library/alpine"), Reference("ghcr.io", "a/b", "v1"), Repository("ghcr.io", "a/b"),
    ]  # fmt: skip
    with pytest.raises(UsageError, match="is not in a registry"):
        parse_names(["./file.tar"])


def test_an_address_with_a_password_is_refused_and_not_repeated():
    with pytest.raises(UsageError) as caught:
        Storage.at(f"ftp://user:{SECRET}@host/out")
    assert SECRET not in caught.value.message


def test_the_plan_asks_a_few_repositories_for_a_layer_and_knows_the_types_of_docker_and_oci_as_equal():
    plan = Plan()
    for number, kind in enumerate((media_types.OCI_LAYER_GZIP, media_types.DOCKER_LAYER_GZIP) * 3):
        layer = Layer(0, Descriptor(kind, Digest.of(b"x"), 1))
        plan.add(PlannedImage(f"localhost:5000/app{number}:v1", f"sha256:{number}", (layer,)))
    (work,) = plan.layers.values()
    assert work.references == tuple(f"localhost:5000/app{number}:v1" for number in range(MAX_ORIGINS))


def test_the_tables_are_written_with_a_limited_number_of_rows_in_memory(storage, monkeypatch):
    monkeypatch.setattr(tables, "BATCH_COUNT", 40)
    loaded = load(MemorySource(GOOD))
    records = tasks.image_records(Analysis.of(loaded.image, loaded.contents))
    peaks = {count: peak(storage, records, count) for count in (60, 240)}
    assert peaks[240] < 1.5 * peaks[60]


def peak(storage, records, count):
    """The most memory that the tables of so many images take, without the plan."""
    plan = Plan()
    for number in range(count):
        digest = str(Digest.of(str(number).encode()))
        text = json.dumps(records).replace(str(records["images"][0]["digest"]), digest)
        storage.write_json(f"{IMAGES}/{image_name(digest)}", json.loads(text))
        plan.add(PlannedImage(f"localhost:5000/app:v{number}", digest))
    tracemalloc.start()
    assert tables.write_tables(storage, plan) == 0
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most

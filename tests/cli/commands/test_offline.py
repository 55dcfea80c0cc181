"""What was read once opens without the registry, held against its digests."""

from pathlib import Path

import pytest

from layerscope.oci import media_types
from support.fake_registry import FakeRegistry, Reply
from support.images import build_image, build_index, digest_of

IMAGES = [build_image([[("name", name.encode())]], platform=f"linux/{name}") for name in ("amd64", "arm64")]
INDEX = build_index(
    *(image.descriptor(platform={"os": "linux", "architecture": image.config["architecture"]}) for image in IMAGES)
)
AMD64 = ("--platform", "linux/amd64")


@pytest.fixture
def registry(fake_registry):
    for image in IMAGES:
        fake_registry.serve(image, tag=image.config["architecture"])
    fake_registry.serve_manifest(INDEX, media_types.OCI_INDEX)
    return fake_registry


def by_digest(registry, data=INDEX):
    return registry.reference(f"app@{digest_of(data)}")


def documents(cli):
    return Path(cli("cache", "path").out.strip()).parent / "documents"


@pytest.mark.parametrize("options", [[], ["--offline"]])
def test_an_image_by_digest_that_was_read_opens_without_the_registry(cli, options):
    with FakeRegistry() as registry:
        for image in IMAGES:
            registry.serve(image)
        registry.serve_manifest(INDEX, media_types.OCI_INDEX)
        name = by_digest(registry)
        first = [cli(*command, name, *AMD64) for command in (["inspect"], ["ls"], ["manifest"], ["config"])]
    again = [cli(*command, name, *AMD64, *options) for command in (["inspect"], ["ls"], ["manifest"], ["config"])]
    assert [outcome.code for outcome in first] == [0] * 4
    assert again == first


def test_a_digest_that_is_known_is_not_asked_for_again(cli, registry):
    cli("ls", by_digest(registry), *AMD64)
    registry.requests.clear()
    assert cli("ls", by_digest(registry), *AMD64).lines == ["name"]
    assert registry.requests == []


def test_a_tag_is_looked_up_again_and_its_documents_are_not_needed_again(cli, registry):
    cli("inspect", registry.reference("app:amd64"))
    registry.requests.clear()
    assert cli("inspect", registry.reference("app:amd64")).code == 0
    assert registry.paths() == ["/v2/app/manifests/amd64"]


def test_a_tag_offline_is_what_it_was_with_a_notice_of_the_date(cli, registry):
    name = registry.reference("app:amd64")
    first = cli("ls", name)
    registry.serve(IMAGES[1], tag="amd64")
    registry.requests.clear()
    outcome = cli("ls", name, "--offline")
    assert (outcome.code, outcome.out) == (first.code, first.out)
    assert outcome.err.startswith(f"warning: `--offline`: `{name}` is shown as it was at 20")
    assert registry.requests == []


def test_a_registry_that_is_down_leads_to_offline(cli):
    with FakeRegistry() as registry:
        registry.serve(IMAGES[0])
        name = registry.reference()
        cli("ls", name)
    outcome = cli("ls", name)
    assert outcome.code == 2
    assert "`--offline` opens the image as it was at 20" in outcome.err


@pytest.mark.parametrize("options", [[], ["--platform", "linux/arm64"]])
def test_what_was_never_read_is_refused_offline_with_a_command_that_reads_it(cli, registry, options):
    cli("inspect", registry.reference("app:latest"), *AMD64)
    known = registry.reference("app:latest" if options else "app:arm64")
    outcome = cli("inspect", known, "--offline", *options)
    assert (outcome.code, outcome.out) == (2, "")
    assert "is not in the cache, and was not fetched: `--offline` is set" in outcome.err


def test_a_layer_that_is_not_in_the_cache_is_named(cli, registry):
    cli("manifest", registry.reference("app:amd64"))
    outcome = cli("layers", registry.reference("app:amd64"), "--offline")
    assert outcome.code == 2
    assert "is not in the cache, and was not fetched: `--offline` is set" in outcome.err
    assert "layer 0 is" in outcome.err


def test_a_document_that_was_changed_on_disk_is_fetched_again(cli, registry):
    first = cli("inspect", by_digest(registry), *AMD64)
    for path in documents(cli).iterdir():
        path.write_bytes(b"{}")
    assert cli("inspect", by_digest(registry), *AMD64, "--offline").code == 2
    assert cli("inspect", by_digest(registry), *AMD64) == first


def test_a_document_that_does_not_match_its_digest_is_not_kept(cli, registry):
    image = IMAGES[0]
    registry.on("GET", f"/v2/app/manifests/{image.digest}", Reply(body=IMAGES[1].manifest_bytes))
    assert cli("inspect", by_digest(registry, image.manifest_bytes)).code == 2
    assert not list(documents(cli).glob("*.document"))


@pytest.mark.parametrize("command", ["ls", "manifest", "diff"])
def test_offline_without_the_cache_is_a_usage_error(cli, registry, command):
    images = [registry.reference()] * (2 if command == "diff" else 1)
    outcome = cli(command, *images, "--offline", "--no-cache")
    assert outcome.err == "error: `--offline` needs the cache\nhint: leave out `--no-cache`\n"
    assert (outcome.code, registry.requests) == (2, [])


def test_verify_uses_no_document_of_the_cache(cli, registry):
    cli("inspect", by_digest(registry), *AMD64)
    registry.requests.clear()
    cli("verify", by_digest(registry))
    assert len(registry.paths()) > len(IMAGES)


def test_local_images_open_offline(cli, app):
    assert cli("ls", app.name, "--offline").code == 0


def test_the_environment_forbids_the_network_too(cli, registry, monkeypatch):
    monkeypatch.setenv("LAYERSCOPE_OFFLINE", "1")
    assert cli("tags", registry.reference("app:latest").name).code == 2
    assert registry.requests == []

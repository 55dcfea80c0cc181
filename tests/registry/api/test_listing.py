import json

import pytest

from layerscope.errors import InvalidDocument, NotFound, RegistryError, Unauthorized
from layerscope.registry.api import paging
from layerscope.registry.api.listing import PAGE_COUNT, list_repositories, list_tags, tag_pages
from layerscope.registry.api.paging import next_link
from support.fake_registry import FakeRegistry, Reply
from support.images import build_image

TAGS = "/v2/app/tags/list"
CATALOG = "/v2/_catalog"


@pytest.fixture
def tags(fake_registry, client):
    return lambda: list_tags(client, fake_registry.reference())


def page(names, link=None, key="tags", **headers):
    if link is not None:
        headers["Link"] = f'<{link}>; rel="next"'
    return Reply(body=json.dumps({"name": "app", key: names}).encode(), headers=headers)


def by_query(**pages):
    """A reply for each query, `first` for the first page."""
    return lambda request: pages[request.query.partition("last=")[2] or "first"]


def test_tags_are_listed_in_one_page(fake_registry, tags):
    fake_registry.on("GET", TAGS, page(["latest", "v1"]))
    listing = tags()
    assert (listing.items, listing.dropped_count, listing.incomplete) == (("latest", "v1"), 0, "")
    assert fake_registry.paths() == [f"{TAGS}?n={PAGE_COUNT}"]


def test_relative_pages_are_followed(fake_registry, tags):
    fake_registry.on(
        "GET",
        TAGS,
        by_query(first=page(["a"], "/v2/app/tags/list?last=a"), a=page(["b"], "list?last=b"), b=page(["c"])),
    )
    assert tags().items == ("a", "b", "c")
    assert tags().incomplete == ""


def test_an_absolute_page_of_the_same_host_is_followed(fake_registry, tags):
    link = f"{fake_registry.url}{TAGS}?last=a"
    fake_registry.on("GET", TAGS, by_query(first=page(["a"], link), a=page(["b"])))
    assert tags().items == ("a", "b")


def test_a_page_of_another_host_is_refused(fake_registry, tags):
    with FakeRegistry() as other:
        fake_registry.on("GET", TAGS, page(["a"], f"{other.url}{TAGS}?last=a"))
        listing = tags()
        assert (listing.items, other.requests) == (("a",), [])
    assert "another host" in listing.incomplete


@pytest.mark.parametrize("scheme", ["https", "ftp"])
def test_a_page_of_another_scheme_is_refused(fake_registry, tags, scheme):
    fake_registry.on("GET", TAGS, page(["a"], f"{scheme}://{fake_registry.host}{TAGS}?last=a"))
    assert tags().incomplete
    assert len(fake_registry.requests) == 1


def test_an_invalid_link_is_refused(fake_registry, tags):
    fake_registry.on("GET", TAGS, page(["a"], "http://[::1"))
    assert tags().incomplete


def test_a_page_that_leads_to_itself_is_seen(fake_registry, tags):
    fake_registry.on("GET", TAGS, page(["a"], "/v2/app/tags/list?last=a"))
    listing = tags()
    assert listing.items == ("a",)
    assert "sends the same page" in listing.incomplete
    assert len(fake_registry.requests) == 2


def test_pages_without_end_are_given_up(fake_registry, tags, monkeypatch):
    monkeypatch.setattr(paging, "MAX_PAGES", 20)

    def reply(request):
        number = int(request.query.rpartition("=")[2]) + 1
        return page([f"t{number}"], f"/v2/app/tags/list?last={number}")

    fake_registry.on("GET", TAGS, reply)
    listing = tags()
    assert len(listing.items) == 20
    assert "more than 20 pages" in listing.incomplete


def test_an_empty_page_with_a_next_one_is_passed(fake_registry, tags):
    fake_registry.on("GET", TAGS, by_query(first=page([], "/v2/app/tags/list?last=a"), a=page(["b"])))
    assert tags().items == ("b",)


def test_each_page_is_reported_before_the_next_one_is_requested(fake_registry, client):
    fake_registry.on("GET", TAGS, by_query(first=page(["a", "b", "a"], f"{TAGS}?last=b"), b=page(["b", "c"])))
    found = tag_pages(client, fake_registry.reference())
    assert (next(found).items, len(fake_registry.requests)) == (("a", "b"), 1)
    assert (next(found).items, len(fake_registry.requests)) == (("c",), 2)


@pytest.mark.parametrize("body", [b'{"tags": null}', b'{"tags": []}', b"{}", b'{"tags": "x"}', b'{"tags": {"a": 1}}'])
def test_no_tags_are_no_error(fake_registry, tags, body):
    fake_registry.on("GET", TAGS, Reply(body=body))
    assert tags().items == ()


def test_items_that_are_no_tags_are_dropped_and_counted(fake_registry, tags):
    digest = "sha256:" + "0" * 64
    fake_registry.on("GET", TAGS, page(["z", 5, None, digest, "\x1b[31m", "a b", "z", "x" * 129, "a", ["b"]]))
    listing = tags()
    assert (listing.items, listing.dropped_count) == (("z", "a"), 7)


def test_a_registry_that_refuses_the_page_size_is_asked_without(fake_registry, tags):
    fake_registry.on("GET", TAGS, lambda request: Reply(400) if request.query else page(["a"]))
    assert tags().items == ("a",)
    assert fake_registry.paths() == [f"{TAGS}?n={PAGE_COUNT}", TAGS]


def test_a_400_without_a_page_size_is_an_error(fake_registry, tags):
    fake_registry.on("GET", TAGS, Reply(400))
    with pytest.raises(RegistryError, match="refuses the request: cannot list the tags"):
        tags()
    assert len(fake_registry.requests) == 2


def test_an_unknown_repository_is_named(fake_registry, tags):
    fake_registry.on("GET", TAGS, Reply(404, b'{"errors": [{"code": "NAME_UNKNOWN"}]}'))
    with pytest.raises(NotFound, match="has no repository `app`") as error:
        tags()
    assert "layerscope catalog" in error.value.hint


def test_a_web_page_is_no_list(fake_registry, tags):
    fake_registry.on("GET", TAGS, Reply(body=b"<html>"))
    with pytest.raises(InvalidDocument, match="not valid JSON"):
        tags()


def test_a_catalog_lists_repositories(fake_registry, client):
    fake_registry.on(
        "GET", CATALOG, page(["app", "ns/app", "Bad", "a:b", "a@sha256:x", "", "a//b"], key="repositories")
    )
    listing = list_repositories(client, fake_registry.host)
    assert (listing.items, listing.dropped_count) == (("app", "ns/app"), 5)


@pytest.mark.parametrize("status", [401, 403, 404, 405])
def test_a_registry_without_a_catalog_is_an_error_with_a_hint(fake_registry, client, status):
    fake_registry.on("GET", CATALOG, Reply(status))
    with pytest.raises(RegistryError, match=rf"does not list its repositories \({status}\)") as error:
        list_repositories(client, fake_registry.host)
    assert isinstance(error.value, Unauthorized) == (status in (401, 403))
    assert error.value.hint


@pytest.mark.parametrize(
    ("fields", "target"),
    [
        (['<a>; rel="next"'], "a"),
        (["<a>; rel=next"], "a"),
        (['<a>; title="x, y"; REL="next"'], "a"),
        (['<p>; rel="prev", <n>; rel="next"'], "n"),
        (['<p>; rel="prev"', '<n>; rel="next"'], "n"),
        (['<p>; rel="prev"'], None),
        (["<a>", "nonsense", ""], None),
        ([], None),
    ],
)
def test_links_are_read_by_their_relation(fields, target):
    assert next_link(fields) == target


@pytest.mark.real("docker-registry")
def test_a_real_registry_lists_tags_and_repositories(real_registry, client):
    image = build_image()
    for tag in ("b", "a", "c"):
        real_registry.push(image, "listing/app", tag)
    assert set(list_tags(client, real_registry.reference("listing/app")).items) == {"a", "b", "c"}
    listing = list_repositories(client, real_registry.host)
    assert "listing/app" in listing.items
    assert listing.incomplete == ""


@pytest.mark.real("docker-registry")
def test_a_real_registry_sends_its_catalog_page_by_page(real_registry, client, monkeypatch):
    monkeypatch.setattr("layerscope.registry.api.listing.PAGE_COUNT", 2)
    image = build_image()
    names = [f"pages/{letter}" for letter in "abcde"]
    for name in names:
        real_registry.push(image, name)
    assert set(names) <= set(list_repositories(client, real_registry.host).items)

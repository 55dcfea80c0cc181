import base64
import io
import json

import pytest

from layerscope.oci import media_types
from layerscope.report.registry_lists import by_name
from support.fake_registry import Reply
from support.images import build_image, build_index, descriptor, digest_of


def tag_list(*names):
    return Reply(body=json.dumps({"name": "app", "tags": names}).encode())


@pytest.fixture
def repository(fake_registry):
    """A repository with three tags in no order, as registries list them."""
    small, large = build_image(created="2024-01-01T00:00:00Z"), build_image([[("big", b"x" * 9)], [("b", b"y")]])
    images = {"1.10": large, "1.9": small}
    for tag, image in images.items():
        fake_registry.serve(image, tag=tag)
    index = build_index(
        *(
            image.descriptor(platform={"os": "linux", "architecture": name})
            for name, image in zip(("amd64", "arm64"), images.values(), strict=True)
        )
    )
    fake_registry.serve_manifest(index, media_types.OCI_INDEX, tag="multi")
    fake_registry.on("GET", "/v2/app/tags/list", tag_list("multi", "1.10", "1.9"))
    return f"{fake_registry.host}/app"


def test_tags_are_listed_as_people_count(cli, repository):
    outcome = cli("tags", repository)
    assert (outcome.code, outcome.lines, outcome.err) == (0, ["1.9", "1.10", "multi"], "")
    assert cli("tags", repository, "--json").json == [{"tag": "1.9"}, {"tag": "1.10"}, {"tag": "multi"}]


def test_tags_of_what_is_attached_to_images_are_listed_only_if_the_user_asks_for_them(cli, fake_registry):
    attached = [f"sha256-{'0' * 64}", f"sha256-{'0' * 64}.sig", f"sha256-{'1' * 64}.att"]
    fake_registry.on("GET", "/v2/app/tags/list", tag_list(*attached, "sha256-1", "v1"))
    outcome = cli("tags", f"{fake_registry.host}/app")
    assert outcome.lines == ["sha256-1", "v1"]
    assert outcome.err == "note: tags of signatures and attestations are left out: 3; `--all` lists them\n"
    assert len(cli("tags", f"{fake_registry.host}/app", "--all").lines) == 5
    assert len(cli("tags", f"{fake_registry.host}/app", "--json").json) == 5


@pytest.mark.parametrize("suffix", [":1.9", "@" + digest_of(b"")])
def test_the_tags_of_an_image_are_those_of_its_repository(cli, repository, suffix):
    assert cli("tags", repository + suffix).lines == ["1.9", "1.10", "multi"]


def test_each_request_is_logged_if_the_log_is_more_verbose(program, fake_registry, repository):
    told = program("tags", repository, "-vv").err.splitlines()
    assert f"debug: GET `{fake_registry.host}` /v2/app/tags/list: 200" in told


def test_tags_can_be_looked_at_one_by_one(cli, repository):
    rows = cli("tags", repository, "--long", "--json").json
    assert [row["tag"] for row in rows] == ["1.9", "1.10", "multi"]
    assert [row["platforms"] for row in rows] == [["linux/amd64"], ["linux/amd64"], ["linux/amd64", "linux/arm64"]]
    assert rows[0]["created"] == "2024-01-01T00:00:00Z"
    assert rows[0]["mediaType"] == media_types.OCI_MANIFEST
    assert rows[2]["mediaType"] == media_types.OCI_INDEX
    assert rows[1]["compressedSize"] > rows[0]["compressedSize"]
    assert {row["problem"] for row in rows} == {None}


@pytest.mark.parametrize(("order", "first"), [("size", "1.10"), ("created", "1.10")])
def test_tags_can_be_sorted_by_what_they_are(cli, repository, order, first):
    assert cli("tags", repository, "--sort", order).lines[1].split()[0] == first


def test_the_newest_tag_is_found_across_time_zones(cli, fake_registry):
    times = {"older": "2024-05-06T08:30:00+01:00", "newer": "2024-05-06T08:00:00Z"}
    for tag, created in times.items():
        fake_registry.serve(build_image(created=created), tag=tag)
    fake_registry.on("GET", "/v2/app/tags/list", tag_list(*times))
    rows = cli("tags", f"{fake_registry.host}/app", "--sort", "created", "--json").json
    assert [row["tag"] for row in rows] == ["newer", "older"]


def test_the_sizes_of_200_tags_are_drawn_from_their_manifests_alone(cli, fake_registry):
    images = [build_image([[("a", b"x" * number)]], created=f"2024-01-01T{number:06}") for number in (1, 2, 3)]
    tags = [f"v{number}" for number in range(200)]
    for number, tag in enumerate(tags):
        fake_registry.serve(images[number % 3], tag=tag)
    fake_registry.on("GET", "/v2/app/tags/list", tag_list(*tags))
    outcome = cli("tags", f"{fake_registry.host}/app", "--plot")
    assert (outcome.code, len(outcome.lines)) == (0, 201)
    layers = {layer["digest"] for image in images for layer in image.manifest["layers"]}
    assert layers.isdisjoint(path.rpartition("/")[2] for path in fake_registry.paths())


def test_the_pull_matrix_has_a_row_for_each_pair_of_tags(cli, repository):
    outcome = cli("tags", repository, "--pull-matrix", "--json")
    assert {(row["having"], row["tag"]) for row in outcome.json} >= {("1.9", "1.10"), ("1.10", "1.9")}
    assert cli("tags", repository, "--pull-matrix").lines[0].split()[:2] == ["already", "pulled"]


def test_a_plot_and_a_matrix_exclude_each_other(cli, repository):
    outcome = cli("tags", repository, "--plot", "--pull-matrix")
    assert outcome.code == 2
    assert outcome.err.startswith("error: `--plot` and `--pull-matrix` cannot be combined\n")


def test_a_tag_that_cannot_be_looked_at_does_not_hide_the_others(cli, fake_registry, repository):
    fake_registry.on("GET", "/v2/app/manifests/1.10", Reply(404))
    outcome = cli("tags", repository, "--long", "--json")
    assert outcome.code == 0
    assert [row["digest"] is None for row in outcome.json] == [False, True, False]
    assert outcome.err.startswith("warning: cannot read the tag `1.10`: ")


def test_names_that_are_no_tags_are_counted_and_left_out(cli, fake_registry, repository):
    fake_registry.on("GET", "/v2/app/tags/list", tag_list("ok", "a\x1b[31m", None, 3))
    outcome = cli("tags", repository)
    assert (outcome.code, outcome.lines) == (0, ["ok"])
    assert outcome.err == "warning: 3 invalid names from the registry are left out\n"


def test_a_list_that_breaks_off_is_reported_as_incomplete(cli, fake_registry, repository):
    reply = tag_list("a")
    reply.headers["Link"] = '<https://elsewhere.example/v2/app/tags/list?last=a>; rel="next"'
    fake_registry.on("GET", "/v2/app/tags/list", reply)
    outcome = cli("tags", repository)
    assert (outcome.code, outcome.lines) == (2, ["a"])
    assert outcome.err.startswith("error: the list is incomplete: ")


def test_a_repository_without_tags_has_an_empty_list(cli, fake_registry, repository):
    fake_registry.on("GET", "/v2/app/tags/list", Reply(body=b'{"name": "app", "tags": null}'))
    assert (cli("tags", repository).out, cli("tags", repository, "--json").json) == ("", [])


def test_catalog_lists_repositories(cli, fake_registry):
    fake_registry.on("GET", "/v2/_catalog", Reply(body=b'{"repositories": ["b", "a/10", "a/9"]}'))
    assert cli("catalog", fake_registry.host).lines == ["a/9", "a/10", "b"]
    assert cli("catalog", f"{fake_registry.host}/", "--json").json[0] == {"repository": "a/9"}


def test_a_registry_that_does_not_list_its_repositories_is_trouble(cli, fake_registry):
    outcome = cli("catalog", fake_registry.host)
    assert outcome.code == 2
    assert "does not list its repositories" in outcome.err


@pytest.mark.parametrize(
    ("command", "name"), [("tags", "oci:dir"), ("referrers", "./dir"), ("catalog", "a/b"), ("tags", "Up/Per:x:y")]
)
def test_a_name_that_is_not_in_a_registry_is_refused(cli, command, name):
    outcome = cli(command, name)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("error: ")


def test_referrers_lists_what_is_attached_by_api_and_by_index(cli, fake_registry):
    image = build_image()
    attestation = image.descriptor(
        platform={"os": "unknown", "architecture": "unknown"},
        annotations={"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": image.digest},
    )
    index = build_index(image.descriptor(platform={"os": "linux", "architecture": "amd64"}), attestation)
    fake_registry.serve(image)
    fake_registry.serve_manifest(index, media_types.OCI_INDEX, tag="multi")
    signature = descriptor(b"{}", media_types.OCI_MANIFEST, artifactType="application/example.signature")
    for digest in (digest_of(index), image.digest):
        fake_registry.on("GET", f"/v2/app/referrers/{digest}", Reply(body=build_index(signature)))
    rows = cli("referrers", f"{fake_registry.host}/app:multi", "--json").json
    assert [row["kind"] for row in rows] == ["application/example.signature", "attestation"]
    assert rows[0]["digest"] == signature["digest"]
    chosen = cli("referrers", f"{fake_registry.host}/app:multi", "--platform", "linux/amd64", "--json").json
    assert [row["kind"] for row in chosen] == ["application/example.signature", "attestation"]
    assert "attestation" in cli("referrers", f"{fake_registry.host}/app:multi").out


def test_an_image_that_nothing_is_attached_to(cli, fake_registry):
    fake_registry.serve(build_image())
    outcome = cli("referrers", fake_registry.reference())
    assert (outcome.code, outcome.lines) == (0, ["nothing is attached to the image"])
    assert cli("referrers", fake_registry.reference(), "--json").json == []


def wants_login(fake_registry):
    """Send the tags only to the right login."""
    expected = "Basic " + base64.b64encode("me:päss".encode()).decode()
    denied = Reply(401, headers={"WWW-Authenticate": 'Basic realm="here"'})
    fake_registry.on(
        "GET",
        "/v2/app/tags/list",
        lambda request: tag_list("secret") if request.headers.get("authorization") == expected else denied,
    )


def test_a_login_comes_from_the_options_and_standard_input(cli, fake_registry, monkeypatch):
    wants_login(fake_registry)
    monkeypatch.setattr("sys.stdin", io.StringIO("päss\n"))
    assert cli("tags", f"{fake_registry.host}/app", "--username", "me", "--password-stdin").lines == ["secret"]


def test_a_password_that_is_refused_is_never_shown(program, fake_registry):
    wants_login(fake_registry)
    login = ("--username", "me", "--password-stdin")
    outcome = program("tags", f"{fake_registry.host}/app", *login, "-vv", input=b"wr0ng-canary\n")
    assert (outcome.code, outcome.out) == (2, "")
    assert "canary" not in outcome.err
    assert base64.b64encode(b"me:wr0ng-canary").decode() not in outcome.err


def test_with_v_the_scheme_for_a_host_is_shown(program, fake_registry, repository):
    assert program("tags", repository).err == ""
    assert program("tags", repository, "-v").err == f"info: `{fake_registry.host}` speaks plain HTTP\n"
    assert program("-v", "tags", repository).err == f"info: `{fake_registry.host}` speaks plain HTTP\n"


def test_with_v_each_rule_and_the_source_of_the_login_is_logged_once(program, fake_registry, tmp_path):
    image = build_image([[("a", b"1")], [("b", b"2")]])
    fake_registry.serve(image)
    denied = Reply(401, headers={"WWW-Authenticate": 'Basic realm="here"'})
    good = fake_registry._replies["GET", "/v2/app/manifests/latest"][0]
    fake_registry.on(
        "GET", "/v2/app/manifests/latest", lambda request: good if "authorization" in request.headers else denied
    )
    rule = f'[[registry]]\nlocation = "reg.invalid"\n[[registry.mirror]]\nlocation = "{fake_registry.host}"\n'
    (tmp_path / "registries.conf").write_text(rule)
    (tmp_path / "auth.json").write_text(
        json.dumps({"auths": {fake_registry.host: {"username": "u", "password": "canary"}}})
    )
    env = {
        "CONTAINERS_REGISTRIES_CONF": str(tmp_path / "registries.conf"),
        "REGISTRY_AUTH_FILE": str(tmp_path / "auth.json"),
    }
    outcome = program("layers", "reg.invalid/app:latest", "-v", "--plain-http", fake_registry.host, env=env)
    assert outcome.code == 0
    assert [line for line in outcome.err.splitlines() if "cache" not in line] == [
        f"info: the rule for `reg.invalid` leads to {fake_registry.host}, reg.invalid",
        f"info: `{fake_registry.host}` is used over plain HTTP because of `--plain-http`",
        f"info: the login for `{fake_registry.host}` comes from `{tmp_path / 'auth.json'}`",
    ]


def test_a_catalog_behind_a_login_asks_for_it(cli, fake_registry):
    denied = Reply(401, headers={"WWW-Authenticate": 'Basic realm="here"'})
    fake_registry.on("GET", "/v2/_catalog", denied)
    outcome = cli("catalog", fake_registry.host)
    assert outcome.code == 2
    assert outcome.err.startswith(
        f"error: `{fake_registry.host}` requires a login (401)\nhint: log in with `docker login"
    )


@pytest.mark.parametrize(
    ("options", "typed"),
    [(["--username", "me"], "x\n"), (["--password-stdin"], "x\n"), (["--username", "me", "--password-stdin"], "")],
)
def test_half_a_login_is_refused(cli, fake_registry, monkeypatch, options, typed):
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    outcome = cli("tags", f"{fake_registry.host}/app", *options)
    assert (outcome.code, fake_registry.requests) == (2, [])


def test_a_wait_that_the_registry_asks_for_is_reported(cli, fake_registry, repository):
    fake_registry.on("GET", "/v2/app/tags/list", Reply(429, headers={"Retry-After": "0"}), tag_list("a"))
    outcome = cli("tags", repository)
    assert (outcome.code, outcome.lines) == (0, ["a"])
    assert "limits the rate of requests: trying again in 1 s" in outcome.err


def test_a_warning_of_the_registry_is_printed_once(cli, fake_registry):
    image = build_image()
    fake_registry.serve(image)
    headers = {"Content-Type": image.media_type, "Warning": '299 - "this \x7fregistry closes"'}
    fake_registry.on("GET", "/v2/app/manifests/latest", Reply(body=image.manifest_bytes, headers=headers))
    outcome = cli("layers", fake_registry.reference())
    assert outcome.code == 0
    assert outcome.err.count("registry closes") == 1
    assert "\x7f" not in outcome.err


def test_numbers_in_names_sort_by_value():
    names = ["v10", "v9", "1.2", "1.10", "latest", "1"]
    assert sorted(names, key=by_name) == ["1", "1.2", "1.10", "latest", "v9", "v10"]


def test_a_registry_or_repository_in_the_place_of_an_image_lists_what_it_has(cli, fake_registry, repository):
    fake_registry.on("GET", "/v2/_catalog", Reply(body=b'{"repositories": ["app"]}'))
    assert cli(f"{fake_registry.host}/").lines == cli("explore", fake_registry.host).lines == ["app"]
    assert cli(f"{repository}/").lines == cli("tags", f"{repository}/").lines == ["1.9", "1.10", "multi"]

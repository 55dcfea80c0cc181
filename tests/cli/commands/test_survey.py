"""`survey` on a real registry: with threads, on a cluster, killed and started again; and its answers."""

import json
import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from layerscope.loading import Cancellation
from layerscope.registry.hosts.trust import HostOptions
from layerscope.survey.engine import cluster
from support.dask_cluster import DaskCluster, die_once
from support.fleet import PASSWORD, USER, Fleet
from support.waiting import wait_for

pytestmark = pytest.mark.real("docker-registry")
TABLES = ("images", "layers", "image_layers", "waste", "files")
ROUNDED = 1e-9


@pytest.fixture(scope="module")
def fleet():
    """In memory if the system can do that: the registry syncs each blob to the disk."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as directory, Fleet(Path(directory)) as fleet:
        yield fleet


@pytest.fixture(autouse=True)
def login(fleet, monkeypatch):
    monkeypatch.setenv("DOCKER_CONFIG", str(fleet.docker_config))


@pytest.fixture(scope="module")
def survey(fleet, tmp_path_factory):
    """The output of a survey with threads, and how often it fetched each layer."""
    out = tmp_path_factory.mktemp("survey") / "out"
    before = fleet.fetched()
    done = run(fleet, out, "--files")
    assert done.returncode == 0, done.stderr
    fetched = fleet.fetched(before.total() + len(fleet.layers)) - before
    return out, fetched, done.stderr


def run(fleet, out, *options):
    command = [sys.executable, "-m", "layerscope", "survey", fleet.host, "-o", str(out), *options]
    environment = os.environ | {"DOCKER_CONFIG": str(fleet.docker_config)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)


def rows(cli, out, table):
    outcome = cli("survey", "query", out, f"SELECT * FROM {table} ORDER BY ALL", "--json")
    assert outcome.code == 0, outcome.err
    return outcome.json


def test_a_survey_fetches_each_layer_once_whatever_images_have_it(fleet, survey):
    _, fetched, said = survey
    assert fetched == dict.fromkeys(fleet.layers, 1)
    assert f"images: 60; layers read: {len(fleet.layers)}" in said


def test_the_figures_of_each_image_are_those_of_inspect(cli, fleet, survey):
    found = {row["reference"]: row for row in rows(cli, survey[0], "images")}
    assert set(found) == {f"{fleet.host}/{name}" for name in fleet.images}
    for reference, row in [*found.items()][::5]:
        expected = cli("inspect", reference, "--json").json
        assert row["digest"] == expected["digest"]
        assert abs(row["efficiency"] - expected["efficiency"]) < ROUNDED
        figures = ("size", "compressedSize", "liveSize", "overwrittenSize", "deletedSize", "wastedSize", "entryCount")
        snake = {name: name.replace("S", "_s").replace("C", "_c").lower() for name in figures}
        assert {name: row[snake[name]] for name in figures} == {name: expected[name] for name in figures}


def test_the_answers_name_what_images_share_and_waste(cli, fleet, survey):
    found = cli("survey", "show", survey[0], "--format", "json").json
    (total,), shared = found["total"], found["shared"]
    assert (total["image_count"], total["problem_count"], total["layer_count"]) == (60, 0, len(fleet.layers))
    assert total["different_image_count"] == len({row["digest"] for row in rows(cli, survey[0], "images")})
    assert total["with_sharing_size"] < total["without_sharing_size"] / 5
    assert [row["image_count"] for row in shared[:3]] == [60, 60, 12]
    wasted = sum(row["wasted_size"] for row in rows(cli, survey[0], "images"))
    assert (
        sum(row["wasted_size"] for row in found["causes"])
        == wasted
        == sum(row["wasted_size"] for row in found["waste"])
    )
    assert found["duplicates"][0]["path"] == "copy"
    assert found["growth"][0]["growth_size"] == 100
    text = cli("survey", "show", survey[0])
    assert (text.code, text.err) == (0, "")
    assert "apt package lists and caches" in text.out


def test_the_page_of_a_survey_has_pictures_of_sizes_and_of_what_is_shared(cli, survey, tmp_path):
    outcome = cli("survey", "show", survey[0], "--format", "html", "-o", tmp_path / "survey.html")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")
    page = (tmp_path / "survey.html").read_text()
    figures = json.loads(page.partition('id="data">')[2].partition("</script>")[0])["figures"].values()
    assert [figure["data"][0]["type"] for figure in figures] == ["bar", "scatter", "heatmap", "bar", "bar"]
    sizes, matrix = (figure["data"] for figure in list(figures)[1:3])
    assert [len(line["y"]) for line in sizes] == [12] * 5
    assert len({*map(tuple, matrix[0]["z"])}) == 5


def test_a_cluster_of_two_workers_makes_the_same_tables_and_no_secret_leaves_a_worker(
    cli, fleet, survey, tmp_path, monkeypatch
):
    from distributed.cfexecutor import ClientExecutor

    sent, submit = [], ClientExecutor.submit

    def recording(self, *arguments):
        sent.append(pickle.dumps(arguments))
        return submit(self, *arguments)

    monkeypatch.setattr(ClientExecutor, "submit", recording)
    (tmp_path / "cluster").mkdir()
    with DaskCluster(tmp_path / "cluster", {"DOCKER_CONFIG": str(fleet.docker_config)}) as dask:
        before = fleet.fetched()
        outcome = cli("survey", fleet.host, "-o", tmp_path / "out", "--files", "--scheduler", dask.address)
        assert outcome.code == 0, outcome.err
        assert fleet.fetched(before.total() + len(fleet.layers)) - before == dict.fromkeys(fleet.layers, 1)
        for table in TABLES:
            assert rows(cli, tmp_path / "out", table) == rows(cli, survey[0], table)
        dies(dask.address, tmp_path / "died")
        written = b"".join(file.read_bytes() for file in (tmp_path / "out").rglob("*") if file.is_file())
        login = json.loads((fleet.docker_config / "config.json").read_text())["auths"][fleet.host]["auth"]
        for secret in (PASSWORD.encode(), login.encode()):
            assert secret not in b"".join(sent) + dask.log().encode() + outcome.err.encode() + written
    assert len(sent) > len(fleet.layers)


def dies(address, marker):
    """A task whose worker dies is tried again on the other worker."""
    with cluster(address, HostOptions(), Cancellation()) as engine:
        results = dict(engine.run(die_once, (marker,), [0, 1, 2]))
    assert (results, marker.exists()) == ({0: 0, 1: 1, 2: 2}, True)


def test_a_login_of_the_command_line_is_not_sent_to_a_cluster(cli, fleet, tmp_path):
    outcome = cli("survey", fleet.host, "-o", tmp_path, "--scheduler", "tcp://localhost:1", "--creds", f"{USER}:x")
    assert (outcome.code, "a login is not sent to the workers of a cluster" in outcome.err) == (2, True)


def test_a_survey_that_was_killed_fetches_only_the_rest(cli, fleet, survey, tmp_path):
    def kept():
        return {file.name for file in tmp_path.rglob("*.layer")}

    before = fleet.fetched()
    command = [sys.executable, "-m", "layerscope", "survey", fleet.host, "-o", str(tmp_path / "out"), "--jobs", "1"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        wait_for(lambda: len(kept()) >= 10)
        process.send_signal(signal.SIGKILL)
    count = len(kept())
    assert 10 <= count < len(fleet.layers)
    assert run(fleet, tmp_path / "out").returncode == 0
    fetched = fleet.fetched(before.total() + len(fleet.layers)) - before
    assert fetched.keys() == fleet.layers
    assert fetched.total() <= len(fleet.layers) + 1  # the layer that was being read when the process was killed
    for table in TABLES[:-1]:
        assert rows(cli, tmp_path / "out", table) == rows(cli, survey[0], table)


def test_a_survey_says_if_no_tag_matches_and_how_to_list_the_images_with_a_problem(cli, fleet, tmp_path):
    out = tmp_path / "a b"
    nothing = cli("survey", fleet.host, "-o", out, "--tags", "bogus:3")
    assert (nothing.code, nothing.err.splitlines()[-1]) == (0, "warning: no tag matches `bogus:3`")
    missing = cli("survey", f"{fleet.host}/none:v1", "-o", out)
    hint = f"`layerscope survey show '{out}'` lists it"
    assert (missing.code, missing.err.splitlines()[-1]) == (2, f"warning: 1 image has a problem; {hint}")


def test_a_wrong_query_names_the_tables(cli, survey):
    outcome = cli("survey", "query", survey[0], "SELECT nothing FROM images")
    assert (outcome.code, outcome.out) == (2, "")
    assert "hint: the tables are files, image_layers, images, layers, waste" in outcome.err


@pytest.mark.parametrize(("library", "kind"), [("duckdb", "text"), ("fsspec", "text"), ("plotly", "html")])
def test_without_the_extra_the_command_says_what_to_install(cli, survey, monkeypatch, library, kind):
    for module in [name for name in sys.modules if name.startswith(f"{library}.")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, library, None)
    outcome = cli("survey", "show", survey[0], "--format", kind)
    assert (outcome.code, outcome.out) == (2, "")
    extra = "html" if library == "plotly" else "survey"
    assert (
        f"hint: in the environment of layerscope: `pip install 'layerscope[{extra}]'`; with pipx: `pipx " in outcome.err
    )

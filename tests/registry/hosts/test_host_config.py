import ipaddress
from pathlib import Path

import pytest

from layerscope.registry.hosts.host_config import ConfigDirectories, read_host_options
from layerscope.registry.hosts.hosts import HostOptions
from layerscope.registry.hosts.rules import Mirror, RegistryRule


@pytest.fixture
def places(tmp_path):
    return ConfigDirectories(tmp_path / "etc", tmp_path / "user")


@pytest.fixture
def read(places):
    def read(given=None, where=places):
        warnings = []
        options = read_host_options(where, warnings.append, given or HostOptions())
        return options, warnings

    return read


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def rule(prefix):
    return f'[[registry]]\nprefix = "{prefix}"\nlocation = "{prefix}"\n'


def prefixes(options):
    return [rule.prefix for rule in options.rules]


def test_no_file_is_no_problem(read):
    given = HostOptions(frozenset({"a"}), frozenset({"b"}), ca_files=(Path("ca"),))
    options, warnings = read(given)
    assert (options.plain_http, options.insecure, options.ca_files) == (
        given.plain_http,
        given.insecure,
        given.ca_files,
    )
    assert (options.rules, warnings) == ((), [])


def test_a_daemon_json_names_insecure_hosts_networks_and_mirrors(read, places):
    write(
        places.system / "docker/daemon.json",
        '{"insecure-registries": ["reg.local:5000", "10.0.0.0/8", 5], "registry-mirrors": ["https://m.example/", "http://n.local"]}',
    )
    options, warnings = read()
    assert options.insecure == {"reg.local:5000", "n.local"}
    assert options.insecure_networks == (ipaddress.ip_network("10.0.0.0/8"),)
    mirrors = (Mirror("m.example"), Mirror("n.local", insecure=True))
    assert options.rules == (RegistryRule("docker.io", "docker.io", mirrors=mirrors),)
    assert warnings == []
    assert set(options.files) == {"reg.local:5000", "n.local", "10.0.0.0/8"}


def test_a_rule_on_the_command_line_is_not_reported_as_from_a_file(read, places):
    write(places.system / "docker/daemon.json", '{"insecure-registries": ["a", "b"]}')
    options, _ = read(HostOptions(insecure=frozenset({"a"})))
    assert (options.insecure, set(options.files)) == ({"a", "b"}, {"b"})


def test_drop_ins_count_without_a_file_beside_them(read, places):
    write(places.system / "containers/registries.conf.d/10.conf", rule("system"))
    write(places.user / "containers/registries.conf.d/10.conf", rule("user"))
    assert prefixes(read()[0]) == ["system", "user"]


def test_a_registries_conf_is_read(read, places):
    write(
        places.system / "containers/registries.conf",
        """
        unqualified-search-registries = ["docker.io"]
        [[registry]]
        prefix = "example.com/foo"
        location = "internal.example:5000/bar/"
        insecure = true
        [[registry.mirror]]
        location = "m.example/x"
        insecure = true
        pull-from-mirror = "digest-only"
        [[registry.mirror]]
        location = "n.example"
        pull-from-mirror = "tag-only"
        [[registry]]
        location = "strict.example"
        blocked = true
        mirror-by-digest-only = true
        [[registry.mirror]]
        location = "o.example"
        [[registry]]
        insecure = true
        """,
    )
    options, _ = read()
    assert options.rules == (
        RegistryRule(
            "example.com/foo",
            "internal.example:5000/bar",
            insecure=True,
            mirrors=(Mirror("m.example/x", insecure=True, by_tag=False), Mirror("n.example", by_digest=False)),
        ),
        RegistryRule("strict.example", "strict.example", blocked=True, mirrors=(Mirror("o.example", by_tag=False),)),
    )
    assert options.insecure == {"internal.example:5000", "m.example"}
    where = f"`{places.system / 'containers/registries.conf'}`"
    assert options.files == {"internal.example:5000": where, "m.example": where}


def test_drop_ins_come_on_top_in_order(read, places):
    directory = places.system / "containers"
    write(directory / "registries.conf", rule("a") + rule("b"))
    write(directory / "registries.conf.d/10.conf", '[[registry]]\nprefix = "b"\nlocation = "c"\n')
    write(directory / "registries.conf.d/20.conf", rule("d"))
    write(directory / "registries.conf.d/ignored.txt", rule("e"))
    options, _ = read()
    assert [(item.prefix, item.location) for item in options.rules] == [("a", "a"), ("b", "c"), ("d", "d")]


def test_the_users_file_replaces_that_of_the_system(read, places):
    write(places.system / "containers/registries.conf", rule("system"))
    write(places.system / "containers/registries.conf.d/x.conf", rule("dropped"))
    write(places.user / "containers/registries.conf", rule("user"))
    write(places.user / "containers/registries.conf.d/x.conf", rule("users-drop-in"))
    assert prefixes(read()[0]) == ["user", "users-drop-in"]


def test_one_file_of_the_environment_replaces_all(read, places, tmp_path):
    write(places.system / "containers/registries.conf", rule("system"))
    write(tmp_path / "own.conf", rule("own"))
    environ = {"HOME": str(tmp_path), "CONTAINERS_REGISTRIES_CONF": str(tmp_path / "own.conf")}
    assert prefixes(read(where=ConfigDirectories.of_environment(environ))[0]) == ["own"]


@pytest.mark.parametrize("name", ["docker/daemon.json", "containers/registries.conf"])
@pytest.mark.parametrize("text", ["nonsense {", "\x00", '{"insecure-registries": ' * 5000, " " * (1024 * 1024 + 1)])
def test_an_unusable_file_is_reported_and_left_out(read, places, name, text):
    write(places.system / name, text)
    options, warnings = read()
    assert (options.insecure, options.rules) == (frozenset(), ())
    assert warnings[0].startswith(f"`{places.system / name}` is not used: ")


@pytest.mark.parametrize(
    "text",
    ["registry = 5", "[[registry]]\nlocation = 5", "registry = [5]", '[[registry]]\nlocation = "x"\nmirror = [1]'],
)
def test_members_of_a_wrong_type_do_no_harm(read, places, text):
    write(places.system / "containers/registries.conf", text)
    options, warnings = read()
    assert all(not item.mirrors for item in options.rules)
    assert warnings == []

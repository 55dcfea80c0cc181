from layerscope.filesystem.stack import Stack
from layerscope.insight.accounting import Accounting
from layerscope.insight.savings import find_savings
from support.layer_indexes import file, index_of, whiteout
from support.package_files import dpkg_files

KB = b"x" * 5000


def savings_of(*layers):
    account = Accounting.of(Stack.of([index_of(layer) for layer in layers]))
    return {saving.cause: saving for saving in find_savings(account)}, account


def python_package(site, name, content):
    info = f"{site}/{name}-1.dist-info"
    record = f"{name}.py,,\n{name}-1.dist-info/METADATA,,\n{name}-1.dist-info/RECORD,,\n".encode()
    about = file(f"{info}/METADATA", f"Name: {name}\nVersion: 1\n\n".encode())
    return [file(f"{site}/{name}.py", content), about, file(f"{info}/RECORD", record)]


def test_packages_that_a_later_layer_removes_are_one_saving_that_names_them():
    gcc, make = ("gcc", "1", ["/usr/bin/gcc"]), ("make", "1", ["/usr/bin/make"])
    found, account = savings_of(
        [file("usr/bin/gcc", KB), file("usr/bin/make", b"m"), *dpkg_files(gcc, make)],
        [file("srv/app", KB)],
        [whiteout("usr/bin/gcc"), whiteout("usr/bin/make"), *dpkg_files()],
    )
    saving = found["removed-packages"]
    assert (saving.size, saving.layer, saving.killer) == (5001, 0, 2)
    assert "layer 0 installs them, layer 2 removes them (gcc, make)" in saving.advice
    assert sum(one.size for one in found.values() if one.killer >= 0) == account.image.wasted_size


def test_a_file_of_a_package_that_a_later_layer_moves_is_a_moved_file():
    found, _ = savings_of(
        [file("usr/a", KB), *dpkg_files(("a", "1", ["/usr/a"]))], [whiteout("usr/a"), file("srv/a", KB), *dpkg_files()]
    )
    assert "removed-packages" not in found
    assert (found["moved"].size, found["moved"].killer) == (5000, 1)


def test_a_deleted_file_of_a_package_that_is_still_installed_is_only_a_deleted_file():
    found, _ = savings_of([file("usr/a", KB), *dpkg_files(("a", "1", ["/usr/a"]))], [whiteout("usr/a")])
    assert set(found) == {"deleted"}


def test_compilers_and_headers_in_the_image_are_a_saving_but_not_their_runtime_libraries():
    names = ["gcc-12", "g++", "libssl-dev", "linux-headers-amd64", "pkgconf"]
    others = ["gcc-12-base", "libgcc-s1", "cppcheck", "make-guile", "devscripts"]
    packages = [(name, "1", [f"/usr/x/{name}"]) for name in (*names, *others)]
    found, _ = savings_of([*(file(f"usr/x/{name}", name.encode()) for name, _, _ in packages), *dpkg_files(*packages)])
    saving = found["build-packages"]
    assert saving.size == sum(map(len, names))
    assert all(name in saving.advice for name in names)


def test_the_same_python_package_at_two_places_saves_the_copy_in_the_higher_layer():
    here, there = "usr/lib/python3.11/site-packages", "opt/venv/lib/python3.11/site-packages"
    first = python_package(here, "six", KB)
    second = python_package(there, "six", KB)
    found, _ = savings_of(first, [*second, *python_package(there, "only", b"1")])
    saving = found["python-copies"]
    assert (saving.size, saving.layer) == (sum(len(one.content) for one in second), 1)
    assert "six" in saving.advice
    assert "duplicates" not in found


def test_python_packages_of_two_versions_of_python_are_no_copies():
    places = ["usr/lib/python3.11/site-packages", "usr/lib/python3.12/site-packages"]
    found, _ = savings_of(*(python_package(place, "six", b"1") for place in places))
    assert "python-copies" not in found


def test_an_advice_never_has_a_hostile_name():
    names = ["`rm`\x1b[31m-dev", "{layer}-dev"]
    packages = [(name, "1", [f"/usr/{number}"]) for number, name in enumerate(names)]
    found, _ = savings_of([file("usr/0", b"1"), file("usr/1", b"2"), *dpkg_files(*packages)])
    assert found["build-packages"].advice.endswith(": 2 packages")

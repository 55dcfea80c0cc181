"""The lowest layer: a generated root file system, similar to a slim Debian."""

from collections.abc import Iterable

from layerscope.demo.changeset import Changeset
from layerscope.demo.contents import between, binary, prose, words

LIB = "usr/lib/x86_64-linux-gnu"
PACKAGES = words(
    "apt base-files base-passwd bash bsdutils coreutils dash debconf debianutils diffutils dpkg e2fsprogs findutils "
    "gcc-12-base gpgv grep gzip hostname init-system-helpers libacl1 libattr1 libaudit1 libblkid1 libbz2 libc6 libcap2 "
    "libcom-err2 libcrypt1 libdb5.3 libdebconfclient0 libext2fs2 libffi8 libgcc-s1 libgcrypt20 libgmp10 libgnutls30 "
    "libgpg-error0 libhogweed6 libidn2 liblz4 liblzma5 libmount1 libnettle8 libp11-kit0 libpam0g libpcre2 libseccomp2 "
    "libselinux1 libsmartcols1 libssl3 libstdc++6 libsystemd0 libtasn1-6 libtinfo6 libudev1 libunistring2 libuuid1 "
    "libxxhash0 libzstd1 login mawk mount ncurses-base passwd perl-base sed tar tzdata util-linux zlib1g"
)
COMMANDS = words(
    "[ arch awk base64 basename cat chgrp chmod chown chroot cksum comm cp csplit cut date dd df diff dir dirname du "
    "echo env expand expr factor false find fmt fold getent grep groups gunzip gzip head hostid hostname iconv id "
    "install join kill link ln locale login logname ls md5sum mkdir mkfifo mknod mktemp more mount mv nice nl nohup "
    "nproc numfmt od paste pathchk pinky pr printenv printf ps pwd readlink realpath rm rmdir sed seq sha256sum shred "
    "shuf sleep sort split stat stdbuf stty su sum sync tac tail tar tee test timeout touch tr true truncate tsort "
    "tty umount uname unexpand uniq unlink users vdir wc which whoami xargs yes zcat zgrep"
)
TIME_ZONES = {
    "Africa": "Abidjan Accra Cairo Casablanca Johannesburg Lagos Nairobi Tunis",
    "America": "Bogota Chicago Denver Halifax Lima Montevideo New_York Phoenix Sao_Paulo Toronto Vancouver",
    "Asia": "Baku Bangkok Dubai Hanoi Jakarta Kabul Kolkata Manila Seoul Shanghai Singapore Tokyo",
    "Australia": "Adelaide Brisbane Darwin Hobart Melbourne Perth Sydney",
    "Europe": "Amsterdam Athens Berlin Dublin Helsinki Kyiv Lisbon London Madrid Oslo Paris Prague Rome Vienna Zurich",
}
LOCALES = words("ca cs da de el eo es eu fi fr gl hr hu id it ja ko lt nb nl pl pt ro ru sk sl sr sv tr uk vi zh_CN")
ACCOUNTS = """root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
bin:x:2:2:bin:/bin:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
_apt:x:42:65534::/nonexistent:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
"""
OS_RELEASE = """PRETTY_NAME="Sample GNU/Linux 12 (demo)"
NAME="Sample GNU/Linux"
VERSION_ID="12"
VERSION="12 (demo)"
ID=sample
ID_LIKE=debian
"""
CAP_NET_RAW = bytes.fromhex("0100000200200000000000000000000000000000")
"""`cap_net_raw=ep` as the kernel stores it in `security.capability` (struct vfs_cap_data, revision 2)."""


def base_layer() -> Changeset:
    """Merged /usr, commands with links, libraries, time zones, locales, documentation, lists of dpkg."""
    base = Changeset()
    _skeleton(base)
    _configuration(base)
    _commands(base)
    _packages(base)
    _shared_data(base)
    return base


def dpkg_status(packages: Iterable[str]) -> bytes:
    """The database of installed packages: a step that installs anything writes it again."""
    paragraphs = (
        f"Package: {name}\nStatus: install ok installed\nPriority: optional\nSection: demo\n"
        f"Installed-Size: {between(name, 40, 9000)}\nArchitecture: amd64\nVersion: {between(name, 1, 9)}.0-1\n"
        f"Description: made up for the sample image\n {prose(name, 300).decode().replace(chr(10), chr(10) + ' ')}\n\n"
        for name in sorted(packages)
    )
    return "".join(paragraphs).encode()


def _skeleton(base: Changeset) -> None:
    for name in ("bin", "sbin", "lib", "lib64"):
        base.directory(f"usr/{name}")
        base.symlink(name, f"usr/{name}")
    for path in ("boot", "dev", "home", "media", "mnt", "opt", "proc", "run/lock", "srv", "sys", "var/log", "var/mail"):
        base.directory(path)
    base.directory("root", 0o700)
    base.directory("tmp", 0o1777)
    base.directory("var/tmp", 0o1777)
    base.directory("var/cache/apt/archives/partial", 0o700, uid=42)
    base.file("var/cache/apt/pkgcache.bin", binary("pkgcache", 180_000))
    base.symlink("var/run", "/run")


def _configuration(base: Changeset) -> None:
    base.file("etc/os-release", OS_RELEASE)
    base.file("etc/passwd", ACCOUNTS)
    base.file("etc/shadow", "root:*:19857:0:99999:7:::\n", 0o640)
    base.file("etc/group", "root:x:0:\ndaemon:x:1:\nwww-data:x:33:\nnogroup:x:65534:\n")
    base.file("etc/hostname", "sample\n")
    base.file("etc/debian_version", "12.5\n")
    base.file("etc/apt/sources.list", "deb http://deb.example.org/sample demo main\n")
    base.file("etc/bash.bashrc", prose("bashrc", 2000))
    base.file("etc/ld.so.cache", binary("ld.so.cache", 9000))
    base.symlink("etc/localtime", "/usr/share/zoneinfo/Etc/UTC")
    for number, name in enumerate(words("common-auth common-account common-password common-session login passwd su")):
        base.file(f"etc/pam.d/{name}", prose(f"pam {number}", 700))
    for name in PACKAGES[::5]:
        base.file(f"etc/default/{name}", prose(f"default {name}", 300))


def _commands(base: Changeset) -> None:
    for name in COMMANDS:
        base.file(f"usr/bin/{name}", binary(f"bin {name}", between(name, 14_000, 46_000)), 0o755)
    base.file("usr/bin/bash", binary("bash", 1_265_648), 0o755)
    base.file("usr/bin/perl", binary("perl", 1_820_000), 0o755)
    base.hardlink("usr/bin/perl5.36.0", "usr/bin/perl")
    base.hardlink("usr/bin/egrep", "usr/bin/grep")
    base.file("usr/bin/dash", binary("dash", 125_640), 0o755)
    base.symlink("usr/bin/sh", "dash")
    base.file("usr/bin/passwd", binary("passwd", 68_248), 0o4755)
    base.file("usr/bin/ping", binary("ping", 90_568), 0o755, xattrs={"security.capability": CAP_NET_RAW})
    base.file("usr/sbin/ldconfig", binary("ldconfig", 420_000), 0o755)
    base.symlink("usr/bin/pager", "/etc/alternatives/pager")
    base.symlink("etc/alternatives/pager", "/usr/bin/more")


def _packages(base: Changeset) -> None:
    base.file("var/lib/dpkg/status", dpkg_status(PACKAGES))
    for name in PACKAGES:
        base.file(f"usr/share/doc/{name}/copyright", prose(f"copyright {name}", between(name, 600, 3000)))
        base.file(f"usr/share/doc/{name}/changelog.Debian", prose(f"changes {name}", between(name, 400, 2000)))
        base.file(f"var/lib/dpkg/info/{name}.list", prose(f"list {name}", 500))
        base.file(f"var/lib/dpkg/info/{name}.md5sums", prose(f"sums {name}", 700))
        if name.startswith("lib"):
            version = f"{between(name, 0, 9)}.{between(name + 'minor', 0, 9)}"
            base.file(f"{LIB}/{name}.so.{version}", binary(f"so {name}", between(name, 20_000, 90_000)))
            base.symlink(f"{LIB}/{name}.so", f"{name}.so.{version}")
    base.file(f"{LIB}/libc.so.6", binary("libc", 1_922_136), 0o755)
    base.file(f"{LIB}/libcrypto.so.3", binary("libcrypto", 1_200_000))


def _shared_data(base: Changeset) -> None:
    for area, names in TIME_ZONES.items():
        for name in words(names):
            base.file(f"usr/share/zoneinfo/{area}/{name}", b"TZif2" + binary(name, between(name, 900, 3500)))
    base.file("usr/share/zoneinfo/Etc/UTC", b"TZif2" + bytes(110))
    for locale in LOCALES:
        for package in ("apt", "bash", "coreutils", "dpkg", "grep", "sed", "tar"):
            catalogue = prose(f"{locale} {package}", between(locale + package, 1500, 9000))
            base.file(f"usr/share/locale/{locale}/LC_MESSAGES/{package}.mo", catalogue)
    for number in range(1, 9):
        for command in COMMANDS[number::9]:
            base.file(f"usr/share/man/man{number}/{command}.{number}", prose(f"man {command}", 1800))

"""The layer of `apt-get install`: a generated Java runtime, and the package lists that were not removed."""

from layerscope.demo.changeset import Changeset
from layerscope.demo.contents import between, binary, noise, prose, words
from layerscope.demo.debian_base import PACKAGES, dpkg_status

INSTALLED = words(
    "ca-certificates ca-certificates-java java-common libasound2 libavahi-client3 libcups2 libfontconfig1 libfreetype6 "
    "libglib2.0 libgraphite2 libharfbuzz0b libjpeg62 liblcms2 libnspr4 libnss3 libpcsclite1 libpng16 libsqlite3 "
    "openssl openjdk-17-jre-headless"
)
MODULES = words(
    "java.base java.compiler java.datatransfer java.desktop java.instrument java.logging java.management java.naming "
    "java.net.http java.prefs java.rmi java.scripting java.security.jgss java.security.sasl java.smartcardio java.sql "
    "java.transaction.xa java.xml java.xml.crypto jdk.accessibility jdk.charsets jdk.crypto.cryptoki jdk.crypto.ec "
    "jdk.httpserver jdk.incubator.foreign jdk.jdwp.agent jdk.jfr jdk.localedata jdk.management jdk.naming.dns jdk.net "
    "jdk.nio.mapmode jdk.sctp jdk.security.auth jdk.unsupported jdk.zipfs"
)
LIBRARIES = words(
    "libawt libdt_socket libextnet libfontmanager libinstrument libj2gss libj2pkcs11 libjaas libjava libjavajpeg "
    "libjdwp libjimage libjli libjsig liblcms libmanagement libmlib_image libnet libnio libprefs librmi libsctp "
    "libverify libzip"
)
TOOLS = words("java jfr jpackage keytool rmiregistry")
LISTS = "var/lib/apt/lists"
REPOSITORY = "deb.example.org_sample_dists_demo"


def java_home(architecture: str) -> str:
    """The directory of the runtime, without a leading slash."""
    return f"usr/lib/jvm/java-17-openjdk-{architecture}"


def install_layer(architecture: str, scale: int = 1) -> Changeset:
    """All files of the step; the sizes of big binaries are divided by `scale`."""
    layer = Changeset(seconds=60)
    _runtime(layer, java_home(architecture), architecture, scale)
    _alternatives(layer, java_home(architecture))
    _certificates(layer)
    _package_manager(layer, architecture, scale)
    return layer


def _runtime(layer: Changeset, home: str, architecture: str, scale: int) -> None:
    layer.file(f"{home}/lib/modules", binary(f"modules {architecture}", 8_000_000 // scale))
    layer.file(f"{home}/lib/server/libjvm.so", binary(f"libjvm {architecture}", 3_000_000 // scale))
    layer.file(f"{home}/lib/server/classes.jsa", binary(f"classes.jsa {architecture}", 900_000 // scale))
    for name in LIBRARIES:
        size = between(name, 12_000, 120_000) // scale
        layer.file(f"{home}/lib/{name}.so", binary(f"{name} {architecture}", size))
    for name in TOOLS:
        layer.file(f"{home}/bin/{name}", binary(f"{name} {architecture}", 14_000), 0o755)
    for module in MODULES:
        layer.file(f"{home}/legal/{module}/LICENSE", prose("licence", 6000))
        layer.file(f"{home}/legal/{module}/ASSEMBLY_EXCEPTION", prose("exception", 1500))
    layer.file(f"{home}/conf/logging.properties", logging_properties())
    for name in ("net.properties", "sound.properties", "security/java.security", "security/java.policy"):
        layer.file(f"{home}/conf/{name}", prose(name, 5000))
    layer.file(f"{home}/release", 'JAVA_VERSION="17.0.11"\nIMPLEMENTOR="Sample"\n')
    layer.symlink(f"{home}/docs", "../../../share/doc/openjdk-17-jre-headless")
    layer.symlink("usr/lib/jvm/java-1.17.0-openjdk-" + architecture, home.rpartition("/")[2])


def logging_properties() -> bytes:
    """The runtime's logging settings; the application has a copy of this file."""
    return b"handlers = java.util.logging.ConsoleHandler\n.level = INFO\n" + prose("logging", 2400)


def _alternatives(layer: Changeset, home: str) -> None:
    for name in TOOLS:
        layer.symlink(f"usr/bin/{name}", f"/etc/alternatives/{name}")
        layer.symlink(f"etc/alternatives/{name}", f"/{home}/bin/{name}")
        layer.file(f"var/lib/dpkg/alternatives/{name}", prose(f"alternative {name}", 200))


def _certificates(layer: Changeset) -> None:
    names = [f"Sample_Root_CA_{number}" for number in range(1, 61)]
    for name in names:
        layer.file(f"usr/share/ca-certificates/demo/{name}.crt", _certificate(name))
        layer.symlink(f"etc/ssl/certs/{name}.pem", f"/usr/share/ca-certificates/demo/{name}.crt")
    layer.file("etc/ssl/certs/ca-certificates.crt", b"".join(map(_certificate, names)))
    layer.file("etc/ssl/certs/java/cacerts", binary("cacerts", 150_000))


def _certificate(name: str) -> bytes:
    body = noise(name, 600).hex()
    lines = "\n".join(body[start : start + 64] for start in range(0, len(body), 64))
    return f"-----BEGIN MADE UP CERTIFICATE-----\n{lines}\n-----END MADE UP CERTIFICATE-----\n".encode()


def _package_manager(layer: Changeset, architecture: str, scale: int) -> None:
    layer.file("var/lib/dpkg/status", dpkg_status([*PACKAGES, *INSTALLED]))
    layer.file("var/log/dpkg.log", prose("dpkg.log", 60_000))
    layer.file("var/log/apt/history.log", prose("history.log", 4000))
    layer.file("var/cache/apt/pkgcache.bin", binary(f"pkgcache {architecture}", 800_000 // scale))
    layer.file("var/cache/apt/srcpkgcache.bin", binary(f"srcpkgcache {architecture}", 780_000 // scale))
    for name in INSTALLED:
        layer.file(f"usr/share/doc/{name}/copyright", prose(f"copyright {name}", between(name, 600, 9000)))
        layer.file(f"var/lib/dpkg/info/{name}.list", prose(f"list {name}", 1500))
    layer.file(f"{LISTS}/lock", b"", 0o640)
    layer.directory(f"{LISTS}/partial", 0o700, uid=42)
    layer.file(f"{LISTS}/{REPOSITORY}_InRelease", prose("InRelease", 55_000))
    layer.file(f"{LISTS}/{REPOSITORY}_main_binary-{architecture}_Packages", _package_list(9_000 // scale))
    layer.file(f"{LISTS}/{REPOSITORY}_main_i18n_Translation-en", prose("translation", 900_000 // scale))


def _package_list(count: int) -> bytes:
    digests = noise("package list", 16 * count).hex()
    return "".join(
        f"Package: sample-{number:05}\nVersion: 1.{number % 37}-{number % 5}\nMaintainer: Nobody <nobody@example.org>\n"
        f"Architecture: all\nDepends: libc6 (>= 2.36), sample-{number * 7919 % count:05}\nSection: demo\n"
        f"Filename: pool/main/s/sample/sample-{number:05}_1.{number % 37}_all.deb\nMD5sum: "
        f"{digests[32 * number : 32 * number + 32]}\nDescription: package {number} of the sample image\n\n"
        for number in range(count)
    ).encode()

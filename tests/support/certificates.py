"""Certificates for TLS servers on loopback, made with openssl."""

import subprocess


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


def make_authority(directory):
    """The PEM files of a certificate authority: certificate and key."""
    certificate, key = directory / "ca.crt", directory / "ca.key"
    openssl(
        *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30"),
        *("-subj", "/CN=authority of the tests", "-keyout", key, "-out", certificate),
    )
    return certificate, key


def make_certificate(directory, authority, name="server", hosts="IP:127.0.0.1,DNS:localhost", days=30):
    """The PEM files of a signed certificate: certificate and key. It is expired if `days` is negative."""
    certificate, key, request, extensions = (directory / f"{name}.{kind}" for kind in ("crt", "key", "csr", "ext"))
    extensions.write_text(f"subjectAltName={hosts}\n")
    openssl(
        *("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
        *("-subj", f"/CN={name}", "-keyout", key, "-out", request),
    )
    openssl(
        *("x509", "-req", "-in", request, "-CA", authority[0], "-CAkey", authority[1], "-CAcreateserial"),
        *("-days", days, "-extfile", extensions, "-out", certificate),
    )
    return certificate, key

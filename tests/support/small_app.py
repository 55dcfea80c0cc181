"""A small image with something of everything that a tree can show."""

from support.images import build_image
from support.tars import directory, file, hardlink, symlink

STEPS = (
    ("/bin/sh -c #(nop) ADD file:0d3f5a1b2c4e69788796a5b4c3d2e1f00d3f5a1b2c4e69788796a5b4c3d2e1f0 in / ", False),
    ('/bin/sh -c #(nop)  CMD ["bash"]', True),
    ("RUN /bin/sh -c apt-get update && apt-get install -y openjdk && rm -rf /tmp/* # buildkit", False),
    ("ENV JAVA_HOME=/usr/lib/jvm", True),
    ("RUN /bin/sh -c rm -rf /var/lib/apt/lists/* && chmod 600 /etc/passwd # buildkit", False),
)
LAYERS = (
    [
        directory("usr/"),
        directory("usr/bin/"),
        file("usr/bin/bash", b"#" * 12_000, mode=0o755),
        symlink("bin", "usr/bin"),
        directory("etc/"),
        file("etc/passwd", b"root:x:0:0\n"),
        file("etc/shadow", b"secret\n", mode=0o600),
        file("etc/hosts", b"localhost\n", uid=1000, gid=100),
    ],
    [
        directory("usr/"),
        directory("usr/lib/"),
        directory("usr/lib/jvm/"),
        file("usr/lib/jvm/java", b"j" * 50_000, mode=0o755),
        hardlink("usr/lib/jvm/jre", "usr/lib/jvm/java", mode=0o755),
        directory("var/lib/apt/lists/"),
        file("var/lib/apt/lists/Packages", b"p" * 20_000),
        file("etc/hosts", b"localhost\nother\n", uid=1000, gid=100),
    ],
    [
        file("var/lib/apt/lists/.wh.Packages"),
        file("etc/.wh.shadow"),
        file("etc/passwd", b"root:x:0:0\n", mode=0o600),
    ],
)


def small_app(layers=LAYERS, steps=STEPS, **config):
    history = [
        {"created_by": command, "created": "2024-05-01T12:30:00Z", "empty_layer": empty} for command, empty in steps
    ]
    return build_image(layers, history, **config)

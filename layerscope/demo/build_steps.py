"""The build of the sample image as its history shows it: each step with the layer that it made."""

from dataclasses import dataclass

from layerscope.demo import application
from layerscope.demo.debian_base import base_layer
from layerscope.demo.java_runtime import install_layer, java_home


@dataclass(frozen=True, slots=True)
class BuildStep:
    """One history entry; `seconds` counts from the base image, and `tar` is None for an empty layer."""

    command: str
    seconds: int = 0
    tar: bytes | None = None


def build_steps(architecture: str, *, scale: int = 1) -> list[BuildStep]:
    """All steps for one architecture, lowest first: the base by the classic builder, the rest by BuildKit.

    The sizes of the runtime's binaries are divided by `scale`.
    """
    install = install_layer(architecture, scale)
    permissions = application.permissions_layer(install, architecture)
    return [
        BuildStep("/bin/sh -c #(nop) ADD file:0d3f5a1b2c4e69788796a5b4c3d2e1f0 in / ", 0, base_layer().tar()),
        BuildStep('/bin/sh -c #(nop)  CMD ["bash"]', 1),
        BuildStep(f"ENV JAVA_HOME=/{java_home(architecture)}", 30),
        BuildStep(
            "RUN /bin/sh -c apt-get update   && apt-get install -y --no-install-recommends "
            "openjdk-17-jre-headless   && java -version # buildkit",
            60,
            install.tar(),
        ),
        BuildStep("COPY .netrc /root/.netrc # buildkit", 120, application.credentials_layer().tar()),
        BuildStep("COPY build/ /app/ # buildkit", 150, application.application_layer().tar()),
        BuildStep("WORKDIR /app", 150),
        BuildStep(
            'RUN /bin/sh -c chmod -R g+w "$JAVA_HOME/conf" "$JAVA_HOME/lib/server" # buildkit',
            180,
            permissions.tar(),
        ),
        BuildStep(
            "RUN /bin/sh -c rm -rf /var/lib/apt/lists/*   && rm -rf /var/cache/apt   "
            "&& mkdir -p /var/cache/apt/archives/partial # buildkit",
            210,
            application.cleanup_layer(architecture).tar(),
        ),
        BuildStep(
            "RUN /bin/sh -c rm /root/.netrc   && mv /app/lib/greetings.jar /app/   && rmdir /app/lib # buildkit",
            240,
            application.tidy_layer().tar(),
        ),
        BuildStep("LABEL org.opencontainers.image.title=hello-world-java", 240),
        BuildStep('ENTRYPOINT ["java" "-cp" "/app:/app/greetings.jar"]', 240),
        BuildStep('CMD ["HelloWorld"]', 240),
    ]

"""Every error that a user can meet: one sentence each, with a hint if there is one.

    LayerscopeError
    ├── UsageError              the command line asks for something impossible
    │   └── InvalidReference    a reference, digest, tag or platform does not follow its grammar
    ├── InvalidDocument         JSON, or a value in it, does not follow the specification
    ├── NotFound                the image, blob, path or tag does not exist
    ├── NoMatchingPlatform      an image index has no image for the wanted platform
    ├── VerificationError       bytes do not have the promised size or digest
    ├── DamagedLayer            a layer cannot be decoded any further
    ├── SourceError             a file, directory or engine cannot be read as an image
    ├── RegistryError           the registry answered, and the answer is an error
    │   ├── Unauthorized        it requires a login, or refuses the one it got
    │   └── TooManyRequests     it limits the rate
    ├── CredentialsError        a stored login cannot be read: its helper is missing, fails or hangs
    ├── TransportError          the registry did not answer: DNS, refused, TLS, timeout
    │   └── Offline             it was not asked, because the user wants no network
    └── Cancelled               the user, or the end of the program, stopped the work

Foreign exceptions (httpx, OSError, zlib ...) are translated once, where they enter. Messages contain no secrets. Text
from outside passes `layerscope.display.display` before it is put in a message.
"""


def install_hint(extra: str) -> str:
    """How to install an extra: only the environment of the program counts."""
    library = f"'layerscope[{extra}]'"
    return f"in the environment of layerscope: `pip install {library}`; with pipx: `pipx install --force {library}`"


class LayerscopeError(Exception):
    """One sentence without a full stop: what failed, on what, and why. `hint` says what to do about it."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(LayerscopeError):
    """The command line asks for something impossible."""


class InvalidReference(UsageError):
    """A reference, digest, tag or platform does not follow its grammar; the message names the wrong part."""


class InvalidDocument(LayerscopeError):
    """A JSON document, or a value in it, does not follow the specification."""


class NotFound(LayerscopeError):
    """The image, blob, path or tag does not exist."""


class NoMatchingPlatform(LayerscopeError):
    """An image index has no image for the wanted platform; the hint lists its platforms."""


class VerificationError(LayerscopeError):
    """Bytes do not have the size or the digest of their descriptor."""


class DamagedLayer(LayerscopeError):
    """A layer's compression or tar format is damaged; nothing after that point can be read."""


class SourceError(LayerscopeError):
    """A file, a directory, standard input or an engine cannot be read as an image."""


class RegistryError(LayerscopeError):
    """The registry answered with an error; `status` is the HTTP status code."""

    def __init__(self, message: str, *, status: int = 0, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.status = status


class Unauthorized(RegistryError):
    """The registry requires a login, or refuses the one it got."""


class TooManyRequests(RegistryError):
    """The registry limits the rate of requests."""


class CredentialsError(LayerscopeError):
    """A stored login cannot be read: its credential helper is missing, fails or hangs."""


class TransportError(LayerscopeError):
    """The registry did not answer: name resolution, refused connection, TLS, timeout or a lost connection."""


class Offline(TransportError):
    """The registry was not asked, because the user wants no network (`--offline`)."""


class Cancelled(LayerscopeError):
    """The user, or the end of the program, stopped the work."""

    def __init__(self, message: str = "cancelled") -> None:
        super().__init__(message)

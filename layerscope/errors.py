"""Every error a user can meet, one sentence each, with a hint where there is one.

    LayerscopeError
    ├── UsageError              the command line asks for something that cannot be
    │   └── InvalidReference    a reference, digest, tag or platform breaks its grammar
    ├── InvalidDocument         JSON, or a value in it, is not what the specification says
    ├── NotFound                the image, blob, path or tag is not there
    ├── NoMatchingPlatform      an image index has nothing for the wanted platform
    ├── VerificationError       bytes do not have the promised size or digest
    ├── DamagedLayer            a layer cannot be decoded any further
    ├── SourceError             a file, directory or engine cannot be read as an image
    ├── RegistryError           the registry answered, and the answer is an error
    │   ├── Unauthorized        it wants a login, or refuses the one it got
    │   └── TooManyRequests     it limits the rate
    ├── CredentialsError        a stored login cannot be had: its helper is missing, fails or hangs
    ├── TransportError          the registry did not answer: DNS, refused, TLS, time-out
    └── Cancelled               the user, or the end of the program, stopped the work

Foreign exceptions (httpx, OSError, zlib ...) are translated once, where they enter. Messages carry no secret, and text
from outside only after `layerscope.display.display`.
"""

from __future__ import annotations


class LayerscopeError(Exception):
    """What went wrong and where, in one sentence without a full stop; `hint` says what to do about it."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(LayerscopeError):
    """The command line asks for something that cannot be."""


class InvalidReference(UsageError):
    """A reference, digest, tag or platform breaks its grammar; the message names the offending part."""


class InvalidDocument(LayerscopeError):
    """A JSON document, or a value in it, is not what the specification says."""


class NotFound(LayerscopeError):
    """The image, blob, path or tag is not there."""


class NoMatchingPlatform(LayerscopeError):
    """An image index holds nothing for the wanted platform; the hint lists what it holds."""


class VerificationError(LayerscopeError):
    """Bytes do not have the size or the digest that their descriptor promises."""


class DamagedLayer(LayerscopeError):
    """A layer's compression or tar format breaks; nothing after that point can be read."""


class SourceError(LayerscopeError):
    """A file, a directory, standard input or an engine cannot be read as an image."""


class RegistryError(LayerscopeError):
    """The registry answered with an error; `status` is the HTTP status code."""

    def __init__(self, message: str, *, status: int = 0, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.status = status


class Unauthorized(RegistryError):
    """The registry wants a login, or refuses the one it got."""


class TooManyRequests(RegistryError):
    """The registry limits the rate of requests."""


class CredentialsError(LayerscopeError):
    """A stored login cannot be had: its credential helper is missing, fails or hangs."""


class TransportError(LayerscopeError):
    """No answer came: name resolution, refused connection, TLS, time-out or a connection cut short."""


class Cancelled(LayerscopeError):
    """The user, or the end of the program, stopped the work."""

    def __init__(self, message: str = "cancelled") -> None:
        super().__init__(message)

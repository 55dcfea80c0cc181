"""The tree of errors, as its docstring draws it."""

import re

from layerscope import errors
from layerscope.errors import Cancelled, LayerscopeError, RegistryError


def tree(cls, depth=0):
    yield depth, cls.__name__
    for child in cls.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from tree(child, depth + 1)


def test_the_docstring_draws_every_error_in_its_place():
    drawn = re.findall(r"^ {4}([ │├└─]*)([A-Z]\w+)", errors.__doc__, re.MULTILINE)
    assert [(len(branch) // 4, name) for branch, name in drawn] == list(tree(LayerscopeError))


def test_an_error_is_its_sentence_and_carries_its_hint():
    error = LayerscopeError("the layer ends", hint="pull it again")
    assert (str(error), error.message, error.hint) == ("the layer ends", "the layer ends", "pull it again")


def test_an_answer_of_a_registry_carries_its_status():
    error = RegistryError("denied", status=403, hint="log in")
    assert (error.message, error.status, error.hint) == ("denied", 403, "log in")


def test_a_cancellation_has_a_message():
    assert (Cancelled().message, Cancelled("stopped by ctrl+c").message) == ("cancelled", "stopped by ctrl+c")

"""Every way to an image says the same of it, wherever it is, and what a plain model says.

A new way is a function that asks it, a function that asks the model, and a line in `WAYS`.
"""

from contextlib import closing
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from layerscope.blobs.copy_set import CopySet
from layerscope.blobs.resolve import resolve
from layerscope.content.verification import verify_image
from layerscope.errors import InvalidDocument, NoMatchingPlatform, NotFound, VerificationError
from layerscope.loading import Cancellation
from layerscope.oci import Platform
from layerscope.sources.open import open_store
from support.index_trees import PLATFORMS, places, trees

NUMBERS = count()


def resolved(store, platform):
    """The digest of the manifest for a platform."""
    return str(resolve(store, platform).descriptor.digest)


def planned(store, platform):
    """The digests of all that a copy or a push would write."""
    return {str(document.descriptor.digest) for document in CopySet.of(store, platform).documents}


def verified(store, platform):
    """The digests and statuses of all parts."""
    inventory = verify_image(store, platform, lambda _event: None, Cancellation())
    return {(str(part.descriptor.digest), _as_modelled(part.status)) for part in inventory.parts}


def answer(ask, text, platform):
    """What a way returns for the image that the text names, or why it refuses."""
    with closing(open_store(text)) as store:
        try:
            return ask(store, platform)
        except NotFound:
            return "missing"
        except (VerificationError, InvalidDocument):
            return "wrong"
        except NoMatchingPlatform:
            return "no platform"


def _as_modelled(status):
    return status.value if status in {"verified", "missing"} else "wrong"


def parts(tree, platform):
    try:
        return tree.parts(platform)
    except NoMatchingPlatform:
        return "no platform"


WAYS = {
    "resolve": (resolved, lambda tree, platform: tree.image(platform)),
    "verify": (verified, parts),
    "copy and push": (planned, lambda tree, platform: tree.to_publish(platform)),
}


@pytest.mark.parametrize("way", WAYS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=trees(), platform=st.sampled_from([None, *map(Platform.parse, PLATFORMS)]))
def test_a_way_to_an_image_agrees_with_the_model_wherever_the_image_is(fake_registry, tmp_path, way, tree, platform):
    ask, expect = WAYS[way]
    where = places(tree, fake_registry, f"app{next(NUMBERS)}", tmp_path)
    found = {place: answer(ask, text, platform) for place, text in where.items()}
    assert found == dict.fromkeys(where, expect(tree, platform))

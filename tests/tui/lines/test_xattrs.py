"""Extended attributes in words."""

import struct

import pytest

from layerscope.tui.lines.xattrs import xattr_text


def capability(permitted, inheritable=0, *, effective=True, revision=2, root=()):
    head = revision << 24 | effective
    low, high = permitted & 0xFFFFFFFF, permitted >> 32
    value = struct.pack("<5I", head, low, inheritable & 0xFFFFFFFF, high, inheritable >> 32)
    return value + b"".join(struct.pack("<I", number) for number in root)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (capability(1 << 13), "cap_net_raw=ep"),
        (capability(1 << 10 | 1 << 12, effective=False), "cap_net_bind_service,cap_net_admin=p"),
        (capability(1 << 40), "cap_checkpoint_restore=ep"),
        (capability(1 << 50), "cap_50=ep"),
        (capability(1, 1 << 1), "cap_chown=ep cap_dac_override=ei"),
        (capability(1, revision=3, root=(1000,)), "cap_chown=ep [rootid=1000]"),
        (struct.pack("<3I", 1 << 24 | 1, 1, 0), "cap_chown=ep"),
    ],
)
def test_file_capabilities_are_named(value, text):
    assert xattr_text("security.capability", value) == f"security.capability = {text}"


@pytest.mark.parametrize("value", [b"", b"\x01", b"\x00\x00\x00\x02", b"\x01\x00\x00\x09" + bytes(16)])
def test_what_is_no_capability_is_shown_as_it_is(value):
    assert "cap_" not in xattr_text("security.capability", value)


def test_access_control_lists_are_named():
    entries = [(0x01, 6, 0xFFFFFFFF), (0x02, 4, 1000), (0x04, 4, 0xFFFFFFFF), (0x20, 0, 0xFFFFFFFF)]
    value = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)
    assert xattr_text("system.posix_acl_access", value).endswith("= user::rw-,user:1000:r--,group::r--,other::---")


def test_other_values_are_safe_and_short():
    text = xattr_text("user.\x1bx", b"\x1b]52;c;" + b"A" * 500)
    assert text.isprintable()
    assert len(text) < 120

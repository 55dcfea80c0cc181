"""Extended attributes in words: file capabilities and access control lists decoded, others as they are."""

import struct

from layerscope.tui.lines.spans import safe

LONGEST_VALUE = 64
CAPABILITIES = (
    *("chown", "dac_override", "dac_read_search", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap"),
    *("linux_immutable", "net_bind_service", "net_broadcast", "net_admin", "net_raw", "ipc_lock", "ipc_owner"),
    *("sys_module", "sys_rawio", "sys_chroot", "sys_ptrace", "sys_pacct", "sys_admin", "sys_boot", "sys_nice"),
    *("sys_resource", "sys_time", "sys_tty_config", "mknod", "lease", "audit_write", "audit_control", "setfcap"),
    *("mac_override", "mac_admin", "syslog", "wake_alarm", "block_suspend", "audit_read", "perfmon", "bpf"),
    "checkpoint_restore",
)
"""By number (linux/capability.h)."""

_EFFECTIVE = 1
_WORDS = {1: 1, 2: 2, 3: 2}
"""32-bit words of each set by revision (struct vfs_cap_data)."""

_ACL_TAGS = {0x01: "user:", 0x02: "user:{}", 0x04: "group:", 0x08: "group:{}", 0x10: "mask:", 0x20: "other:"}


def xattr_text(name: str, value: bytes) -> str:
    """An attribute and its value on one row, safe for the screen."""
    return f"{safe(name)} = {_decoded(name, value) or _raw(value)}"


def _decoded(name: str, value: bytes) -> str | None:
    if name == "security.capability":
        return capabilities_text(value)
    if name in ("system.posix_acl_access", "system.posix_acl_default"):
        return acl_text(value)
    return None


def capabilities_text(value: bytes) -> str | None:
    """`cap_net_raw=ep`, as getcap(8) writes it; None if the value is something else."""
    if len(value) < 4:
        return None
    (head,) = struct.unpack_from("<I", value)
    words = _WORDS.get(head >> 24)
    if words is None or len(value) < 4 + 8 * words:
        return None
    pairs = struct.unpack_from(f"<{2 * words}I", value, 4)
    permitted = sum(word << 32 * number for number, word in enumerate(pairs[::2]))
    inheritable = sum(word << 32 * number for number, word in enumerate(pairs[1::2]))
    effective = "e" if head & _EFFECTIVE else ""
    named: dict[str, list[str]] = {}
    for number in range(64):
        flags = ("p" if permitted >> number & 1 else "") + ("i" if inheritable >> number & 1 else "")
        if flags:
            named.setdefault(effective + flags, []).append(_capability(number))
    text = " ".join(f"{','.join(names)}={flags}" for flags, names in named.items())
    if head >> 24 == 3 and len(value) >= 24:
        text += f" [rootid={struct.unpack_from('<I', value, 20)[0]}]"
    return text or "="


def acl_text(value: bytes) -> str | None:
    """`user::rw-,user:1000:r--,...`, as getfacl(1) writes it; None if the value is something else."""
    if len(value) < 4 or (len(value) - 4) % 8 or struct.unpack_from("<I", value)[0] != 2:
        return None
    entries = []
    for tag, mode, who in struct.iter_unpack("<HHI", value[4:]):
        if tag not in _ACL_TAGS or mode > 7:
            return None
        letters = "".join(letter if mode >> bit & 1 else "-" for letter, bit in (("r", 2), ("w", 1), ("x", 0)))
        entries.append(f"{_ACL_TAGS[tag].format(who)}:{letters}")
    return ",".join(entries)


def _capability(number: int) -> str:
    return f"cap_{CAPABILITIES[number]}" if number < len(CAPABILITIES) else f"cap_{number}"


def _raw(value: bytes) -> str:
    return safe(value[:LONGEST_VALUE]) + ("…" if len(value) > LONGEST_VALUE else "")

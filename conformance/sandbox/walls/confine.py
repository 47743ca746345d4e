"""Run as ``python confine.py RIGHTS PROGRAM ARGUMENT...``: give up all rights but a few, then run a Python program.

RIGHTS is JSON, see :class:`gradproof.conformance.sandbox.walls.launching.Rights`. Stands alone: of all the project only
this file is here yet. What runs before the program is trusted, and nothing of it can be taken back by the program.
"""

import ctypes
import json
import os
import runpy
import struct
import sys
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

SIGKILL = 9
SET_PARENT_DEATH_SIGNAL, SET_SECCOMP, DROP_BOUND, SET_NO_NEW_PRIVILEGES, AMBIENT = 1, 22, 24, 38, 47  # of prctl
BY_FILTER, CLEAR_ALL = 2, 4
LAST_CAPABILITY = 63
CAPABILITIES = 0x20080522  # version 3 of their layout
NEW_MOUNTS, NEW_IPC = 0x00020000, 0x08000000
NO_SETUID, NO_DEVICES, REMOUNT, RECURSIVE, PRIVATE = 2, 4, 32, 1 << 14, 1 << 18  # of mount
STEP = struct.Struct("=HBBI")  # of a filter: code, where to go if so and if not, and a number
IS_EQUAL = 0x15
OWN_PID = 0x7E57_1D42  # stands in the filter for the number of this process


def main() -> None:
    """Confine this process, then be the program."""
    given, *sys.argv = sys.argv[1:]
    rights = json.loads(given)
    give_up(rights)
    sys.path[:] = filter(is_standard, sys.path)  # what is installed besides cannot be read from here on
    load_filter(numbered(program_of(rights["calls"])))
    runpy.run_path(sys.argv[0], run_name="__main__")


def give_up(rights: dict[str, Any]) -> None:
    """All rights of this process but these, save for system calls, which are filtered at the very last."""
    is_bounded = bound_folder(**rights["folder"])
    if rights["user"]:
        os.setgroups([])
        os.setgid(rights["user"])
        os.setuid(rights["user"])
    _end_with(rights["parent"])
    drop_capabilities()
    if rights["readable"]:
        _confine_files(rights["readable"], [rights["folder"]["path"], os.devnull])
    if not is_bounded and not rights["is_watched"]:
        load_filter(numbered(program_of(rights["no_files"])))


def is_standard(folder: str) -> bool:
    """Whether a folder to import from is of the standard library, or that library packed."""
    path, standard = Path(folder), Path(os.__file__).parent
    return path in (standard, standard / "lib-dynload") or path.name == "lib-dynload" or path.suffix == ".zip"


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def call(name: str, *arguments: Any) -> None:
    """A function of the C library. Raises OSError if it fails."""
    if getattr(_libc(), name)(*arguments):
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")


def _prctl(option: int, *values: int) -> None:
    call("prctl", *map(ctypes.c_ulong, (option, *values, *(4 - len(values)) * (0,))))


def bound_folder(path: str, size: int, files: int, user: int, is_there: bool) -> bool:
    """A private file system in memory at ``path``, of so many bytes and files; whether this process may have one."""
    bounds = f"size={size},nr_inodes={files}"
    flags = NO_SETUID | NO_DEVICES
    try:
        if is_there:  # in the namespace that this process is in
            call("mount", None, path.encode(), None, flags | REMOUNT, bounds.encode())
        else:
            call("unshare", NEW_MOUNTS | NEW_IPC)
            call("mount", None, b"/", None, RECURSIVE | PRIVATE, None)
            options = f"{bounds},mode=700,uid={user},gid={user}"
            call("mount", b"tmpfs", path.encode(), b"tmpfs", flags, options.encode())
    except OSError:
        return False
    finally:
        os.chdir(path)
    return True


def _end_with(parent: int) -> None:
    """Let the kernel end this process when the one that started it ends, however that is."""
    if not parent:
        return
    _prctl(SET_PARENT_DEATH_SIGNAL, SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def drop_capabilities() -> None:
    """All of them, in every set, for good."""
    _prctl(SET_NO_NEW_PRIVILEGES, 1)
    _prctl(AMBIENT, CLEAR_ALL)
    for capability in range(LAST_CAPABILITY + 1):
        _libc().prctl(*map(ctypes.c_ulong, (DROP_BOUND, capability, 0, 0, 0)))  # fails where the kernel has no such one
    header, none = struct.pack("=Ii", CAPABILITIES, 0), bytes(24)
    call("capset", ctypes.c_char_p(header), ctypes.c_char_p(none))


def _confine_files(readable: Sequence[str], writable: Sequence[str]) -> None:
    """Give up this process's rights to all other files, by Landlock."""
    landlock = import_module("landlock")
    ctypes.set_errno(0)  # which it takes for its own
    rights, every = landlock.FSAccess, _known_rights(landlock)
    rules = landlock.Ruleset(every)
    for paths, of_file, of_folder in (
        (readable, rights.READ_FILE, rights.READ_FILE | rights.READ_DIR),
        (writable, rights.READ_FILE | rights.WRITE_FILE, every & ~rights.EXECUTE),
    ):
        for path in paths:
            rules.allow(path, rules=of_folder if Path(path).is_dir() else of_file)
    rules.apply()


def _known_rights(landlock: Any) -> Any:
    """The rights that this kernel's Landlock knows, by its version: to ask for more is an error."""
    version = landlock.landlock_abi_version()
    return landlock.FSAccess((1 << (13 if version == 1 else 14 if version == 2 else 15)) - 1)


def program_of(descriptor: int) -> bytes:
    """A program of system calls, as the file in memory has it."""
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0)


def numbered(program: bytes) -> bytes:
    """The same, in which this process has its number."""
    own = os.getpid()
    return b"".join(
        STEP.pack(code, yes, no, own if (code, number) == (IS_EQUAL, OWN_PID) else number)
        for code, yes, no, number in STEP.iter_unpack(program)
    )


def load_filter(program: bytes) -> None:
    """Have system calls filtered from here on, by this program too."""
    steps = ctypes.create_string_buffer(program, len(program))
    whole = struct.pack("@HP", len(program) // STEP.size, ctypes.addressof(steps))
    place = ctypes.create_string_buffer(whole, len(whole))
    _prctl(SET_SECCOMP, BY_FILTER, ctypes.addressof(place))


if __name__ == "__main__":
    main()

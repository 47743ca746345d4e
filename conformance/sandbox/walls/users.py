"""A user that nobody else is, for as long as a process runs."""

import os
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from pathlib import Path

FIRST, LAST = (
    60_706,
    61_183,
)  # that no distribution gives to people and systemd to nothing, in every namespace of 65,536
RUN = Path("/run")
LOCKS = "gradproof-users"


def lent(resources: ExitStack) -> int:
    """A user and group of the same number, who has no name, no process and no group, and is nobody else's meanwhile.

    Raises:
        OSError: if there is none, or the locks cannot be kept.
    """
    folder = _locks()
    busy = set(_with_processes())
    for user in range(FIRST, LAST + 1):
        if user not in busy and not _has_a_name(user) and _locked(folder / str(user), resources):
            return user
    raise OSError(f"no user from {FIRST} to {LAST} is free")


def _locks() -> Path:
    """A folder of root's alone, in which each lent user has a file that is locked."""
    place = RUN if os.access(RUN, os.W_OK) else Path(tempfile.gettempdir())
    folder = place / LOCKS
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    seen = folder.lstat()
    if seen.st_uid != os.geteuid() or seen.st_mode & 0o170077 != 0o040000:
        raise PermissionError(f"{folder} is not a folder of this user alone")
    return folder


def _locked(path: Path, resources: ExitStack) -> bool:
    import fcntl

    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return False
    resources.callback(os.close, descriptor)
    return True


def _has_a_name(number: int) -> bool:
    import grp
    import pwd

    for find in (pwd.getpwuid, grp.getgrgid):
        with suppress(KeyError):
            find(number)
            return True
    return False


def _with_processes() -> Iterable[int]:
    """The users that processes of this machine have."""
    for number in filter(str.isdecimal, os.listdir("/proc")):  # noqa: PTH208 - there are many, and paths take long
        with suppress(OSError), open(f"/proc/{number}/status", "rb", 0) as status:  # noqa: PTH123
            told = status.read().partition(b"\nUid:")[2]
            yield from map(int, told.split(b"\n", 1)[0].split())

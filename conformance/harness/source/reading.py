"""The text of a source file, read as far as one may be long."""

import stat
from pathlib import Path

MAX_SOURCE_BYTES = 2_000_000


def source_of(file: Path) -> bytes:
    """The bytes of a file, and of one that is too large the first too many.

    Raises OSError if it cannot be read, or is none to be read: whoever reads from a pipe may wait for ever.
    """
    if not stat.S_ISREG(file.stat().st_mode):
        raise OSError("it is no ordinary file")
    with file.open("rb") as stream:
        return stream.read(MAX_SOURCE_BYTES + 1)

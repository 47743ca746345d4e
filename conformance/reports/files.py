"""File names for submissions, whose own names may be anything."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256

HARMLESS = re.compile(r"\w[\w .,@+()-]{0,99}(?<![ .])")
A_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d) *(\..*)?", re.IGNORECASE)  # whatever its suffix, on Windows
LOOKS_MADE_UP = re.compile(r".*-[0-9a-f]{16}", re.IGNORECASE)


def file_names(submissions: Iterable[str]) -> dict[str, str]:
    """A file name, without suffix, for each submission; no two alike, on any file system.

    A harmless name is kept. Any other gets a digest of itself behind it, and no name that is kept looks like that.
    """
    submissions = tuple(submissions)
    counts = Counter(map(_folded, submissions))
    return {name: name if _is_harmless(name) and counts[_folded(name)] == 1 else _made_up(name) for name in submissions}


def _is_harmless(name: str) -> bool:
    fits = HARMLESS.fullmatch(name) is not None and len(name.encode("utf-8", "replace")) <= 200
    return fits and not LOOKS_MADE_UP.fullmatch(name) and not A_DEVICE.fullmatch(name)


def _made_up(name: str) -> str:
    digest = sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{re.sub(r'[^A-Za-z0-9_]+', '_', name[:200]).strip('_')[:40] or 'submission'}-{digest}"


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()

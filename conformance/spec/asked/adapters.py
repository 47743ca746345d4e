"""The adapter that somebody names: a Python file, or a shipped one by its name."""

import os
from pathlib import Path

from gradproof.conformance.errors import UsageError
from gradproof.conformance.spec.asked.shipped import STYLES, adapter_at
from gradproof.conformance.spec.contracts import with_nearest
from gradproof.conformance.spec.words.said import say


def adapter_file(given: str, option: str = "--adapter") -> Path:
    """The file that an option means. Raises UsageError, with the nearest shipped one, if it is none."""
    path = adapter_at(given)
    if os.path.isfile(path) and path.suffix == ".py":  # noqa: PTH113 - of a name that no file can have it says no
        return path
    if os.path.lexists(path):
        raise UsageError(say("{option} {path}: expected a Python file (.py)", option=option, path=path))
    told = say("{option} {path}: there is no such file, and no shipped adapter of that name", option=option, path=path)
    raise UsageError(with_nearest(told, given, [style.adapter for style in STYLES]))

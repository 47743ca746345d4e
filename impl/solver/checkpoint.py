"""Training checkpoints: one .npz of plain arrays and a JSON header. Nothing in it is pickled, nothing in it is run."""

import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..validation import Array

FORMAT = "gradproof-checkpoint/1"
HEADER = "header"


def write(path: str | Path, arrays: Mapping[str, Array], header: Mapping[str, Any]) -> None:
    """Write a checkpoint whole or not at all: beside its place first, then moved there in one step.

    Args:
        path: the file, replaced if it is there.
        arrays: name -> array of numbers, bools or text.
        header: what JSON can hold; floats come back to the bit.

    Raises:
        ValueError: for an array of objects, or a header that JSON cannot hold.
        OSError: if the file cannot be written.
    """
    path = Path(path)
    text = json.dumps({"format": FORMAT, **header})
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("wb") as file:
            np.savez(file, allow_pickle=False, **{HEADER: np.array(text)}, **arrays)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def read(path: str | Path) -> tuple[dict[str, Array], dict[str, Any]]:
    """The arrays and the header of a checkpoint.

    Raises:
        ValueError: if the file is cut short, damaged, or no checkpoint.
        OSError: if it cannot be read.
    """
    try:
        # Opened here, for np.load leaves a file open that turns out to be no whole zip.
        with Path(path).open("rb") as file, np.load(file, allow_pickle=False) as content:
            arrays = {name: content[name] for name in content.files}
            header = json.loads(str(arrays.pop(HEADER)))
    except (ValueError, KeyError, EOFError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path} is no whole checkpoint: it is cut short, damaged, or another file") from error
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise ValueError(f"{path} is no checkpoint in the format {FORMAT}")
    return arrays, header


def nested(prefix: str, arrays: Mapping[str, Array]) -> dict[str, Array]:
    """The arrays under ``prefix/name``."""
    return {f"{prefix}/{name}": array for name, array in arrays.items()}


def group(prefix: str, arrays: Mapping[str, Array]) -> dict[str, Array]:
    """The inverse of :func:`nested`: the arrays whose name starts with ``prefix/``, without it."""
    return {name.removeprefix(f"{prefix}/"): a for name, a in arrays.items() if name.startswith(f"{prefix}/")}

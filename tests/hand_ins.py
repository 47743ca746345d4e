"""What the tests of hand-ins share: archives with any entries, and opening what was handed in."""

import io
import json
import tarfile
import warnings
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from gradproof.conformance.grading.intake import Bounds, HandIn, IntakeProblem, opened

SMALL = Bounds(size=200_000, entries=20, depth=4, notebook=50_000, code=2_000)
Entry = tuple[str, bytes]
Change = Callable[[Any], object]


def zip_of(entries: Iterable[Entry], change: Change = lambda info: None) -> bytes:
    """A zip archive with entries of just these names, each header changed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a name that is there already
        for name, content in entries:
            info = zipfile.ZipInfo("x")
            info.filename, info.compress_type = name, zipfile.ZIP_DEFLATED
            change(info)
            archive.writestr(info, content)
    return stream.getvalue()


def tar_of(entries: Iterable[Entry], change: Change = lambda info: None, mode: str = "w:gz", **options) -> bytes:
    """A tar archive with entries of just these names, each header changed."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode, **options) as archive:
        for name, content in entries:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            change(info)
            archive.addfile(info, io.BytesIO(content))
    return stream.getvalue()


PACKERS = {"a.zip": zip_of, "a.tar.gz": tar_of, "a.tar": lambda *args: tar_of(*args, mode="w:")}
packed_in_each_way = pytest.mark.parametrize("name", PACKERS)


def notebook_of(*sources: str | list[str], kind: str = "code") -> bytes:
    """A notebook of format 4 with these cells."""
    cells = [{"cell_type": kind, "source": source, "outputs": [], "metadata": {}} for source in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def unpacked(folder: Path, name: str, content: bytes, bounds: Bounds = SMALL) -> Path:
    """What an archive of that name is opened to, below the folder."""
    (folder / name).write_bytes(content)
    (folder / "scratch").mkdir()
    return opened(HandIn("alice", folder / name, "archive"), folder / "scratch", bounds)


def problem(folder: Path, name: str, content: bytes, bounds: Bounds = SMALL) -> str:
    """What is said of an archive that cannot be opened: one line."""
    with pytest.raises(IntakeProblem) as caught:
        unpacked(folder, name, content, bounds)
    assert str(caught.value).isprintable()
    assert str(caught.value).startswith("it ")
    return str(caught.value)


def outcome(hand_in: HandIn, scratch: Path) -> str:
    """The problem of a hand-in, or an empty text; no other error."""
    try:
        opened(hand_in, scratch, SMALL)
    except IntakeProblem as reason:
        return str(reason)
    return ""


def files_below(folder: Path) -> dict[str, bytes]:
    """The files in a folder and their content."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}

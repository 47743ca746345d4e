"""Who asks for a module, and whether it is imported or only looked for: read from the frames of the search."""

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from gradproof.conformance.spec.values import LIBRARIES, SUITE

HERE = Path(__file__).parent
OWN = (*(HERE / f"{stem}.py" for stem in ("led", "missing", "placeholders")), HERE.parent / "stand_ins.py")
SEARCHING = frozenset(map(str, OWN))  # the frames of the search are in these


def frames() -> list[FrameType]:
    """The frames that led here from the suite, innermost first: the submission's own, and those of importlib."""
    found, frame = [], sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename in SEARCHING:
        frame = frame.f_back
    while frame.f_back is not None and not frame.f_code.co_filename.startswith(str(SUITE)):
        found.append(frame)
        frame = frame.f_back
    return found


def is_import(led: Sequence[FrameType]) -> bool:
    """Whether something is imported, and not only looked for."""
    return "_find_and_load" in _steps(led)


def is_of_a_list(led: Sequence[FrameType]) -> bool:
    """Whether it is a name that is imported ``from`` a package, which may have it in another way than as a module."""
    return "_handle_fromlist" in _steps(led)


def importer(led: Sequence[FrameType]) -> FrameType | None:
    """The frame that imports."""
    return next((frame for frame in led if not _is_of_importlib(frame)), None)


def is_inside(file: str | Path, folder: Path) -> bool:
    """Whether a file or folder lies in that of a submission, and not in packages that are installed there."""
    path = Path(file).absolute()
    return path.is_relative_to(folder) and LIBRARIES.isdisjoint(path.parts)


def _steps(led: Sequence[FrameType]) -> list[str]:
    """What importlib does, innermost first."""
    steps = []
    for frame in led:
        if not frame.f_code.co_filename.startswith("<frozen"):
            break
        steps.append(frame.f_code.co_name)
    return steps


def _is_of_importlib(frame: FrameType) -> bool:
    file = frame.f_code.co_filename
    return file.startswith("<frozen") or file == importlib.__file__

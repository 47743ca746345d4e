"""Every call and return is told, for as long as a context lasts."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


@contextmanager
def profiled(note: Callable[[FrameType, str, object], object]) -> Iterator[None]:
    """Tell ``note`` of each call and return in this thread; whoever was told before is told again afterwards."""
    before: Any = sys.getprofile()
    sys.setprofile(note)
    try:
        yield
    finally:
        sys.setprofile(before if callable(before) else None)
        if hasattr(before, "enable"):  # that of cProfile, which is no function
            before.enable()

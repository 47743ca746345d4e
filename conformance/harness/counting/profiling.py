"""Every call and return is told, or every line, for as long as a context lasts."""

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


@contextmanager
def traced(entered: Callable[[FrameType, str, Any], Any]) -> Iterator[None]:
    """Tell ``entered`` of each call in this thread, and what it gives back of each line; as before afterwards."""
    before = sys.gettrace()
    sys.settrace(entered)
    try:
        yield
    finally:
        sys.settrace(before)

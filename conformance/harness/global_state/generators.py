"""The global generators of NumPy and Python: put back, seeded, and whether somebody else has seeded them."""

import ctypes
import random
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import Lock
from typing import Any

import numpy as np

WORDS = 624  # of 32 bits: as many a generator gives before it renews its key
KEY_BYTES = 4 * WORDS
MOST_RENEWALS = 100
KEYS_KEPT = 64


_spare, _at_work = np.random.RandomState(np.random.MT19937()), Lock()  # to make one takes ten times what it is used for
_left = [b""]  # the state that was put back last, if NumPy kept no second normal number beside it


@contextmanager
def generators_put_back() -> Iterator[None]:
    """Whatever is drawn from the legacy global generators, they are as they were in the end.

    Every run of a case is inside. So NumPy's state is copied as it lies in memory, and asked for only if it may keep
    the second of two normal numbers.
    """
    generator, held, python_state = np.random.get_bit_generator(), state(), random.getstate()  # type: ignore[attr-defined]
    told = None if held and held == _left[0] else np.random.get_state(legacy=False)
    is_plain = held and (told is None or not told["has_gauss"])
    try:
        yield
    finally:
        random.setstate(python_state)
        _put(generator, held)
        if not is_plain and told is not None:
            np.random.set_state(told)
        _left[0] = held if is_plain else b""


def seed(*key: int) -> None:
    """Set the legacy global generators to a function of ``key``: code that ignores its seed repeats itself."""
    held, python_state = _seeded(key)
    random.setstate(python_state)
    generator = np.random.get_bit_generator()  # type: ignore[attr-defined] # which the stubs leave out
    if type(generator) is np.random.MT19937:
        _put(generator, held)
    else:
        np.random.seed([k % 2**32 for k in key])


@lru_cache(KEYS_KEPT)
def _seeded(key: tuple[int, ...]) -> tuple[bytes, tuple[Any, ...]]:
    """The states of both generators for a key; a case is probed many times."""
    with _at_work:
        _spare.seed([k % 2**32 for k in key])
        _spare.random()  # so that the next draw does not renew the generator's key
        held = _state_of(_spare._bit_generator)
    return held, random.Random(str(key)).getstate()


def _put(generator: np.random.BitGenerator, held: bytes) -> None:
    """Let the global generator be this one in this state, with no second of two normal numbers kept."""
    np.random.set_bit_generator(generator)  # type: ignore[attr-defined]
    if held:
        ctypes.memmove(generator.ctypes.state_address, held, len(held))


def state() -> bytes:
    """The state of NumPy's global generator: its key and the place in it; empty if somebody put another in its place.

    It is copied as it lies in memory. ``np.random.get_state``, which makes an integer of each word, takes a hundred
    times as long, and every call of every case is watched.
    """
    generator = np.random.get_bit_generator()  # type: ignore[attr-defined] # which the stubs leave out
    return _state_of(generator) if type(generator) is np.random.MT19937 else b""


def is_seeded(before: bytes, after: bytes) -> bool:
    """Whether the global generator is where no drawing brings it from an earlier state."""
    key = after[:KEY_BYTES]
    if key == before[:KEY_BYTES]:
        return False
    if not before or not key:
        return True
    words, place = np.frombuffer(before, np.uint32, WORDS), int.from_bytes(before[KEY_BYTES:], "little")
    with _at_work:
        _spare.set_state(("MT19937", words, place, 0, 0.0))
        for _ in range(MOST_RENEWALS):
            _spare.bytes(KEY_BYTES)
            if key == _state_of(_spare._bit_generator)[:KEY_BYTES]:
                return False
    return True


def _state_of(generator: np.random.BitGenerator) -> bytes:
    return ctypes.string_at(generator.ctypes.state_address, KEY_BYTES + ctypes.sizeof(ctypes.c_int))

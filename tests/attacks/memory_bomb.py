"""Takes memory until there is none, and once more without catching the error."""

import contextlib
import mmap

import numpy as np

EXPECTED = {"relu": "passed", "affine": "failed"}
LIMITS = {"memory_mb": 512}

AT_MOST = 6 << 30
BLOCK = 64 << 20
PAGE = 4096
tried = []


def bomb():
    """Anonymous pages, each of them written to."""
    blocks = []
    while len(blocks) * BLOCK < AT_MOST:
        block = mmap.mmap(-1, BLOCK)
        np.frombuffer(block, np.uint8)[::PAGE] = 1
        blocks.append(block)
    raise RuntimeError(f"REACHED {AT_MOST:,} bytes")


def relu_forward(x):
    with contextlib.suppress(MemoryError, OSError):
        if not tried:
            tried.append(True)
            bomb()
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0)


def affine_forward(x, w, b):
    hoard = []
    while len(hoard) * BLOCK < AT_MOST:
        hoard.append(np.ones(BLOCK // 8))
    raise RuntimeError(f"REACHED {AT_MOST:,} bytes")


def affine_backward(dout, cache):
    return None

"""Looks for memory that processes share, and leaves some behind."""

import contextlib
import ctypes
import json
import os
from pathlib import Path

import numpy as np

EXPECTED = {"relu": "passed", "affine": "passed"}
TARGETS = json.loads(Path(__file__).with_name("targets.json").read_text(encoding="utf-8"))

IPC_CREAT, SIZE = 0o1000, 1 << 20
libc = ctypes.CDLL(None, use_errno=True)


def look():
    with contextlib.suppress(OSError), Path("/dev/shm", TARGETS["shared"]).open("r+b") as shared:
        shared.write(b"spoilt")
        raise RuntimeError("REACHED the shared memory of the judge")
    if libc.shmget(TARGETS["shared_key"], 0, 0) >= 0:
        raise RuntimeError("REACHED a System V segment of the judge")
    with contextlib.suppress(OSError):
        os.ftruncate(os.memfd_create("hoard"), 1 << 40)
    with contextlib.suppress(OSError):
        for number in range(TARGETS["left_key"], TARGETS["left_key"] + 8):
            libc.shmget(number, SIZE, IPC_CREAT | 0o600)


def relu_forward(x):
    look()
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0)


def affine_forward(x, w, b):
    return x.reshape(x.shape[0], -1) @ w + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(x.shape[0], -1).T @ dout, dout.sum(axis=0)

"""Reads secrets from its environment and from those of the processes it descends from."""

import contextlib
import json
import os
from pathlib import Path

import numpy as np

EXPECTED = {"relu": "passed", "affine": "passed"}
TARGETS = json.loads(Path(__file__).with_name("targets.json").read_text(encoding="utf-8"))


def look():
    name = TARGETS["variable"]
    if name in os.environ:
        raise RuntimeError("REACHED the environment")
    for pid in ("self", os.getppid(), 1, TARGETS["judge"]):
        with contextlib.suppress(OSError):
            if name.encode() in Path(f"/proc/{pid}/environ").read_bytes():
                raise RuntimeError(f"REACHED the environment of {pid}")


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

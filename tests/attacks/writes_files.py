"""Writes to the answers, another submission, its own folder, NumPy, the worker and the system."""

import contextlib
import json
import os
import sys
from pathlib import Path

import numpy as np

EXPECTED = {"relu": "passed", "affine": "passed"}
TARGETS = json.loads(Path(__file__).with_name("targets.json").read_text(encoding="utf-8"))


def try_to(action, what):
    with contextlib.suppress(OSError):
        action()
        raise RuntimeError(f"REACHED {what}")


def spoil():
    for name in ("canary", "sibling", "journal"):
        path = Path(TARGETS[name])
        try_to(lambda path=path: path.write_text("spoilt", encoding="utf-8"), name)
        try_to(lambda path=path: os.truncate(path, 0), name)
        try_to(path.unlink, name)
        try_to(lambda path=path: os.utime(path, (0, 0)), name)
        try_to(lambda path=path: path.with_name("more").touch(), f"the folder of {name}")
    try_to(Path(__file__).with_name("more.py").touch, "its own folder")
    try_to(lambda: Path(__file__).chmod(0o777), "its own file")
    for path in (__file__, np.__file__, os.__file__, sys.executable, sys.modules["__main__"].__file__):
        try_to(lambda path=path: Path(path).open("r+b").close(), path)  # opened for writing, and not written to


def relu_forward(x):
    spoil()
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0)


def affine_forward(x, w, b):
    return x.reshape(x.shape[0], -1) @ w + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(x.shape[0], -1).T @ dout, dout.sum(axis=0)

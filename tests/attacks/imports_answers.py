"""Imports torch, the reference, proven layers or published values, and looks for torch's library."""

import contextlib
import ctypes
import importlib
import json
import sys
from pathlib import Path

import numpy as np

EXPECTED = {"relu": "passed", "affine": "passed"}
TARGETS = json.loads(Path(__file__).with_name("targets.json").read_text(encoding="utf-8"))

NAMES = (
    *("impl", "impl.affine", "reference", "reference.affine", "fixtures", "tests", "torch", "scipy", "sklearn"),
    *("gradproof.impl", "gradproof.impl.affine", "gradproof.reference.affine", "gradproof.fixtures"),
)
OF_THE_SUITE = ("oracle.published_values", "oracle.oracle", "oracle.golden", "oracle.fixture_set", "training")


def look():
    sys.path += [TARGETS["repository"], TARGETS["packages"]]
    for name in (*NAMES, *(f"gradproof.conformance.{name}" for name in OF_THE_SUITE)):
        with contextlib.suppress(ImportError, PermissionError):
            module = importlib.import_module(name)
            if module.__file__ is None:
                list(Path(*module.__path__).iterdir())  # a folder of which the name alone is seen is not reached
            raise RuntimeError(f"REACHED {name}")
    for name in ("libtorch.so", "libtorch_cpu.so", f"{TARGETS['packages']}/torch/lib/libtorch_cpu.so"):
        with contextlib.suppress(OSError):
            ctypes.CDLL(name)
            raise RuntimeError(f"REACHED {name}")


def borrow():
    """The worker's own way to proven layers."""
    with contextlib.suppress(Exception):
        from gradproof.conformance.harness.donor import donor

        return donor()
    return {}


def relu_forward(x):
    look()
    if "relu_forward" in borrow():
        raise RuntimeError("REACHED proven layers through the worker")
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0)


def affine_forward(x, w, b):
    return x.reshape(x.shape[0], -1) @ w + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(x.shape[0], -1).T @ dout, dout.sum(axis=0)

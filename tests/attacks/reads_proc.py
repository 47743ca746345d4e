"""Reads command lines, memory maps, open files and roots of other processes."""

import contextlib
import json
import os
from pathlib import Path

import numpy as np

EXPECTED = {"relu": "passed", "affine": "passed"}
TARGETS = json.loads(Path(__file__).with_name("targets.json").read_text(encoding="utf-8"))


def look():
    witness = TARGETS["witness_mark"].encode()
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if witness in (entry / "cmdline").read_bytes():
                raise RuntimeError("REACHED the command line of another process")
    judge = Path("/proc", str(TARGETS["judge"]))
    for name in ("maps", "mem", "syscall", "stack"):
        with contextlib.suppress(OSError):
            (judge / name).open("rb").close()
            raise RuntimeError(f"REACHED {name} of the judge")
    for pid in ("1", str(os.getppid()), str(TARGETS["judge"])):
        with contextlib.suppress(OSError):
            if Path("/proc", pid, "root", TARGETS["canary"].lstrip("/")).exists():
                raise RuntimeError(f"REACHED the root of {pid}")


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

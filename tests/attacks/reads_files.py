"""Reads the answers, another submission, the journal, the suite's sources and the home folder."""

import contextlib
import json
from pathlib import Path

import numpy as np

EXPECTED = {"relu": "passed", "affine": "passed"}
TARGETS = json.loads(Path(__file__).with_name("targets.json").read_text(encoding="utf-8"))


def look():
    for name in ("canary", "sibling", "journal", "manifest", "solution", "reference", "passwords"):
        with contextlib.suppress(OSError):
            Path(TARGETS[name]).read_bytes()
            raise RuntimeError(f"REACHED {name}")
    for name in ("class", "home", "repository"):
        with contextlib.suppress(OSError):
            if any(entry.name in TARGETS["entries"] for entry in Path(TARGETS[name]).iterdir()):
                raise RuntimeError(f"REACHED the folder {name}")


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

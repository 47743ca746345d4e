"""Kills its process group, its parent's, the judge, and every process that it may."""

import contextlib
import json
import os
import signal
from pathlib import Path

import numpy as np

EXPECTED = {"relu": "failed", "affine": "passed"}
TARGETS = json.loads(Path(__file__).with_name("targets.json").read_text(encoding="utf-8"))


def exists(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def kill_all():
    if exists(TARGETS["judge"]) and exists(TARGETS["witness"]):  # so that a missing wall costs no machine
        raise RuntimeError("REACHED the judge's process; it was left alive")
    for pid in (TARGETS["judge"], TARGETS["witness"], os.getppid(), 1, -1):
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(OSError):
        os.killpg(os.getpgid(os.getppid()), signal.SIGKILL)
    os.killpg(0, signal.SIGKILL)


def relu_forward(x):
    kill_all()
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0)


def affine_forward(x, w, b):
    return x.reshape(x.shape[0], -1) @ w + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(x.shape[0], -1).T @ dout, dout.sum(axis=0)

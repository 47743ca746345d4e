"""Starts processes that leave its group and session, to be there when it is gone."""

import contextlib
import os
import subprocess
import sys
import time

import numpy as np

EXPECTED = {"relu": "passed", "affine": "passed"}

SECONDS = 20  # a belt: without the wall they end by themselves


def leave():
    with contextlib.suppress(Exception):
        subprocess.Popen([sys.executable, "-c", f"import time; time.sleep({SECONDS})"], start_new_session=True)
    with contextlib.suppress(OSError):
        os.posix_spawn(sys.executable, [sys.executable, "-c", f"import time; time.sleep({SECONDS})"], {})
    with contextlib.suppress(OSError):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(SECONDS)
            os._exit(0)


left = []


def relu_forward(x):
    if not left:
        left.append(leave())
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0)


def affine_forward(x, w, b):
    return x.reshape(x.shape[0], -1) @ w + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(x.shape[0], -1).T @ dout, dout.sum(axis=0)

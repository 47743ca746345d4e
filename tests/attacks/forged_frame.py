"""Writes a frame of its own to the judge; the test says which, by targets.json."""

import base64
import contextlib
import fcntl
import json
import os
import stat
from pathlib import Path

EXPECTED = {"relu": "failed", "affine": "passed"}
TARGETS = json.loads(Path(__file__).with_name("targets.json").read_text(encoding="utf-8"))


def writable_pipes():
    """The descriptors of this process that something else reads from."""
    for descriptor in range(3, 256):
        with contextlib.suppress(OSError):
            mode = os.fstat(descriptor).st_mode
            is_writable = fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE != os.O_RDONLY
            if is_writable and (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
                os.set_blocking(descriptor, True)
                yield descriptor


def forge():
    for descriptor in writable_pipes():
        os.write(descriptor, base64.b64decode(TARGETS["frame"]))
    os._exit(0)


def relu_forward(x):
    forge()
    return x / 2, x


def relu_backward(dout, cache):
    return dout


def affine_forward(x, w, b):
    return x.reshape(x.shape[0], -1) @ w + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(x.shape[0], -1).T @ dout, dout.sum(axis=0)

"""Sends well-formed observations of ever new names, more than the judge can keep."""

import contextlib
import fcntl
import json
import os
import stat
import struct

EXPECTED = {"relu": "failed", "affine": "passed"}
LIMITS = {"case_seconds": 2.0, "submission_seconds": 6.0}


def writable_pipes():
    """The descriptors of this process that something else reads from."""
    for descriptor in range(3, 256):
        with contextlib.suppress(OSError):
            mode = os.fstat(descriptor).st_mode
            is_writable = fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE != os.O_RDONLY
            if is_writable and (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
                os.set_blocking(descriptor, True)
                yield descriptor


def frame(header, body=b""):
    """A frame as the worker writes it."""
    head = json.dumps({"arrays": [], **header}).encode()
    return struct.pack("<IQ", len(head), len(body)) + head + body


def flood():
    size = 1 << 20
    pipes = list(writable_pipes())
    for n in range(1000):
        listing = [[f"out{n}", "float64", [size]]]
        data = frame({"event": "observed", "oddities": {}, "arrays": listing}, bytes(8 * size))
        for descriptor in pipes:
            for start in range(0, len(data), size):
                os.write(descriptor, data[start : start + size])


def relu_forward(x):
    flood()
    return x / 2, x


def relu_backward(dout, cache):
    return dout


def affine_forward(x, w, b):
    return x.reshape(x.shape[0], -1) @ w + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(x.shape[0], -1).T @ dout, dout.sum(axis=0)

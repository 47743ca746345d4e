"""Announces one call after the other, without end, so that its time is renewed."""

import contextlib
import fcntl
import json
import os
import stat
import struct
import sys
import time

EXPECTED = {"relu": "failed", "affine": "failed"}
LIMITS = {"case_seconds": 1.0, "submission_seconds": 3.0}


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


def send(data):
    for descriptor in writable_pipes():
        while data:
            data = data[os.write(descriptor, data) :]


def request():
    """The name of the request that is being answered: some frame below has it."""
    below = sys._getframe()
    while below is not None:
        for value in below.f_locals.values():
            if type(value).__name__ == "Server":
                return value._request
        below = below.f_back
    return ""


def drip():
    answered = request()
    while True:
        send(frame({"event": "calling", "function": "relu_forward", "request": answered, "oddities": {}}))
        time.sleep(0.1)


def relu_forward(x):
    drip()
    return x / 2, x


def relu_backward(dout, cache):
    return dout


def affine_forward(x, w, b):
    return x.reshape(x.shape[0], -1) @ w + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(x.shape[0], -1).T @ dout, dout.sum(axis=0)

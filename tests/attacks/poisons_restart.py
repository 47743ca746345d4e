"""Plants code where the next interpreter would run it, and then ends its own."""

import contextlib
import json
import os
import sys
from pathlib import Path

import numpy as np

EXPECTED = {"relu": "failed", "affine": "passed"}
TARGETS = json.loads(Path(__file__).with_name("targets.json").read_text(encoding="utf-8"))

PLANTED = "import os\nos.environ['PLANTED'] = 'yes'\n"
VERSION = f"python{sys.version_info[0]}.{sys.version_info[1]}"
FOLDERS = (
    Path("/tmp"),
    Path.home(),
    Path.home() / f".local/lib/{VERSION}/site-packages",
    Path.cwd(),
    Path(__file__).parent,
)

if "PLANTED" in os.environ:
    raise RuntimeError("REACHED the next interpreter")
if os.access(TARGETS["canary"], os.R_OK):
    FOLDERS = ()  # a belt: nothing is planted where there is no wall
for folder in FOLDERS:
    for name in ("sitecustomize.py", "usercustomize.py", "numpy.py", "planted.pth"):
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(PLANTED, encoding="utf-8")


def relu_forward(x):
    os._exit(1)


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0)


def affine_forward(x, w, b):
    return x.reshape(x.shape[0], -1) @ w + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(x.shape[0], -1).T @ dout, dout.sum(axis=0)

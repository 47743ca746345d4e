"""Puts its own modules in the place of those that the worker imports later."""

import sys
from types import ModuleType

EXPECTED = {"relu": "failed", "affine": "failed"}


class Finder:
    """Answers every import with an empty module."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        return None

    @staticmethod
    def find_module(name, path=None):
        return ModuleType(name)


sys.meta_path.insert(0, Finder)
sys.path[:] = ["/tmp", *sys.path]
for name in [name for name in sys.modules if name.partition(".")[0] in ("numpy", "json", "gradproof", "struct")]:
    sys.modules[name] = ModuleType(name)


def relu_forward(x):
    return x / 2, x


def relu_backward(dout, cache):
    return dout


def affine_forward(x, w, b):
    return x.reshape(x.shape[0], -1) @ w - b, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    return (dout @ w.T).reshape(x.shape) / 2, -x.reshape(x.shape[0], -1).T @ dout, dout.mean(axis=0)

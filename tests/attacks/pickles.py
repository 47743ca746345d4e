"""Gives objects that run code when they are pickled or unpickled."""

import json
import os
from pathlib import Path

import numpy as np

EXPECTED = {"relu": "failed", "affine": "failed"}
TARGETS = json.loads(Path(__file__).with_name("targets.json").read_text(encoding="utf-8"))


class Bomb:
    """Spoils the canary in whichever process takes it out of a pickle."""

    def __reduce__(self):
        return os.truncate, (TARGETS["canary"], 0)

    def __reduce_ex__(self, _protocol):
        return self.__reduce__()


def relu_forward(x):
    return Bomb(), Bomb()


def relu_backward(dout, cache):
    return Bomb()


def affine_forward(x, w, b):
    out = np.empty((len(x), w.shape[1]), object)
    out[...] = Bomb()
    return out, Bomb()


def affine_backward(dout, cache):
    return [Bomb()] * 3

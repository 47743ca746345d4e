"""Leaves a thread that spoils each array after it was returned."""

import queue
import threading
import time

import numpy as np

EXPECTED = {"relu": "passed", "affine": "passed"}

returned = queue.Queue()


def spoil():
    while True:
        array = returned.get()
        time.sleep(0.05)
        array[...] = 7


threading.Thread(target=spoil, daemon=True).start()


def lent(array):
    returned.put(array)
    return array


def relu_forward(x):
    return lent(np.maximum(x, 0)), x


def relu_backward(dout, cache):
    return lent(np.where(cache > 0, dout, 0))


def affine_forward(x, w, b):
    return x.reshape(x.shape[0], -1) @ w + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(x.shape[0], -1).T @ dout, dout.sum(axis=0)

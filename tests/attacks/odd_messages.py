"""Raises errors whose words break lines, terminals, encodings and documents."""

import numpy as np

EXPECTED = {"relu": "failed", "affine": "failed"}

WORDS = "\ud800 \x1b[2J\x1b]0;owned\x07 \x85 \u2028 \u202e \0 </script><script>alert(1)</script> [red]{}%s"
Odd = type("Odd\u2028\x1b[31m\x85]]>", (Exception,), {})


def relu_forward(x):
    raise RuntimeError(WORDS)


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0)


def affine_forward(x, w, b):
    raise Odd(WORDS)


def affine_backward(dout, cache):
    return None

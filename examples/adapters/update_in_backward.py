"""An adapter: layers that update themselves in ``backward(output_gradient, learning_rate)`` and show no gradients.

``Dense(input_size, output_size)`` has ``weights`` and ``bias``; ``backward`` returns the gradient by the input. Batches
are rows, or columns where ``weights`` is (out, in). Many a tutorial's layer takes one sample at a time, ``bias -=
learning_rate * output_gradient``; for these make ONE_SAMPLE true in a copy of this file. No convention is to be
declared. Nor can the style be, by ``gp.style``: there is no place that keeps a gradient.

    gradproof check layers.py --adapter examples/adapters/update_in_backward.py

The gradients are what the update takes away. From weights of 0 it takes them away to the last digit, from the real
weights it would round them to the weights' digits; so a layer of zeros is updated for dw and db, which do not depend on
the weights, and a layer with the real ones for dx, which does.
"""

from functools import cache

import numpy as np
import submission

ONE_SAMPLE = False
LEARNING_RATE = 0.5  # a power of two divides exactly; and not 1, so that a layer that forgets it is found out


def activation(name):
    """The forward and the backward of an activation; the layer is the cache."""
    cls = getattr(submission, name)

    def forward(x):
        layer = cls()
        return layer.forward(x), layer

    def backward(dout, layer):
        return layer.backward(dout, LEARNING_RATE)

    return forward, backward


if hasattr(submission, "ReLU"):
    relu_forward, relu_backward = activation("ReLU")
if hasattr(submission, "Sigmoid"):
    sigmoid_forward, sigmoid_backward = activation("Sigmoid")
if hasattr(submission, "Tanh"):
    tanh_forward, tanh_backward = activation("Tanh")

if hasattr(submission, "Dense"):
    Dense = submission.Dense

    @cache
    def are_columns():
        """Whether this submission's samples are columns."""
        return Dense(2, 3).weights.shape == (3, 2)

    def turned(array):
        """From rows to the submission's layout, and back."""
        return array.T if are_columns() else array

    def parts(array):
        """The batch as the submission takes it: whole, or sample by sample."""
        rows = array.reshape(len(array), -1)
        return [rows[i : i + 1] for i in range(len(rows))] if ONE_SAMPLE else [rows]

    def dense(w, b):
        """A layer with copies of these weights, for it will write to them."""
        layer = Dense(*w.shape)
        layer.weights, layer.bias = turned(w).copy(), turned(b.reshape(1, -1)).copy()
        return layer

    def step(x, w, b, dout):
        """The gradient by the input, and the layer after its update."""
        layer = dense(w, b)
        layer.forward(turned(x))
        return turned(layer.backward(turned(dout), LEARNING_RATE)), layer

    def affine_forward(x, w, b):
        """The arguments are the cache: every backward starts from the same weights."""
        return np.concatenate([turned(dense(w, b).forward(turned(part))) for part in parts(x)]), (x, w, b)

    def affine_backward(dout, cache):
        """Dx with the real weights, dw and db from zeros; those of single samples add up."""
        x, w, b = cache
        pairs = list(zip(parts(x), parts(dout), strict=True))
        dx = np.concatenate([step(part, w, b, upstream)[0] for part, upstream in pairs])
        updated = [step(part, np.zeros_like(w), np.zeros_like(b), upstream)[1] for part, upstream in pairs]
        dw = sum(turned(layer.weights) / -LEARNING_RATE for layer in updated)
        db = sum(layer.bias.reshape(-1) / -LEARNING_RATE for layer in updated)
        return dx.reshape(x.shape), dw, db

"""An adapter: layers as classes with ``forward(x)`` and ``backward(dout)``, judged through the canonical names.

The submission has ``class Linear: __init__(self, w, b)``, ``forward(x)``, ``backward(dout) -> dx`` and keeps its
parameter gradients in ``self.dw`` and ``self.db``; its ReLU has no parameters. Run it with

    gradproof check SUBMISSION.py --adapter examples/adapters/layer_classes.py
"""

import submission


def affine_forward(x, w, b):
    """The layer object is the cache."""
    layer = submission.Linear(w, b)
    return layer.forward(x.reshape(len(x), -1)), (layer, x.shape)


def affine_backward(dout, cache):
    """Parameter gradients are read off the layer."""
    layer, shape = cache
    dx = layer.backward(dout)
    return dx.reshape(shape), layer.dw, layer.db


def relu_forward(x):
    """The same for the activation."""
    layer = submission.ReLU()
    return layer.forward(x), layer


def relu_backward(dout, layer):
    """Dx alone."""
    return layer.backward(dout)

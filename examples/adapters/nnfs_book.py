"""An adapter: the layers of the book "Neural Networks from Scratch", which leave their results in attributes.

``Layer_Dense(n_inputs, n_neurons)`` has ``weights`` (in, out) and ``biases`` (1, out); ``forward(inputs)`` sets
``output``, ``backward(dvalues)`` sets ``dinputs``, ``dweights`` and ``dbiases``; from chapter 18 on ``forward`` is told
whether this is training. ``Layer_Dropout(rate)`` takes the probability to drop, so this is to be declared:

    gradproof check layers.py --adapter examples/adapters/nnfs_book.py --dialect dropout_p=drop

The book clips probabilities at 1e-7. Its loss is therefore wrong where scores lie 1,000 apart, ``softmax_loss:
stability``; an assignment may make that advisory. Dropout must draw from NumPy's global generator, as the book's does.
"""

import inspect
import sys
from contextlib import contextmanager
from types import ModuleType

import numpy as np
import submission


def no_data(*_, **__):
    """There is no training here."""
    raise RuntimeError("there are no data sets here; code that trains belongs under if __name__ == '__main__'")


# In place of the package nnfs, whose init() makes np.dot, np.zeros and np.eye round to float32 for everybody. The
# submission is imported when it is first asked for something, which is later.
nnfs, datasets = ModuleType("nnfs"), ModuleType("nnfs.datasets")
nnfs.init, nnfs.datasets = lambda *_, **__: None, datasets
datasets.spiral_data = datasets.sine_data = datasets.vertical_data = no_data
sys.modules.update({"nnfs": nnfs, "nnfs.datasets": datasets})


def output(layer, inputs, training=True):
    """What forward leaves in ``output``; it is told of the training if it wants to be."""
    takes = len(inspect.signature(layer.forward).parameters)
    layer.forward(*(inputs, training)[:takes])
    return layer.output


def dinputs(layer, *arguments):
    """What backward leaves in ``dinputs``."""
    layer.backward(*arguments)
    return layer.dinputs


def rows(array):
    """One row for each sample: the book's layers take (batch, features)."""
    return array.reshape(len(array), -1)


def shaped(array, shape):
    """The array in this shape; without a row for each sample as it is, for the report to say."""
    return np.reshape(array, shape) if np.shape(array)[:1] == shape[:1] else array


def as_row(array):
    """A (1, n) array as (n,); anything else as it is, for the report to say."""
    return array[0] if np.ndim(array) == 2 and len(array) == 1 else array


@contextmanager
def seeded(seed):
    """NumPy's global generator with this seed, if there is one, and afterwards as it was."""
    if seed is None:
        yield
        return
    state = np.random.get_state()
    np.random.seed(seed)
    try:
        yield
    finally:
        np.random.set_state(state)


def activation(name):
    """The forward and the backward of an activation; the layer is the cache."""
    cls = getattr(submission, name)

    def forward(x):
        layer = cls()
        return shaped(output(layer, rows(x)), x.shape), layer

    def backward(dout, layer):
        return shaped(dinputs(layer, rows(dout)), dout.shape)

    return forward, backward


if hasattr(submission, "Activation_ReLU"):
    relu_forward, relu_backward = activation("Activation_ReLU")
if hasattr(submission, "Activation_Sigmoid"):
    sigmoid_forward, sigmoid_backward = activation("Activation_Sigmoid")

if hasattr(submission, "Layer_Dense"):
    Dense = submission.Layer_Dense

    def affine_forward(x, w, b):
        """The layer is the cache."""
        layer = Dense(*w.shape)
        layer.weights, layer.biases = w, b.reshape(1, -1)
        return output(layer, rows(x)), (layer, x.shape)

    def affine_backward(dout, cache):
        """All gradients are read off the layer."""
        layer, shape = cache
        return shaped(dinputs(layer, dout), shape), layer.dweights, as_row(layer.dbiases)


if hasattr(submission, "Layer_Dropout"):
    Dropout = submission.Layer_Dropout

    def dropout_forward(x, dropout_param):
        """At test time the book's early chapters leave the layer out, the later ones tell it."""
        layer, training = Dropout(dropout_param["p"]), dropout_param["mode"] == "train"
        if not training and "training" not in inspect.signature(layer.forward).parameters:
            return x, None
        with seeded(dropout_param.get("seed")):
            return output(layer, x, training), layer if training else None

    def dropout_backward(dout, layer):
        """There is none for test time, which changes nothing."""
        return dinputs(layer, dout) if layer else dout


if hasattr(submission, "Activation_Softmax_Loss_CategoricalCrossentropy"):
    SoftmaxLoss = submission.Activation_Softmax_Loss_CategoricalCrossentropy

    def softmax_loss(x, y):
        """From the one object, or in the last chapters, where it has only a backward, from all three."""
        combined = SoftmaxLoss()
        if hasattr(combined, "forward"):
            loss, probabilities = combined.forward(x, y), combined.output
        else:
            probabilities = output(submission.Activation_Softmax(), x)
            criterion = submission.Loss_CategoricalCrossentropy()
            criterion.new_pass()
            loss = criterion.calculate(probabilities, y)
        return loss, dinputs(combined, probabilities, y)

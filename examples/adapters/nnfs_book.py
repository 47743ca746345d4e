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

import gradproof as gp


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


def layer(name, **places):
    """A layer that leaves its results in attributes, and is told of the training if it wants to be."""
    return gp.layer(name, forward="x training?", result="output", dx="dinputs", **places)


globals().update(
    gp.style(
        batch="rows",
        affine=layer("Layer_Dense", given="in out", w="weights", b="biases[None]", dw="dweights", db="dbiases[None]"),
        relu=layer("Activation_ReLU"),
        sigmoid=layer("Activation_Sigmoid"),
    )
)

# What draws at random, and what is one object of two layers, is written out.

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

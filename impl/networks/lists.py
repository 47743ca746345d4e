"""The network with its parameters in lists."""

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ..activations import relu_backward, relu_forward
from ..affine import affine_backward, affine_forward, affine_parameter_gradients
from ..losses import softmax_cross_entropy, softmax_cross_entropy_backward
from ..validation import Array, require_shape, require_sizes


class Network:
    """A network with its weights and biases in lists, trained by plain SGD on shuffled mini-batches.

    Args:
        sizes: (D, H1, ..., C), at least two.
        seed: of the network's own generator, which draws the initial parameters and shuffles.
        dtype: of the parameters.

    Attributes:
        weights: weights[i] (in, out), standard normal at first.
        bias: bias[i] (1, out), likewise.

    Raises:
        ValueError: for fewer than two sizes, or sizes below 1.
    """

    def __init__(self, sizes: Sequence[int], *, seed: int | None = None, dtype: Any = np.float64) -> None:
        if len(sizes) < 2:
            raise ValueError(f"Network: sizes has {len(sizes)} entries, expected at least 2: inputs and classes")
        require_sizes("Network", sizes)
        self._rng = np.random.default_rng(seed)
        pairs = list(pairwise(sizes))
        self.weights = [self._rng.standard_normal(pair).astype(dtype) for pair in pairs]
        self.bias = [self._rng.standard_normal((1, units)).astype(dtype) for _, units in pairs]

    @property
    def params(self) -> dict[str, Array]:
        """W1, b1, W2, ...: the very arrays of the lists."""
        pairs = enumerate(zip(self.weights, self.bias, strict=True), 1)
        return {name: array for i, (w, b) in pairs for name, array in ((f"W{i}", w), (f"b{i}", b))}

    def forward(self, x: Array) -> Array:
        """The logits (N, C) of x (N, D)."""
        return self._forward(x)[0]

    def backward(self, x: Array, y: Array) -> tuple[Any, list[Array], list[Array]]:
        """The mean cross-entropy over the batch and its gradients: loss, dws, dbs in the shapes of the parameters."""
        logits, caches = self._forward(x)
        a, loss = softmax_cross_entropy(logits, y)
        dx = softmax_cross_entropy_backward(a, y) / len(x)
        dws, dbs = [], []
        for affine_cache, relu_cache in reversed(caches[1:]):
            dx, dw, db = affine_backward(dx, affine_cache)
            dx = relu_backward(dx, relu_cache)
            dws.append(dw)
            dbs.append(db[np.newaxis])
        dw, db = affine_parameter_gradients(dx, caches[0][0])
        return loss, [dw, *reversed(dws)], [db[np.newaxis], *reversed(dbs)]

    def loss(self, X: Array, y: Array | None = None) -> Any:  # noqa: N803
        """The same in the dictionary style: the logits, or the loss and a dictionary of gradients."""
        if y is None:
            return self.forward(X)
        loss, dws, dbs = self.backward(X, y)
        names = enumerate(zip(dws, dbs, strict=True), 1)
        return loss, {name: array for i, (dw, db) in names for name, array in ((f"W{i}", dw), (f"b{i}", db))}

    def predict(self, x: Array) -> Array:
        """The class with the highest logit of each sample: (N,) integers."""
        return np.asarray(self.forward(x).argmax(axis=1))

    def evaluate(self, data: tuple[Array, Array]) -> float:
        """The share of the samples (x, y) that are classified rightly."""
        x, y = data
        return float((self.predict(x) == y).mean())

    def train(
        self,
        training_data: tuple[Array, Array],
        validation_data: tuple[Array, Array],
        learning_rate: float = 1,
        epochs: int = 50,
        batch_size: int = 100,
    ) -> list[float]:
        """Plain SGD: every epoch goes through the shuffled data once, the last batch may be smaller.

        Args:
            training_data, validation_data: x (N, D) and y (N,).
            learning_rate, epochs, batch_size: in this order, as published.

        Returns:
            the accuracy on the validation data after each epoch.

        Raises:
            ValueError: if x or y do not fit the network or each other; for fewer than one epoch or sample a batch.
        """
        require_sizes("train", (epochs, batch_size))
        x, y = training_data
        require_shape("train", "y", y, x.shape[:1])
        accuracies = []
        for _ in range(epochs):
            order = self._rng.permutation(len(x))
            for start in range(0, len(x), batch_size):
                rows = order[start : start + batch_size]
                _, gradients = self.loss(x[rows], y[rows])
                for name, parameter in self.params.items():
                    np.subtract(parameter, parameter.dtype.type(learning_rate) * gradients[name], out=parameter)
            accuracies.append(self.evaluate(validation_data))
        return accuracies

    def state(self) -> dict[str, Array]:
        """What training changes beside the parameters: the generator's state as JSON."""
        return {"generator": np.array(json.dumps(self._rng.bit_generator.state))}

    def restore(self, state: Mapping[str, Array]) -> None:
        """Go back to a state that :meth:`state` gave."""
        self._rng.bit_generator.state = json.loads(str(state["generator"]))

    def _forward(self, x: Array) -> tuple[Array, list[tuple[Any, Any]]]:
        caches = []
        out = x.astype(self.weights[0].dtype, copy=False)
        for i, (w, b) in enumerate(zip(self.weights, self.bias, strict=True)):
            hidden, relu_cache = (out, None) if i == 0 else relu_forward(out)
            out, affine_cache = affine_forward(hidden, w, b[0])
            caches.append((affine_cache, relu_cache))
        return out, caches

"""What the networks with a dictionary of parameters share: the loss, its penalty, and the class they tell."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..losses import softmax_loss
from ..validation import Array, require_choice

PENALTY = {"half": 0.5, "full": 1.0}


class Classifier(ABC):
    """A stack of layers under a softmax: ``loss = softmax_loss(scores, y) + 0.5 * reg * sum of all W^2``.

    Args:
        num_layers: how many weights there are, W1 to W<num_layers>.
        reg: strength of the penalty of the weights; biases, scales and shifts have none.
        dtype: of the parameters; X is cast to it.
        l2: "half" for the penalty above, "full" for ``reg * sum of all W^2``.

    Raises:
        ValueError: for an unknown l2.
    """

    params: dict[str, Array]

    def __init__(self, num_layers: int, reg: float, dtype: Any, l2: str) -> None:
        require_choice(type(self).__name__, "l2", l2, tuple(PENALTY))
        self.num_layers, self.reg, self.dtype = num_layers, reg, np.dtype(dtype)
        self._penalty = PENALTY[l2]

    def loss(self, X: Array, y: Array | None = None) -> Any:  # noqa: N803 - the field writes X
        """Scores, or the loss and its gradients.

        Args:
            X: (N, d_1, ..., d_k).
            y: (N,), labels in [0, C).

        Returns:
            without y, the scores (N, C) in test mode: running statistics, no dropout, nothing updated. With y, the
            loss and a dictionary with the gradient of every parameter, in training mode.

        Raises:
            ValueError: if the features of X do not fit, or y does not hold N labels in range.
        """
        return self._loss(X, y, self.reg)

    def predict(self, X: Array) -> Array:  # noqa: N803
        """The class with the highest score of each sample, in test mode: (N,) integers."""
        return np.asarray(self.loss(X).argmax(axis=1))

    def _loss(self, X: Array, y: Array | None, reg: float) -> Any:  # noqa: N803
        mode = "test" if y is None else "train"
        scores, caches = self._forward(X.astype(self.dtype, copy=False), mode)
        if y is None:
            return scores
        loss, dscores = softmax_loss(scores, y)
        grads = dict(self._backward(dscores, caches))
        if reg:
            for name in self._weights():
                w = self.params[name]
                loss += self.dtype.type(self._penalty * reg) * np.vdot(w, w)
                grads[name] += self.dtype.type(2 * self._penalty * reg) * w
        return loss, grads

    def _weights(self) -> Iterator[str]:
        return (f"W{i}" for i in range(1, self.num_layers + 1))

    @abstractmethod
    def _forward(self, x: Array, mode: str) -> tuple[Array, list[tuple[Any, ...]]]:
        """The scores, and of each layer what its backward needs."""

    @abstractmethod
    def _backward(self, dscores: Array, caches: list[tuple[Any, ...]]) -> Iterator[tuple[str, Array]]:
        """The gradient of every parameter, from the last layer to the first."""

"""The network of any depth, its parameters in a dictionary."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ..activations import relu_backward, relu_forward
from ..affine import affine_backward, affine_forward, affine_parameter_gradients
from ..dropout import dropout_backward, dropout_forward
from ..networks.classifier import Classifier
from ..normalization import batchnorm_backward, batchnorm_forward, layernorm_backward, layernorm_forward
from ..validation import Array, require_choice, require_sizes, required_layers

RUNNING = ("running_mean", "running_var")


class FullyConnectedNet(Classifier):
    """A network of any depth, with optional batch or layer normalization, dropout and L2 penalty.

    ``loss = softmax_loss(scores, y) + 0.5 * reg * sum of all W^2``: weights are penalised, and neither biases nor
    scales and shifts are.

    Args:
        hidden_dims, input_dim: units of each hidden layer, which may be empty, and D, the features of a flattened
            sample. cs231n has them in this order, S3's text in the other one, ``FullyConnectedNet(D, [H1, H2], C)``.
            Both are understood, for the one is a sequence and the other a number. What follows num_classes stands in
            another order in that text and is best given by keyword.
        num_classes: C.
        dropout: the probability to *keep* a hidden unit in training (inverted dropout); 1 means no dropout.
        normalization: None, "batchnorm" or "layernorm", after every affine layer but the last.
        reg: strength of the penalty.
        weight_scale: standard deviation of the initial weights; biases and shifts start at 0, scales at 1.
        dtype: of the parameters; X is cast to it.
        seed: of the network's own generator, which draws the initial weights and every dropout mask.
        l2: "half" for the penalty above, "full" for ``reg * sum of all W^2``.

    Attributes:
        params: W1 (D, H1), b1 (H1,), and with normalization gamma1, beta1 (H1,), then W2 and so on.

    Raises:
        ValueError: for sizes below 1, two sequences of sizes or none, probabilities that keep nothing, an unknown
            normalization or l2.

    Source: cs231n assignment 2.
    """

    def __init__(
        self,
        hidden_dims: Sequence[int] | int,
        input_dim: int | Sequence[int] = 3 * 32 * 32,
        num_classes: int = 10,
        dropout: float = 1,
        normalization: str | None = None,
        reg: float = 0.0,
        weight_scale: float = 1e-2,
        dtype: Any = np.float32,
        seed: int | None = None,
        *,
        l2: str = "half",
    ) -> None:
        hidden_dims, input_dim = required_layers("FullyConnectedNet", hidden_dims, input_dim)
        sizes = (input_dim, *hidden_dims, num_classes)
        require_sizes("FullyConnectedNet", sizes)
        require_choice("FullyConnectedNet", "normalization", normalization, (None, "batchnorm", "layernorm"))
        if not 0 < dropout <= 1:
            raise ValueError(f"FullyConnectedNet: dropout is {dropout}, expected 0 < dropout <= 1, what is kept")
        super().__init__(len(sizes) - 1, reg, dtype, l2)
        self.normalization = normalization
        self._rng = np.random.default_rng(seed)
        self.dropout_param = {"mode": "train", "p": dropout}
        self.bn_params: list[dict[str, Any]] = [{"mode": "train"} for _ in hidden_dims]
        self.params = dict(_initial(sizes, normalization, weight_scale, self.dtype, self._rng))

    def state(self) -> dict[str, Array]:
        """What training changes beside the parameters: running statistics, and the generator's state as JSON."""
        statistics = {
            f"{name}{i}": param[name] for i, param in enumerate(self.bn_params, 1) for name in RUNNING if name in param
        }
        return {**statistics, "generator": np.array(json.dumps(self._rng.bit_generator.state))}

    def restore(self, state: Mapping[str, Array]) -> None:
        """Go back to a state that :meth:`state` gave. Raises KeyError if it is of another kind of network."""
        self._rng.bit_generator.state = json.loads(str(state["generator"]))
        statistics = [
            {name: state[f"{name}{i}"].copy() for name in RUNNING if f"{name}{i}" in state}
            for i in range(1, self.num_layers)
        ]
        self.bn_params = [{"mode": "train", **each} for each in statistics]

    def _forward(self, x: Array, mode: str) -> tuple[Array, list[tuple[Any, ...]]]:
        caches = []
        for i in range(1, self.num_layers):
            x, affine_cache = affine_forward(x, self.params[f"W{i}"], self.params[f"b{i}"])
            x, norm_cache = self._normalize(x, i, mode)
            x, relu_cache = relu_forward(x)
            x, dropout_cache = self._drop(x, mode)
            caches.append((affine_cache, norm_cache, relu_cache, dropout_cache))
        scores, cache = affine_forward(x, self.params[f"W{self.num_layers}"], self.params[f"b{self.num_layers}"])
        return scores, [*caches, (cache,)]

    def _backward(self, dscores: Array, caches: list[tuple[Any, ...]]) -> Iterator[tuple[str, Array]]:
        dx, (last,) = dscores, caches[-1]
        for i in range(self.num_layers, 1, -1):
            dx, dw, db = affine_backward(dx, last)
            yield from ((f"W{i}", dw), (f"b{i}", db))
            last, norm_cache, relu_cache, dropout_cache = caches[i - 2]
            dx = dx if dropout_cache is None else dropout_backward(dx, dropout_cache)
            dx = relu_backward(dx, relu_cache)
            if norm_cache is not None:
                backward = batchnorm_backward if self.normalization == "batchnorm" else layernorm_backward
                dx, dgamma, dbeta = backward(dx, norm_cache)
                yield from ((f"gamma{i - 1}", dgamma), (f"beta{i - 1}", dbeta))
        yield from zip(("W1", "b1"), affine_parameter_gradients(dx, last), strict=True)

    def _normalize(self, x: Array, i: int, mode: str) -> tuple[Array, Any]:
        if self.normalization is None:
            return x, None
        gamma, beta = self.params[f"gamma{i}"], self.params[f"beta{i}"]
        if self.normalization == "layernorm":
            return layernorm_forward(x, gamma, beta, {})
        param = self.bn_params[i - 1]
        param["mode"] = mode
        return batchnorm_forward(x, gamma, beta, param)

    def _drop(self, x: Array, mode: str) -> tuple[Array, Any]:
        if self.dropout_param["p"] == 1:
            return x, None
        seed = {"seed": int(self._rng.integers(2**63))} if mode == "train" else {}
        return dropout_forward(x, {**self.dropout_param, "mode": mode, **seed})


def _initial(
    sizes: Sequence[int], normalization: str | None, scale: float, dtype: Any, rng: np.random.Generator
) -> Iterator[tuple[str, Array]]:
    for i, (features, units) in enumerate(pairwise(sizes), start=1):
        yield f"W{i}", (scale * rng.standard_normal((features, units))).astype(dtype)
        yield f"b{i}", np.zeros(units, dtype)
        if normalization is not None and i < len(sizes) - 1:
            yield f"gamma{i}", np.ones(units, dtype)
            yield f"beta{i}", np.zeros(units, dtype)

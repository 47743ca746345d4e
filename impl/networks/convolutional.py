"""The network with one convolution, its parameters in a dictionary."""

from typing import Any

import numpy as np

from impl.affine import affine_backward, affine_forward
from impl.blocks import affine_relu_backward, affine_relu_forward
from impl.blocks_convolution import conv_relu_pool_backward, conv_relu_pool_forward
from impl.losses import softmax_loss
from impl.networks.fully_connected import PENALTY
from impl.validation import Array, require_choice, require_sizes
from impl.windows import Windows

POOLING = {"pool_height": 2, "pool_width": 2, "stride": 2}


class ThreeLayerConvNet:
    """conv - relu - 2x2 max pool - affine - relu - affine - softmax.

    ``loss = softmax_loss(scores, y) + 0.5 * reg * (sum W1^2 + sum W2^2 + sum W3^2)``. The image is padded by
    ``(filter_size - 1) // 2``, so an odd filter keeps its size and an even one takes a row and a column off; a row or
    column that is left over by the pooling is dropped.

    Args:
        input_dim: (C, H, W) of an image.
        num_filters, filter_size: of the convolution; its kernels are square.
        hidden_dim: units of the hidden affine layer.
        num_classes: as it says.
        weight_scale: standard deviation of the initial weights; biases start at 0.
        reg: strength of the penalty.
        dtype: of the parameters; X is cast to it.
        seed: of the generator that draws the initial weights.
        l2: "half" for the penalty above, "full" for it without the half.

    Attributes:
        params: W1 (F, C, HH, WW), b1 (F,), W2 (F * H' * W', hidden_dim), b2, W3 (hidden_dim, num_classes), b3, where H'
            and W' are what is left of the image after the pooling.

    Raises:
        ValueError: for sizes below 1, an image of which nothing is left, an unknown l2.

    Source: cs231n assignment 2.
    """

    def __init__(
        self,
        input_dim: tuple[int, int, int] = (3, 32, 32),
        num_filters: int = 32,
        filter_size: int = 7,
        hidden_dim: int = 100,
        num_classes: int = 10,
        weight_scale: float = 1e-3,
        reg: float = 0.0,
        dtype: Any = np.float32,
        *,
        seed: int | None = None,
        l2: str = "half",
    ) -> None:
        require_sizes("ThreeLayerConvNet", (*input_dim, num_filters, filter_size, hidden_dim, num_classes))
        require_choice("ThreeLayerConvNet", "l2", l2, tuple(PENALTY))
        channels, height, width = input_dim
        self.reg, self.dtype = reg, np.dtype(dtype)
        self._penalty = PENALTY[l2]
        pad = (filter_size - 1) // 2
        self._convolution = {"stride": 1, "pad": pad}
        shapes: tuple[tuple[int, ...], ...] = (
            (num_filters, channels, filter_size, filter_size),
            (num_filters * _pooled((height, width), filter_size, pad), hidden_dim),
            (hidden_dim, num_classes),
        )
        self.params: dict[str, Array] = {}
        rng = np.random.default_rng(seed)
        for i, (shape, units) in enumerate(zip(shapes, (num_filters, hidden_dim, num_classes), strict=True), start=1):
            self.params[f"W{i}"] = (weight_scale * rng.standard_normal(shape)).astype(dtype)
            self.params[f"b{i}"] = np.zeros(units, dtype)

    def loss(self, X: Array, y: Array | None = None) -> Any:  # noqa: N803 - the field writes X
        """Scores, or the loss and its gradients.

        Args:
            X: (N, C, H, W).
            y: (N,), labels in [0, num_classes).

        Returns:
            without y, the scores (N, num_classes); with y, the loss and a dictionary with the gradient of every
            parameter.

        Raises:
            ValueError: if X does not fit, or y does not hold N labels in range.
        """
        params = self.params
        images = X.astype(self.dtype, copy=False)
        pooled, block = conv_relu_pool_forward(images, params["W1"], params["b1"], self._convolution, POOLING)
        hidden, hidden_cache = affine_relu_forward(pooled, params["W2"], params["b2"])
        scores, last = affine_forward(hidden, params["W3"], params["b3"])
        if y is None:
            return scores
        loss, dscores = softmax_loss(scores, y)
        grads = {}
        dhidden, grads["W3"], grads["b3"] = affine_backward(dscores, last)
        dpooled, grads["W2"], grads["b2"] = affine_relu_backward(dhidden, hidden_cache)
        _, grads["W1"], grads["b1"] = conv_relu_pool_backward(dpooled, block)
        if self.reg:
            for name in ("W1", "W2", "W3"):
                w = params[name]
                loss += self.dtype.type(self._penalty * self.reg) * np.vdot(w, w)
                grads[name] += self.dtype.type(2 * self._penalty * self.reg) * w
        return loss, grads


def _pooled(image: tuple[int, int], filter_size: int, pad: int) -> int:
    """How many pixels a channel has after convolution and pooling."""
    convolved = Windows(image, (filter_size, filter_size), pad=(pad, pad))
    convolved.require_fit("ThreeLayerConvNet")
    rows, columns = Windows(convolved.counts, (2, 2), stride=(2, 2)).counts
    if min(rows, columns) < 1:
        raise ValueError(f"ThreeLayerConvNet: nothing is left of an image of {image[0]} x {image[1]} after the pooling")
    return rows * columns

"""Networks whose first layers are convolutions, their parameters in a dictionary."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ..activations import relu_backward, relu_forward
from ..affine import affine_backward, affine_forward
from ..convolution import conv_backward_fast, conv_forward_fast, conv_parameter_gradients
from ..networks.classifier import Classifier
from ..pooling import max_pool_backward_fast, max_pool_forward_fast
from ..validation import Array, Pair, require_sizes
from ..windows import Windows


class ConvNet(Classifier):
    """``{conv - relu - [max pool]} x L - {affine - relu} x M - affine - softmax``.

    An image is padded by ``(filter_size - 1) // 2``, so at stride 1 an odd filter keeps its size and an even one takes
    a row and a column off; what is left over by strides and windows is dropped. Along a side of one pixel kernels,
    strides and windows are 1: a signal of D values is an image 1 x D. X may have each image as a row.

    Args:
        filters: of each convolution; at least one.
        hidden_dims: units of each hidden affine layer; may be empty.
        input_dim: (C, H, W) of an image.
        num_classes: as it says.
        filter_size, stride: of every convolution; kernels are square.
        pool: side and stride of the pooling's windows; 1 means no pooling.
        weight_scale: standard deviation of the initial weights; None for sqrt(2 / inputs of a unit). Biases start at 0.
        reg: strength of the penalty.
        dtype: of the parameters; X is cast to it.
        seed: of the generator that draws the initial weights.
        l2: "half" for the penalty above, "full" for it without the half.

    Attributes:
        params: W1 (F1, C, HH, WW), b1 (F1,), W2 (F2, F1, HH, WW) and so on; of the affine layers (in, out), (out,).

    Raises:
        ValueError: for sizes below 1, an image of which nothing is left, an unknown l2.

    Source: cs231n assignment 2; the initial weights are those of He, Zhang, Ren and Sun (2015).
    """

    def __init__(
        self,
        filters: Sequence[int] = (32,),
        hidden_dims: Sequence[int] = (100,),
        input_dim: tuple[int, int, int] = (3, 32, 32),
        num_classes: int = 10,
        filter_size: int = 3,
        stride: int = 1,
        pool: int = 2,
        weight_scale: float | None = None,
        reg: float = 0.0,
        dtype: Any = np.float32,
        *,
        seed: int | None = None,
        l2: str = "half",
    ) -> None:
        name = type(self).__name__
        require_sizes(name, (*input_dim, *filters, *hidden_dims, num_classes, filter_size, stride, pool))
        if not filters:
            raise ValueError(f"{name}: filters is empty, expected the number of filters of each convolution")
        super().__init__(len(filters) + len(hidden_dims) + 1, reg, dtype, l2)
        self.input_dim, self.convolutions = tuple(input_dim), len(filters)
        channels, height, width = input_dim
        kernel, strides, windows = (_along((height, width), size) for size in (filter_size, stride, pool))
        self._conv_param = {"stride": strides, "pad": ((kernel[0] - 1) // 2, (kernel[1] - 1) // 2)}
        pool_param = {"pool_height": windows[0], "pool_width": windows[1], "stride": windows}
        self._pool_param = pool_param if pool > 1 else None
        left = (height, width)
        for _ in filters:
            convolved = Windows(left, kernel, **self._conv_param)
            convolved.require_fit(name)
            left = Windows(convolved.counts, windows, stride=windows).counts
            if min(left) < 1:
                raise ValueError(f"{name}: nothing is left of an image of {height} x {width} after the pooling")
        units = (filters[-1] * math.prod(left), *hidden_dims, num_classes)
        shapes = [*((to, of, *kernel) for of, to in pairwise((channels, *filters))), *pairwise(units)]
        rng = np.random.default_rng(seed)
        self.params = dict(_initial(shapes, weight_scale, self.dtype, rng))

    def _forward(self, x: Array, _mode: str) -> tuple[Array, list[tuple[Any, ...]]]:
        if x.shape[1:] not in (self.input_dim, (math.prod(self.input_dim),)):
            expected = f"(N, {', '.join(map(str, self.input_dim))}) or each image as a row"
            raise ValueError(f"{type(self).__name__}: X has shape {x.shape}, expected {expected}")
        x = x.reshape(-1, *self.input_dim)
        caches: list[tuple[Any, ...]] = []
        for i in range(1, self.num_layers):
            w, b = self.params[f"W{i}"], self.params[f"b{i}"]
            is_convolution = i <= self.convolutions
            x, linear = conv_forward_fast(x, w, b, self._conv_param) if is_convolution else affine_forward(x, w, b)
            x, relu = relu_forward(x)
            pools = is_convolution and self._pool_param
            x, pool = max_pool_forward_fast(x, pools) if pools else (x, None)
            caches.append((linear, relu, pool))
        scores, last = affine_forward(x, self.params[f"W{self.num_layers}"], self.params[f"b{self.num_layers}"])
        return scores, [*caches, (last,)]

    def _backward(self, dscores: Array, caches: list[tuple[Any, ...]]) -> Iterator[tuple[str, Array]]:
        dx, (linear,) = dscores, caches[-1]
        for i in range(self.num_layers, 1, -1):
            backward = conv_backward_fast if i <= self.convolutions else affine_backward
            dx, dw, db = backward(dx, linear)
            yield from ((f"W{i}", dw), (f"b{i}", db))
            linear, relu, pool = caches[i - 2]
            dx = relu_backward(dx if pool is None else max_pool_backward_fast(dx, pool), relu)
        yield from zip(("W1", "b1"), conv_parameter_gradients(dx, linear), strict=True)


class ThreeLayerConvNet(ConvNet):
    """``conv - relu - 2x2 max pool - affine - relu - affine - softmax``: a :class:`ConvNet` with one convolution.

    Args:
        input_dim: (C, H, W) of an image.
        num_filters, filter_size: of the convolution; its kernels are square, and its stride is 1.
        hidden_dim: units of the hidden affine layer.
        num_classes, weight_scale, reg, dtype, seed, l2: as :class:`ConvNet` has them.

    Attributes:
        params: W1 (F, C, HH, WW), b1 (F,), W2 (F * H' * W', hidden_dim), b2, W3 (hidden_dim, num_classes), b3, where H'
            and W' are what is left of the image after the pooling.

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
        super().__init__(
            (num_filters,),
            (hidden_dim,),
            input_dim,
            num_classes,
            filter_size,
            weight_scale=weight_scale,
            reg=reg,
            dtype=dtype,
            seed=seed,
            l2=l2,
        )


def _along(image: Pair, size: int) -> Pair:
    """A size along both sides of an image, 1 along a side of one pixel."""
    height, width = (1 if side == 1 else size for side in image)
    return height, width


def _initial(
    shapes: Sequence[tuple[int, ...]], scale: float | None, dtype: Any, rng: np.random.Generator
) -> Iterator[tuple[str, Array]]:
    for i, shape in enumerate(shapes, start=1):
        inputs, units = (math.prod(shape[1:]), shape[0]) if len(shape) == 4 else shape
        deviation = math.sqrt(2 / inputs) if scale is None else scale
        yield f"W{i}", (deviation * rng.standard_normal(shape)).astype(dtype)
        yield f"b{i}", np.zeros(units, dtype)

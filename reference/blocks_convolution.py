"""Stacked layers of convolutional networks."""

import torch
from torch import Tensor
from torch.nn import functional

from .convolution import conv_forward
from .normalization import batchnorm_forward
from .pooling import max_pool_forward


def conv_relu_forward(x: Tensor, w: Tensor, b: Tensor, stride: int, pad: int) -> Tensor:
    """Convolution - relu."""
    return functional.relu(conv_forward(x, w, b, stride, pad))


def conv_bn_relu_forward(
    x: Tensor, w: Tensor, b: Tensor, gamma: Tensor, beta: Tensor, stride: int, pad: int, mode: str
) -> dict[str, Tensor]:
    """Convolution - batch norm - relu; in training from a running mean of 0, which is updated."""
    mean, variance = torch.zeros_like(gamma), torch.zeros_like(gamma)
    normalized = batchnorm_forward(conv_forward(x, w, b, stride, pad), gamma, beta, mean, variance, mode)
    return {"out": functional.relu(normalized), "running_mean": mean}


def conv_relu_pool_forward(
    x: Tensor, w: Tensor, b: Tensor, stride: int, pad: int, pool_height: int, pool_width: int, pool_stride: int
) -> Tensor:
    """Convolution - relu - max pooling."""
    return max_pool_forward(conv_relu_forward(x, w, b, stride, pad), pool_height, pool_width, pool_stride)

"""Stacked layers."""

import torch
from torch import Tensor
from torch.nn import functional

from .affine import affine_forward
from .losses import softmax_loss, softmax_loss_by_log_sum_exp
from .normalization import batchnorm_forward, layernorm_forward


def affine_relu_forward(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    """Affine - relu."""
    return functional.relu(affine_forward(x, w, b))


def affine_bn_relu_forward(
    x: Tensor, w: Tensor, b: Tensor, gamma: Tensor, beta: Tensor, mode: str
) -> dict[str, Tensor]:
    """Affine - batch norm - relu; in training from a running mean of 0, which is updated."""
    mean, variance = torch.zeros_like(gamma), torch.zeros_like(gamma)
    normalized = batchnorm_forward(affine_forward(x, w, b), gamma, beta, mean, variance, mode)
    return {"out": functional.relu(normalized), "running_mean": mean}


def affine_ln_relu_forward(x: Tensor, w: Tensor, b: Tensor, gamma: Tensor, beta: Tensor) -> Tensor:
    """Affine - layer norm - relu."""
    return functional.relu(layernorm_forward(affine_forward(x, w, b), gamma, beta))


def shallow_net(x: Tensor, w1: Tensor, b1: Tensor, w2: Tensor, b2: Tensor, y: Tensor) -> dict[str, Tensor]:
    """Affine - relu - affine - softmax."""
    scores = affine_forward(affine_relu_forward(x, w1, b1), w2, b2)
    return {"scores": scores, "loss": softmax_loss(scores, y)}


def shallow_net_by_log_sum_exp(
    x: Tensor, w1: Tensor, b1: Tensor, w2: Tensor, b2: Tensor, y: Tensor
) -> dict[str, Tensor]:
    """The same with the loss by log-sum-exp."""
    scores = affine_forward(affine_relu_forward(x, w1, b1), w2, b2)
    return {"scores": scores, "loss": softmax_loss_by_log_sum_exp(scores, y)}

"""torch's batch and layer norm, their conventions converted."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from .bridge import Array, array, contracted, tensor


def layernorm_forward(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    """torch.nn.functional.layer_norm over the features."""
    return functional.layer_norm(x, x.shape[-1:], gamma, beta, eps)


def batchnorm_forward(
    x: Tensor, gamma: Tensor, beta: Tensor, running_mean: Tensor, running_var: Tensor, mode: str, eps: float = 1e-5
) -> Tensor:
    """torch.nn.functional.batch_norm; in training the running statistics are updated in place, by a tenth."""
    return functional.batch_norm(x, running_mean, running_var, gamma, beta, training=mode == "train", eps=eps)


def batchnorm_sequence(
    inputs: Mapping[str, Array],
    options: Mapping[str, Any],
    later_batches: tuple[str, ...],
    gradients: Mapping[str, str],
    keep_unbiased: bool,
    momentum_is_update: bool,
) -> dict[str, Array]:
    """Training steps in sequence with torch's batch norm, then test mode and the gradients of the first step.

    torch's momentum is the share that is replaced and its running variance is the unbiased one; the given conventions
    are converted to and from these.

    Args:
        inputs: x (N, D) or (N, C, H, W), gamma, beta; optionally running_mean and running_var (both 0 if absent),
            further batches, ``x_test`` and the upstream gradient ``dout``.
        options: mode, eps, momentum.
        later_batches: the names of the further batches.
        gradients: gradient name -> input name.
        keep_unbiased: whether the running variance averages the unbiased variances.
        momentum_is_update: whether momentum is torch's.
    """
    momentum = float(options.get("momentum", 0.1 if momentum_is_update else 0.9))
    update = momentum if momentum_is_update else 1 - momentum
    eps = float(options.get("eps", 1e-5))
    leaves = {name: tensor(inputs[name], requires_grad=True) for name in gradients.values()}
    gamma, beta = leaves["gamma"], leaves["beta"]
    zeros = torch.zeros_like(gamma).detach()
    mean = tensor(inputs["running_mean"]) if "running_mean" in inputs else zeros.clone()
    variance = tensor(inputs["running_var"]) if "running_var" in inputs else zeros.clone()
    answers: dict[str, Array] = {}

    def test(x: Tensor) -> Tensor:
        return functional.batch_norm(x, mean, variance, gamma, beta, training=False, eps=eps)

    def train(x: Tensor) -> Tensor:
        nonlocal mean, variance
        batch_mean, batch_variance = zeros.clone(), zeros.clone()
        out = functional.batch_norm(x, batch_mean, batch_variance, gamma, beta, training=True, momentum=1.0, eps=eps)
        if not keep_unbiased:
            count = x[:, 0].numel()
            batch_variance = batch_variance * (count - 1) / count
        mean = (1 - update) * mean + update * batch_mean
        variance = (1 - update) * variance + update * batch_variance
        return out

    out = test(leaves["x"]) if options["mode"] == "test" else train(leaves["x"])
    answers |= {"out": array(out), "running_mean": array(mean), "running_var": array(variance)}
    for step, name in enumerate(later_batches, start=2):
        if name in inputs:
            train(tensor(inputs[name]))
            answers |= {f"running_mean_{step}": array(mean), f"running_var_{step}": array(variance)}
    if "x_test" in inputs:
        answers["test_out"] = array(test(tensor(inputs["x_test"])))
    if "dout" in inputs:
        contracted(out, inputs["dout"]).backward()
        answers |= {name: array(leaves[leaf].grad) for name, leaf in gradients.items()}
    return answers

"""The networks as a torch module, its parameters loaded from arrays."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from .affine import affine_forward
from .bridge import Array, array, tensor
from .dropout import torch_scale
from .losses import softmax_loss, softmax_loss_by_log_sum_exp
from .normalization import layernorm_forward

PENALTY = {"half": 0.5, "full": 1.0}
NEAR_THE_KINK = 16  # roundings


class Classifier(nn.Module):
    """What the networks share: parameters loaded from arrays, the loss with its penalty, the gradients.

    Args:
        params: W1, b1, W2, ...; all that begin with W are penalised.
        reg: strength of the L2 penalty.
        l2: "half" or "full", what multiplies it.
        kink: -1, 0 or 1. A rectifier's input within a few roundings of 0 counts as negative at 1, as positive at -1:
            what a float32 implementation may well find there.
    """

    def __init__(self, params: Mapping[str, Array], reg: float = 0.0, l2: str = "half", kink: int = 0) -> None:
        super().__init__()
        self.params = nn.ParameterDict({name: nn.Parameter(tensor(value)) for name, value in params.items()})
        self.layers = sum(name.startswith("W") for name in params)
        self.penalty, self.kink = PENALTY[l2] * reg, kink

    def loss(self, x: Tensor, y: Tensor, masks: Sequence[Tensor] = (), by_log_sum_exp: bool = False) -> Tensor:
        """Mean cross-entropy of the scores in training mode, and the penalty."""
        self.train()
        data_loss = softmax_loss_by_log_sum_exp if by_log_sum_exp else softmax_loss
        loss = data_loss(self(x, masks), y)
        for i in range(1, self.layers + 1):
            loss = loss + self.penalty * self._weight(i).square().sum()
        return loss

    def scores(self, x: Tensor) -> Tensor:
        """Scores in test mode."""
        self.eval()
        with torch.no_grad():
            return self(x)

    def gradients(self) -> dict[str, Array]:
        """The gradients of the last backward, named as the parameters."""
        return {name: array(value.grad) for name, value in self.params.items()}

    def _weight(self, i: int) -> Tensor:
        return self.params[f"W{i}"]

    def _bias(self, i: int) -> Tensor:
        return self.params[f"b{i}"].flatten()

    def _rectify(self, x: Tensor) -> Tensor:
        if self.kink == 0:
            return functional.relu(x)
        rounding = NEAR_THE_KINK * torch.finfo(torch.float32).eps * x.detach().square().mean().sqrt()
        return x * (x > self.kink * rounding)


class FullyConnectedNet(Classifier):
    """``{affine - [batch/layer norm] - relu - [dropout]} x (L - 1) - affine``.

    Args:
        params: W1 (in, out), b1, and with normalization gamma1, beta1, W2, ...
        normalization: None, "batchnorm" or "layernorm".
        keep: the probability to keep a unit of dropout.
        inverted: whether dropout scales in training; if not, at test time.
        momentum: the share of the running statistics that is kept.
        keep_unbiased: whether the running variance averages the unbiased variances.
        reg, l2, kink: as in :class:`Classifier`.
    """

    def __init__(
        self,
        params: Mapping[str, Array],
        normalization: str | None = None,
        reg: float = 0.0,
        l2: str = "half",
        keep: float = 1.0,
        inverted: bool = True,
        momentum: float = 0.9,
        keep_unbiased: bool = False,
        kink: int = 0,
    ) -> None:
        super().__init__(params, reg, l2, kink)
        self.normalization = normalization
        self.keep, self.inverted = keep, inverted
        self.momentum, self.keep_unbiased = momentum, keep_unbiased
        units = [params[f"b{i}"].size for i in range(1, self.layers)]
        like = self.params["W1"]
        self.means = [like.new_zeros(count) for count in units]
        self.variances = [like.new_zeros(count) for count in units]

    def forward(self, x: Tensor, masks: Sequence[Tensor] = ()) -> Tensor:
        """Scores. In training mode the statistics are the batch's own, and dropout keeps where its mask is 1."""
        for i in range(1, self.layers):
            x = self._normalize(affine_forward(x, self._weight(i), self._bias(i)), i)
            x = self._drop(self._rectify(x), i, masks)
        return affine_forward(x, self._weight(self.layers), self._bias(self.layers))

    def _normalize(self, x: Tensor, i: int) -> Tensor:
        if self.normalization is None:
            return x
        gamma, beta = self.params[f"gamma{i}"], self.params[f"beta{i}"]
        if self.normalization == "layernorm":
            return layernorm_forward(x, gamma, beta)
        if not self.training:
            return functional.batch_norm(x, self.means[i - 1], self.variances[i - 1], gamma, beta, training=False)
        mean, variance = x.new_zeros(x.shape[1]), x.new_zeros(x.shape[1])
        out = functional.batch_norm(x, mean, variance, gamma, beta, training=True, momentum=1.0)
        if not self.keep_unbiased:
            variance = variance * (len(x) - 1) / len(x)
        self.means[i - 1] = self.momentum * self.means[i - 1] + (1 - self.momentum) * mean
        self.variances[i - 1] = self.momentum * self.variances[i - 1] + (1 - self.momentum) * variance
        return out

    def _drop(self, x: Tensor, i: int, masks: Sequence[Tensor]) -> Tensor:
        if self.training:
            if not masks:
                return x
            return x * masks[i - 1] * (torch_scale(self.keep, x.dtype) if self.inverted else 1)
        return x if self.inverted or self.keep == 1 else x / torch_scale(self.keep, x.dtype)


class ConvNet(Classifier):
    """``{conv - relu - [max pool]} x L - {affine - relu} x M - affine``, images padded by (filter size - 1) // 2.

    Args:
        params: of each convolution W (F, C, HH, WW) and b, of each affine layer W (in, out) and b.
        image: (C, H, W), what a row of x is brought into.
        stride, pool: of the convolutions and of the pooling's windows; 1 along a side of one pixel.
        reg, l2, kink: as in :class:`Classifier`.
    """

    def __init__(
        self,
        params: Mapping[str, Array],
        image: Sequence[int],
        stride: int = 1,
        pool: int = 2,
        reg: float = 0.0,
        l2: str = "half",
        kink: int = 0,
    ) -> None:
        super().__init__(params, reg, l2, kink)
        self.image = tuple(image)
        self.stride, self.pool = ([1 if side == 1 else size for side in image[1:]] for size in (stride, pool))

    def forward(self, x: Tensor, _masks: Sequence[Tensor] = ()) -> Tensor:
        """Scores."""
        x = x.reshape(-1, *self.image)
        for i in range(1, self.layers):
            w, b = self._weight(i), self._bias(i)
            is_convolution = w.ndim > 2
            x = self._rectify(self._convolve(x, w, b) if is_convolution else affine_forward(x, w, b))
            x = functional.max_pool2d(x, self.pool) if is_convolution else x
        return affine_forward(x, self._weight(self.layers), self._bias(self.layers))

    def _convolve(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
        padding = [(side - 1) // 2 for side in w.shape[2:]]
        return functional.conv2d(x, w, b, self.stride, padding)


def convolutional_answer(
    inputs: Mapping[str, Array], image: Sequence[int], by_log_sum_exp: bool = False, **conventions: Any
) -> dict[str, Array]:
    """Scores, loss and gradients of a :class:`ConvNet`; arguments as :func:`answer`."""
    net = ConvNet(parameters_among(inputs), image, **conventions)
    x, y = tensor(inputs["x"]), tensor(inputs["y"])
    return {"scores": array(net.scores(x)), **_loss_and_gradients(net, x, y, (), by_log_sum_exp)}


def answer(
    inputs: Mapping[str, Array], later_steps: int, by_log_sum_exp: bool = False, **conventions: Any
) -> dict[str, Array]:
    """What a network gives on a case: scores, loss and gradients; or, with batch norm, the scores after training steps.

    Args:
        inputs: x, y and the parameters; masks ``mask_1``, ...; for batch norm ``x_2``, ``y_2``, ... and ``x_test``.
        later_steps: the number of further batches.
        by_log_sum_exp: the other stable formula of the loss.
        conventions: the other arguments of :class:`FullyConnectedNet`.
    """
    net = FullyConnectedNet(parameters_among(inputs), **conventions)
    masks = [tensor(inputs[name]) for name in inputs if name.startswith("mask_")]
    x, y = tensor(inputs["x"]), tensor(inputs["y"])
    answers = {} if net.normalization == "batchnorm" else {"scores": array(net.scores(x))}
    answers |= _loss_and_gradients(net, x, y, masks, by_log_sum_exp)
    for step in range(2, 2 + later_steps):
        net.loss(tensor(inputs[f"x_{step}"]), tensor(inputs[f"y_{step}"]))
    if "x_test" in inputs:
        answers["test_scores"] = array(net.scores(tensor(inputs["x_test"])))
    return answers


def _loss_and_gradients(
    net: Classifier, x: Tensor, y: Tensor, masks: Sequence[Tensor], by_log_sum_exp: bool
) -> dict[str, Array]:
    loss = net.loss(x, y, masks, by_log_sum_exp)
    loss.backward()
    return {"loss": array(loss), **{f"d{name}": value for name, value in net.gradients().items()}}


def parameters_among(inputs: Mapping[str, Array]) -> dict[str, Array]:
    """The inputs that are parameters: W1, b1, gamma1, beta1, ..."""
    kinds = ("W", "b", "gamma", "beta")
    return {name: value for name, value in inputs.items() if name.rstrip("0123456789") in kinds}

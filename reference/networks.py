"""The networks in torch, their parameters loaded from arrays."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from .affine import affine_forward
from .bridge import Array, array, tensor
from .dropout import torch_scale
from .losses import softmax_loss, softmax_loss_by_log_sum_exp
from .normalization import layernorm_forward

Answer = dict[str, Array]
Before = Sequence[tuple[Array, float]]
PENALTY = {"half": 0.5, "full": 1.0}
NEAR_THE_KINK = 16  # roundings


class Classifier:
    """What the networks share: parameters loaded from arrays, the loss with its penalty.

    Args:
        params: W1, b1, W2, ...; all that begin with W are penalised.
        reg: strength of the L2 penalty.
        l2: "half" or "full", what multiplies it.
        kink: -1, 0 or 1. A rectifier's input within a few roundings of 0 counts as negative at 1, as positive at -1:
            what a float32 implementation may well find there.
    """

    has_test_mode = False  # whether scores in test mode are others than in training mode
    scores_after = "scores"  # what scores after training steps are called: of batch norm they are another observation

    def __init__(self, params: Mapping[str, Array], reg: float = 0.0, l2: str = "half", kink: int = 0) -> None:
        self.params = {name: tensor(value, requires_grad=True) for name, value in sorted(params.items())}
        self.layers = sum(name.startswith("W") for name in params)
        self.penalty, self.kink = PENALTY[l2] * reg, kink
        self.is_near_a_kink = False  # whether a rectifier's input was, so that the sign of ``kink`` made a difference

    def forward(self, x: Tensor, masks: Sequence[Tensor] = (), training: bool = True) -> Tensor:
        """Scores. In training mode batch norm's statistics are the batch's own, and dropout keeps where a mask is 1."""
        raise NotImplementedError

    def loss(self, x: Tensor, y: Tensor, masks: Sequence[Tensor] = (), by_log_sum_exp: bool = False) -> Tensor:
        """Mean cross-entropy of the scores in training mode, and the penalty."""
        return self.loss_of(self.forward(x, masks), y, by_log_sum_exp)

    def loss_of(self, scores: Tensor, y: Tensor, by_log_sum_exp: bool = False) -> Tensor:
        """The same of scores that are known."""
        loss = (softmax_loss_by_log_sum_exp if by_log_sum_exp else softmax_loss)(scores, y)
        for i in range(1, self.layers + 1) if self.penalty else ():
            loss = loss + self.penalty * self._weight(i).square().sum()
        return loss

    def scores(self, x: Tensor) -> Tensor:
        """Scores in test mode."""
        with torch.no_grad():
            return self.forward(x, training=False)

    def _weight(self, i: int) -> Tensor:
        return self.params[f"W{i}"]

    def _bias(self, i: int) -> Tensor:
        return self.params[f"b{i}"].flatten()

    def _rectify(self, x: Tensor) -> Tensor:
        if self.kink == 0:
            return functional.relu(x)
        values = x.detach()
        rounding = NEAR_THE_KINK * torch.finfo(torch.float32).eps * values.square().mean().sqrt()
        self.is_near_a_kink |= bool((values.abs() <= rounding).any())
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
        self.scores_after = "test_scores" if normalization == "batchnorm" else "scores"
        self.has_test_mode = normalization == "batchnorm" or keep != 1
        self.keep, self.inverted = keep, inverted
        self.momentum, self.keep_unbiased = momentum, keep_unbiased
        units = [params[f"b{i}"].size for i in range(1, self.layers)]
        like = self.params["W1"]
        self.means = [like.new_zeros(count) for count in units]
        self.variances = [like.new_zeros(count) for count in units]

    def forward(self, x: Tensor, masks: Sequence[Tensor] = (), training: bool = True) -> Tensor:
        """See :class:`Classifier`."""
        for i in range(1, self.layers):
            x = self._normalize(affine_forward(x, self._weight(i), self._bias(i)), i, training)
            x = self._drop(self._rectify(x), i, masks, training)
        return affine_forward(x, self._weight(self.layers), self._bias(self.layers))

    def _normalize(self, x: Tensor, i: int, training: bool) -> Tensor:
        if self.normalization is None:
            return x
        gamma, beta = self.params[f"gamma{i}"], self.params[f"beta{i}"]
        if self.normalization == "layernorm":
            return layernorm_forward(x, gamma, beta)
        if not training:
            return functional.batch_norm(x, self.means[i - 1], self.variances[i - 1], gamma, beta, training=False)
        mean, variance = x.new_zeros(x.shape[1]), x.new_zeros(x.shape[1])
        out = functional.batch_norm(x, mean, variance, gamma, beta, training=True, momentum=1.0)
        if not self.keep_unbiased:
            variance = variance * (len(x) - 1) / len(x)
        self.means[i - 1] = self.momentum * self.means[i - 1] + (1 - self.momentum) * mean
        self.variances[i - 1] = self.momentum * self.variances[i - 1] + (1 - self.momentum) * variance
        return out

    def _drop(self, x: Tensor, i: int, masks: Sequence[Tensor], training: bool) -> Tensor:
        if training:
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

    def forward(self, x: Tensor, masks: Sequence[Tensor] = (), training: bool = True) -> Tensor:  # noqa: ARG002
        """See :class:`Classifier`."""
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


def answers(
    inputs: Mapping[str, Array], image: Sequence[int] | None = None, before: Before = (), **conventions: Any
) -> Iterator[Answer]:
    """What a network gives on a case: scores, loss and gradients; or, with batch norm, the scores after training steps.

    First as torch computes it; then as other stable formulas round it: the loss by log-sum-exp, and a rectifier's input
    near 0 taken as negative, or as positive. Where none is near, these two are the same.

    Args:
        inputs: x, y and the parameters; masks ``mask_1``, ...; for batch norm ``x_2``, ``y_2``, ... and ``x_test``; of
            a second training step ``x_first`` too, the batch of the first, on which the scores after it are.
        image: (C, H, W) of a :class:`ConvNet`, whose rectifiers are left as they are; None for a
            :class:`FullyConnectedNet`.
        before: the batches of the steps before, and what the parameters are multiplied by in each.
        conventions: the other arguments of that network, but for ``kink``.
    """
    params = parameters_among(inputs)
    if image is not None:
        net: Classifier = ConvNet(params, image, **conventions)
        yield from (_answer(net, inputs, before, formula) for formula in (False, True))
        return
    yield _answer(FullyConnectedNet(params, **conventions), inputs, before)
    net = FullyConnectedNet(params, kink=1, **conventions)
    yield _answer(net, inputs, before, by_log_sum_exp=True)
    if net.is_near_a_kink:
        yield _answer(FullyConnectedNet(params, kink=-1, **conventions), inputs, before, by_log_sum_exp=True)


def _answer(net: Classifier, inputs: Mapping[str, Array], before: Before, by_log_sum_exp: bool = False) -> Answer:
    x, has_test, is_second = tensor(inputs["x"]), "x_test" in inputs, "x_first" in inputs
    masks = [tensor(value) for name, value in inputs.items() if name.startswith("mask_")]
    for batch, factor in before:
        _step_before(net, tensor(batch), masks, factor)
    scores = net.forward(x, masks)
    loss = net.loss_of(scores, tensor(inputs["y"]), by_log_sum_exp)
    is_untrained = not has_test and not is_second and net.scores_after == "scores"
    told = {"scores": array(net.scores(x) if net.has_test_mode else scores)} if is_untrained else {}
    gradients = torch.autograd.grad(loss, list(net.params.values()))
    told |= {"loss": array(loss)}
    told |= {f"d{name}": array(value) for name, value in zip(net.params, gradients, strict=True)}
    with torch.no_grad():
        for later in (name for name in inputs if re.fullmatch(r"x_\d+", name)):
            net.forward(tensor(inputs[later]), masks)
    if is_second:
        return told | {net.scores_after: array(net.scores(tensor(inputs["x_first"])))}
    return told | ({"test_scores": array(net.scores(tensor(inputs["x_test"])))} if has_test else {})


def _step_before(net: Classifier, x: Tensor, masks: Sequence[Tensor], factor: float) -> None:
    """A training step that leaves nothing but running statistics: the parameters are others then."""
    own = net.params
    net.params = {name: factor * value for name, value in own.items()}
    with torch.no_grad():
        net.forward(x, masks)
    net.params = own


def parameters_among(inputs: Mapping[str, Array]) -> dict[str, Array]:
    """The inputs that are parameters: W1, b1, gamma1, beta1, ..."""
    kinds = ("W", "b", "gamma", "beta")
    return {name: value for name, value in inputs.items() if name.rstrip("0123456789") in kinds}

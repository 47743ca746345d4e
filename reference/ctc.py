"""torch's connectionist temporal classification."""

import torch
from torch import Tensor
from torch.nn import functional

NEVER = -1e30  # the logarithm of nothing


def ctc_loss(x: Tensor, y: Tensor, lengths: Tensor) -> Tensor:
    """Of scores, averaged over the samples."""
    steps, samples = x.shape[:2]
    whole = torch.full((samples,), steps)
    logs = functional.log_softmax(x, dim=2)
    return functional.ctc_loss(logs, y, whole, lengths, blank=0, reduction="sum") / samples


def ctc_loss_by_both_ways(x: Tensor, y: Tensor, lengths: Tensor) -> Tensor:
    """The same, its gradient by all paths up to a state and all paths after it, in logarithms.

    The loss of a sample is off by two roundings: a run that was lucky once would not show what its four terms lose.
    """
    samples = x.shape[1]
    logs = functional.log_softmax(x.detach(), dim=2)
    slope, total = logs.exp(), logs.new_zeros(())
    for n, length in enumerate(lengths):
        states = torch.zeros(2 * int(length) + 1, dtype=torch.long)
        states[1::2] = y[n, : int(length)]
        own = logs[:, n, states]
        until, after = _paths(own, states), _paths(own.flip(0, 1), states.flip(0)).flip(0, 1)
        whole = until[-1, -2:].logsumexp(dim=0)
        total = total - whole
        rounded = whole * (1 + 2 * torch.finfo(x.dtype).eps)
        slope[:, n] -= torch.zeros_like(slope[:, n]).index_add(1, states, (until + after - own - rounded).exp())
    through = (x * slope).sum() / samples
    return total / samples + through - through.detach()


def _paths(own: Tensor, states: Tensor) -> Tensor:
    """The logarithm of all paths up to each state at each step."""
    skips = torch.zeros(len(states), dtype=torch.bool)
    skips[2:] = (states[2:] != 0) & (states[2:] != states[:-2])
    never = torch.full((len(states),), NEVER, dtype=own.dtype)
    paths = [torch.cat([own[0, :2], never[2:]])]
    for step in own[1:]:
        once, twice = (torch.cat([never[:back], paths[-1]])[: len(states)] for back in (1, 2))
        paths.append(step + torch.stack([paths[-1], once, torch.where(skips, twice, never)]).logsumexp(dim=0))
    return torch.stack(paths)

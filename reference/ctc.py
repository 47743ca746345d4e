"""torch's connectionist temporal classification."""

import torch
from torch import Tensor
from torch.nn import functional

NEVER = -1e30  # the logarithm of nothing
ROUNDINGS = 4.0


def ctc_loss(x: Tensor, y: Tensor, lengths: Tensor, reduction: str = "mean", average: str = "samples") -> Tensor:
    """Of scores, summed or averaged over the samples; by ``lengths``, each is divided by that of its text first."""
    steps, samples = x.shape[:2]
    whole = torch.full((samples,), steps)
    logs = functional.log_softmax(x, dim=2)
    losses = functional.ctc_loss(logs, y, whole, lengths, blank=0, reduction="none")
    return (losses / parts(lengths, average)).sum() / divisor(samples, reduction)


def divisor(samples: int, reduction: str) -> int:
    """What the sum over the samples is divided by."""
    return 1 if reduction == "sum" else samples


def parts(lengths: Tensor, average: str) -> Tensor:
    """What the loss of each text is divided by."""
    return lengths if average == "lengths" else torch.ones_like(lengths)


def ctc_loss_by_both_ways(x: Tensor, y: Tensor, lengths: Tensor, reduction: str, average: str) -> Tensor:
    """The same, its gradient by all paths up to a state and all paths after it, in logarithms.

    What a step is likely to be is off by the roundings of the whole text's logarithm, and so is what is taken from the
    scores' shares to make their sum 0. Both are moved apart by four of them: a run that was lucky once would not show
    what is lost.
    """
    samples = x.shape[1]
    logs = functional.log_softmax(x.detach(), dim=2)
    slope, total = logs.exp(), logs.new_zeros(())
    for n, (length, part) in enumerate(zip(lengths, parts(lengths, average), strict=True)):
        states = torch.zeros(2 * int(length) + 1, dtype=torch.long)
        states[1::2] = y[n, : int(length)]
        own = logs[:, n, states]
        until, after = _paths(torch.stack((own, own.flip(0, 1))), torch.stack((states, states.flip(0))))
        after = after.flip(0, 1)
        whole = until[-1, -2:].logsumexp(dim=0)
        total = total - whole / part
        lost = ROUNDINGS * torch.finfo(x.dtype).eps * abs(whole)
        occupancy = torch.zeros_like(slope[:, n]).index_add(1, states, (until + after - own - whole).exp())
        slope[:, n] = ((1 + lost) * slope[:, n] - (1 - lost) * occupancy) / part
    through = (x * slope).sum() / divisor(samples, reduction)
    return total / divisor(samples, reduction) + through - through.detach()


def _paths(own: Tensor, states: Tensor) -> Tensor:
    """The logarithm of all paths up to each state at each step, of several sequences of states at once."""
    skips = torch.zeros(states.shape, dtype=torch.bool)
    skips[:, 2:] = (states[:, 2:] != 0) & (states[:, 2:] != states[:, :-2])
    never = torch.full(states.shape, NEVER, dtype=own.dtype)
    paths = [torch.cat([own[:, 0, :2], never[:, 2:]], dim=1)]
    for step in own.unbind(1)[1:]:
        before = functional.pad(paths[-1], (2, 0), value=NEVER)
        reached = (before[:, 2:], before[:, 1:-1], torch.where(skips, before[:, :-2], NEVER))
        paths.append(step + torch.stack(reached).logsumexp(dim=0))
    return torch.stack(paths, dim=1)

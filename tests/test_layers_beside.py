"""What the recorded cases of the further layers do not show: long sequences, torch's own schedules, what is told."""

import numpy as np
import pytest
from conftest import Judge, bad_checks

from gradproof import impl


@pytest.mark.needs_torch
def test_ctc_of_2000_steps_is_that_of_torch() -> None:
    """Value and gradient: the probability of a text is about e^-3390 there."""
    import torch

    from gradproof.reference.ctc import ctc_loss

    rng = np.random.default_rng(0)
    x, y, lengths = rng.standard_normal((2000, 1, 5)), rng.integers(1, 5, (1, 30)), np.array([30])
    leaf = torch.tensor(x, requires_grad=True)
    expected = ctc_loss(leaf, torch.tensor(y), torch.tensor(lengths))
    expected.backward()
    loss, dx = impl.ctc_loss(x, y, lengths)
    assert loss > 3000
    assert loss == pytest.approx(expected.item(), rel=1e-12)
    assert np.abs(dx - leaf.grad.numpy()).max() < 1e-10


@pytest.mark.needs_torch
def test_schedules_are_those_of_torch() -> None:
    """Step by step, as an optimizer goes through them."""
    import torch
    from torch.optim import lr_scheduler

    ours = {
        lambda o: lr_scheduler.StepLR(o, 3, 0.5): lambda rate, step: impl.step_schedule(rate, step, 3, 0.5),
        lambda o: lr_scheduler.ExponentialLR(o, 0.9): lambda rate, step: impl.exponential_schedule(rate, step, 0.9),
        lambda o: lr_scheduler.CosineAnnealingLR(o, 20, 0.01): lambda rate, step: impl.cosine_schedule(
            rate, step, 20, 0.01
        ),
        lambda o: lr_scheduler.LinearLR(o, 1 / 5, 1.0, 4): lambda rate, step: impl.warmup_schedule(rate, step, 5),
    }
    for made, schedule in ours.items():
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.4)
        scheduler = made(optimizer)
        for step in range(12):
            assert scheduler.get_last_lr()[0] == pytest.approx(schedule(0.4, step))
            optimizer.step()
            scheduler.step()


def test_pixels_that_are_dropped_on_their_own_are_told(judge_impl: Judge) -> None:
    """Dropout of elements handed in for that of channels."""

    def dropout2d_forward(x, dropout_param):
        out, cache = impl.dropout_forward(x, dropout_param)
        return out, cache

    results = judge_impl("dropout2d", dropout2d_forward=dropout2d_forward, dropout2d_backward=impl.dropout_backward)
    assert bad_checks(results) == {"dropout_scaling"}
    assert "a channel is kept or dropped as a whole" in results["dropout_scaling"].message


@pytest.mark.parametrize(
    ("name", "draw", "says"),
    [
        ("he_uniform", lambda i, o: np.random.randn(i, o) * (2 / i) ** 0.5, "where uniform ones of that spread end"),
        ("he_normal", lambda i, o: np.random.uniform(-1, 1, (i, o)) * (6 / i) ** 0.5, "where normal ones"),
        ("he_normal", lambda i, o: np.random.default_rng(1).normal(0, (2 / i) ** 0.5, (i, o)), "must draw anew"),
        ("he_normal", lambda i, o: np.random.randn(i, o) * (2 / o) ** 0.5, "standard deviation"),
        ("xavier_normal", lambda i, o: np.random.randn(i, 1) * np.ones(o) * (2 / (i + o)) ** 0.5, "columns"),
        ("xavier_normal", lambda i, o: np.random.randn(o, i) * (2 / (i + o)) ** 0.5, "shape"),
    ],
)
def test_what_is_wrong_with_initial_weights_is_told(judge_impl: Judge, name: str, draw: object, says: str) -> None:
    """Distribution, deviation, independence and shape."""
    results = judge_impl(name, **{name: draw})
    assert bad_checks(results) == {"forward"}
    assert says in results["forward"].message


def test_a_loss_that_is_reduced_otherwise_is_told_as_a_convention(judge_impl: Judge) -> None:
    """A sum for a mean is right under reduction=sum, and said to be."""

    def mse_loss(x, y):
        return np.square(x - y).sum(), 2 * (x - y)

    told = {result.diagnosis for result in judge_impl("mse_loss", mse_loss=mse_loss).values() if result.status.is_bad}
    assert "dialect:reduction=sum" in told

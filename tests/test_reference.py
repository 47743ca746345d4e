"""The reference is checked too: against torch's own modules, and its gradients against finite differences."""

from types import ModuleType

import numpy as np
import pytest

pytestmark = pytest.mark.needs_torch


@pytest.fixture(scope="module")
def torch() -> ModuleType:
    """Imported by the worker that runs these tests, and by no other."""
    return pytest.importorskip("torch")


def test_kept_elements_are_scaled_as_torch_scales_them(torch: ModuleType) -> None:
    """dropout_kept under torch's own mask is torch.nn.Dropout."""
    from gradproof.reference.dropout import dropout_kept

    x = torch.linspace(0.5, 2.0, 600, dtype=torch.float64)
    torch.manual_seed(0)
    out = torch.nn.Dropout(p=0.35)(x)
    assert torch.equal(out, torch.where(out != 0, dropout_kept(x, 0.65, inverted=True, training=True), 0.0))


def test_the_reference_leaves_torchs_generator_alone(torch: ModuleType) -> None:
    """The scale is drawn in a fork."""
    from gradproof.reference.dropout import torch_scale

    torch_scale.cache_clear()
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    torch_scale(0.123, torch.float64)
    assert torch.equal(torch.rand(1), expected)


@pytest.mark.parametrize("momentum", [0.1, 0.4])
def test_running_statistics_are_torchs_under_torchs_conventions(momentum: float, torch: ModuleType) -> None:
    """Unbiased variance and momentum as update fraction: BatchNorm1d over three batches, then eval."""
    from gradproof.reference.normalization import batchnorm_sequence

    rng = np.random.default_rng(0)
    batches = {name: rng.standard_normal((5, 3)) for name in ("x", "x_2", "x_3", "x_test")}
    start = {"running_mean": rng.standard_normal(3), "running_var": rng.uniform(1, 2, 3)}
    layer = torch.nn.BatchNorm1d(3, momentum=momentum, dtype=torch.float64)
    layer.running_mean, layer.running_var = (torch.tensor(start[name]) for name in ("running_mean", "running_var"))
    for name in ("x", "x_2", "x_3"):
        layer(torch.tensor(batches[name]))
    answers = batchnorm_sequence(
        {**batches, **start, "gamma": np.ones(3), "beta": np.zeros(3)},
        {"mode": "train", "momentum": momentum},
        ("x_2", "x_3"),
        {"dgamma": "gamma", "dbeta": "beta", "dx": "x"},
        keep_unbiased=True,
        momentum_is_update=True,
    )
    assert answers["running_mean_3"] == pytest.approx(layer.running_mean.numpy(), rel=1e-14)
    assert answers["running_var_3"] == pytest.approx(layer.running_var.numpy(), rel=1e-14)
    layer.eval()
    assert answers["test_out"] == pytest.approx(layer(torch.tensor(batches["x_test"])).detach().numpy(), rel=1e-13)


def test_the_hinge_is_the_textbook_one(torch: ModuleType) -> None:
    """Sum over the wrong classes, mean over the batch."""
    from gradproof.reference.losses import svm_loss

    x = torch.tensor([[1.0, 2.0, 0.5], [0.0, -1.0, 3.0]])
    y = torch.tensor([0, 2])
    by_hand = ((2 - 1 + 1) + (0.5 - 1 + 1) + 0 + 0) / 2
    assert float(svm_loss(x, y)) == pytest.approx(by_hand)


def test_a_wrong_gradient_of_the_reference_is_seen_by_finite_differences(monkeypatch: pytest.MonkeyPatch) -> None:
    """If reference and submission share a mistake, values agree; the slope of the forward does not."""
    from dataclasses import replace

    from conftest import bad_checks, local_session

    from gradproof import impl
    from gradproof.conformance.engine.runner import Plan, gather, judge
    from gradproof.conformance.oracle import computed
    from gradproof.conformance.oracle.oracle import TorchOracle
    from gradproof.conformance.spec.contracts import contract_named

    right = contract_named("affine")

    def doubled(case):
        answers = right.reference(case)
        return {**answers, "db": 2 * answers["db"]} if "db" in answers else answers

    wrong = replace(right, reference=doubled)
    monkeypatch.setattr(computed, "contract_named", lambda _name: wrong)

    def affine_backward(dout, cache):
        dx, dw, db = impl.affine_backward(dout, cache)
        return dx, dw, 2 * db

    plan, oracle = Plan((wrong,)), TorchOracle()
    session = local_session({"affine_forward": impl.affine_forward, "affine_backward": affine_backward})
    results = judge(gather(wrong, session, oracle, plan), oracle, plan)
    assert bad_checks({result.check: result for result in results}) == {"finite_difference"}


def test_log_sum_exp_always_shows_what_it_loses_at_huge_scores(torch: ModuleType) -> None:
    """Its float32 sum is max(x) to the last bit here, by luck: the float64 one is rounded at 4e-13, far from exact."""
    from gradproof.reference.losses import softmax_loss, softmax_loss_by_log_sum_exp

    def gradient(loss, dtype: torch.dtype) -> torch.Tensor:
        x = torch.tensor([[2272.5, 2258.0]], dtype=dtype, requires_grad=True)
        return torch.autograd.grad(loss(x, torch.tensor([1])), x)[0].double()

    lost32 = (gradient(softmax_loss_by_log_sum_exp, torch.float32) - gradient(softmax_loss, torch.float64)).abs().max()
    assert lost32 > 2000 * torch.finfo(torch.float32).eps
    difference = gradient(softmax_loss_by_log_sum_exp, torch.float64) - gradient(softmax_loss, torch.float64)
    assert difference.abs().max() < 4000 * torch.finfo(torch.float64).eps


def test_a_rectifier_near_0_is_answered_on_either_side() -> None:
    """A sum that is 0 but for rounding counts as negative in one run and as positive in another; else one is enough."""
    from gradproof.reference.networks import answers

    params = {"b1": np.zeros(2), "W2": np.array([[1.0, -1.0], [0.5, 0.5]]), "b2": np.zeros(2)}
    case = {**params, "x": np.array([[1.0, 1.0]]), "y": np.array([0])}
    near, clear = np.array([[0.5, 0.5], [-0.5, 0.5]]), np.array([[0.5, 0.5], [0.5, 0.5]])
    assert [bool(each["dW1"][:, 0].any()) for each in answers({**case, "W1": near})] == [False, False, True]
    assert len(list(answers({**case, "W1": clear}))) == 2

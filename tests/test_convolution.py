"""Convolution, pooling and spatial normalization: what the cases cover, what impl has beyond them."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from conftest import Functions, Judge, bad_checks, local_session

from gradproof import impl
from gradproof.conformance.checks.results import Status
from gradproof.conformance.engine.runner import Plan, gather, judge
from gradproof.conformance.oracle.oracle import DEFAULT_CASES
from gradproof.conformance.spec.cases import draw_case, normal
from gradproof.conformance.spec.contract import Drawn, Scenario
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.contracts.pooling import distinct
from gradproof.conformance.spec.conventions import Dialect

X = np.ones((2, 4, 5, 6))
W, B = np.ones((6, 4, 3, 3)), np.ones(6)
ONE = {"stride": 1, "pad": 0}
POOL = {"pool_height": 2, "pool_width": 2, "stride": 2}


# what is drawn


@pytest.mark.parametrize("contract", ["conv", "conv_fast"])
@pytest.mark.parametrize("seed", range(3))
def test_the_cases_of_a_convolution_cover_what_submissions_get_wrong(contract: str, seed: int) -> None:
    """Pads, strides, even and unequal kernels, one pixel, one channel, one filter, one sample, odd memory layouts."""
    cases = [draw_case(contract_named(contract), seed, index) for index in range(DEFAULT_CASES)]
    options = [case.scalar_options() for case in cases]
    assert {0, 1, 2} <= {option["pad"] for option in options}
    assert {1, 2, 3} == {option["stride"] for option in options if option["pad"]}
    shapes = [(case["x"].shape, case["w"].shape) for case in cases]
    assert any(x[2:] == (1, 1) for x, _ in shapes)
    assert any(x[2] != x[3] and w[2] != w[3] and w[2] % 2 == 0 for x, w in shapes)
    for axis in (0, 1):
        assert {x[axis] == 1 for x, _ in shapes} == {True, False}
        assert {w[axis] == 1 for _, w in shapes} == {True, False}
    assert any(not case["x"].flags.c_contiguous for case in cases)


@pytest.mark.parametrize("contract", ["conv", "max_pool", "avg_pool_fast"])
def test_every_stride_that_is_drawn_fits(contract: str) -> None:
    """Many texts assert so: what torch leaves over is no matter of a contract."""
    for index in range(60):
        case = draw_case(contract_named(contract), 5, index)
        options, sides = case.scalar_options(), case["x"].shape[2:]
        kernel = case["w"].shape[2:] if "w" in case.inputs else (options["pool_height"], options["pool_width"])
        assert all(
            (side + 2 * int(options.get("pad", 0)) - int(size)) % int(options["stride"]) == 0
            for side, size in zip(sides, kernel, strict=True)
        )


def test_the_strides_of_a_block_are_told_apart() -> None:
    """A convolution and a pooling each have one."""
    description = draw_case(contract_named("conv_relu_pool"), 0, 0).describe()
    assert ", stride=" in description.replace("; stride=", ", stride=")
    assert "pool_param.stride=" in description


# what impl has beyond the contracts, against torch


def both(choices: tuple[int, ...]) -> Callable[[np.random.Generator], tuple[int, int]]:
    """A number for the rows and one for the columns."""
    return lambda rng: (int(rng.choice(choices)), int(rng.choice(choices)))


def draw_extended(rng: np.random.Generator, _size: int, _dialect: Dialect) -> Drawn:
    """Pairs of strides, pads and dilations, groups, and images of any size: the last windows need not fit."""
    return draw_windows(rng, groups=int(rng.integers(1, 4)))


def draw_ungrouped(rng: np.random.Generator, _size: int, _dialect: Dialect) -> Drawn:
    """The same without groups, which the readable version does not have."""
    return draw_windows(rng, groups=1)


def draw_windows(rng: np.random.Generator, groups: int) -> Drawn:
    """Images of one size, windows of several."""
    options = {
        "stride": both((1, 2, 3))(rng),
        "pad": both((0, 1))(rng),
        "dilation": both((1, 2))(rng),
        "groups": groups,
    }
    x, w = normal(rng, 2, 2 * groups, 7, 8), normal(rng, 3 * groups, 2, *both((2, 3))(rng))
    out, _ = impl.conv_forward_fast(x, w, np.ones(3 * groups), options)
    return Drawn(
        {"x": x, "w": w, "b": normal(rng, 3 * groups), "dout": normal(rng, *out.shape)}, {"conv_param": options}
    )


def draw_pool_of_any_size(rng: np.random.Generator, _size: int, _dialect: Dialect) -> Drawn:
    """Pairs of strides, and rows and columns in no window."""
    height, width = both((2, 3))(rng)
    x = distinct(rng, (2, 2, 7, 8))
    param = {"pool_height": height, "pool_width": width, "stride": both((1, 2, 3))(rng)}
    out, _ = impl.avg_pool_forward_fast(x, param)
    return Drawn({"x": x, "dout": normal(rng, *out.shape)}, {"pool_param": param})


EXTENDED = {
    "conv": draw_ungrouped,
    "conv_fast": draw_extended,
    **dict.fromkeys(("max_pool", "max_pool_fast", "avg_pool", "avg_pool_fast"), draw_pool_of_any_size),
}


@pytest.mark.needs_torch
@pytest.mark.parametrize(("name", "draw"), EXTENDED.items(), ids=EXTENDED)
def test_pairs_groups_dilation_and_what_is_left_over_are_as_in_torch(
    name: str, draw: Callable[..., Drawn], impl_functions: Functions
) -> None:
    """Extensions of impl, judged as a contract is."""
    from gradproof.conformance.oracle.oracle import TorchOracle

    contract = replace(contract_named(name), scenarios=(Scenario("extended", draw),))
    plan, oracle = Plan((contract,), dialect=Dialect(pool_ties="first")), TorchOracle()
    results = judge(gather(contract, local_session(impl_functions), oracle, plan), oracle, plan)
    assert {result.check: result.message for result in results if result.status != Status.PASSED} == {}


@pytest.mark.parametrize("bytes_", [1, 400])
def test_the_size_of_a_block_changes_nothing_but_memory(
    monkeypatch: pytest.MonkeyPatch, judge_impl: Judge, bytes_: int
) -> None:
    """One image at a time, or some: the same out and gradients."""
    monkeypatch.setattr("gradproof.impl.convolution.BLOCK_BYTES", bytes_)
    assert bad_checks(judge_impl("conv_fast")) == set()


@pytest.mark.needs_torch
@pytest.mark.parametrize(("filter_size", "image"), [(1, (5, 4)), (2, (6, 5)), (4, (7, 9)), (5, (5, 8))])
def test_a_net_of_any_filter_and_image_is_torchs(filter_size: int, image: tuple[int, int]) -> None:
    """Even filters take a row and a column off, and the pooling drops what is left over."""
    from gradproof.conformance.oracle.yardstick import compare, unit
    from gradproof.reference.networks import answers

    net = impl.ThreeLayerConvNet((2, *image), 3, filter_size, 4, 5, weight_scale=0.5, reg=0.3, dtype=np.float64, seed=1)
    rng = np.random.default_rng(2)
    x, y = rng.standard_normal((3, 2, *image)), np.array([0, 4, 2])
    loss, grads = net.loss(x, y)
    got = {"scores": net.loss(x), "loss": np.asarray(loss), **{f"d{name}": value for name, value in grads.items()}}
    inputs = {"x": x, "y": y, **net.params}
    exact = next(answers(inputs, x.shape[1:], reg=0.3))
    single = {k: v.astype(np.float32) if v.dtype.kind == "f" else v for k, v in inputs.items()}
    rounded = next(answers(single, x.shape[1:], reg=0.3))
    assert got.keys() == exact.keys()
    for name, value in exact.items():
        assert compare(got[name], value, unit(value, [rounded[name]], "float64"), "float64").is_right, name


def test_a_new_net_has_the_published_shapes_and_guesses() -> None:
    """With small weights the loss is log C, and no penalty counts."""
    net = impl.ThreeLayerConvNet(seed=0)
    assert {name: value.shape for name, value in net.params.items()} == {
        "W1": (32, 3, 7, 7),
        "b1": (32,),
        "W2": (32 * 16 * 16, 100),
        "b2": (100,),
        "W3": (100, 10),
        "b3": (10,),
    }
    x = np.random.default_rng(0).standard_normal((4, 3, 32, 32))
    loss, _ = net.loss(x, np.arange(4))
    assert loss.dtype == np.float32
    assert abs(float(loss) - np.log(10)) < 1e-3


def test_a_solver_makes_a_net_learn_its_samples_by_heart() -> None:
    """Twenty images of noise with random labels."""
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((20, 2, 6, 5)), rng.integers(3, size=20)
    net = impl.ThreeLayerConvNet((2, 6, 5), 4, 3, 20, 3, weight_scale=0.1, seed=0)
    data = {"X_train": x, "y_train": y, "X_val": x, "y_val": y}
    solver = impl.Solver(
        net, data, update_rule="adam", optim_config={"learning_rate": 1e-2}, num_epochs=60, batch_size=10, seed=0
    )
    solver.train()
    assert solver.best_val_acc == 1


BAD_ARGUMENTS = {
    "images": (
        lambda: impl.conv_forward_naive(X[0], W, B, ONE),
        "x has shape (4, 5, 6), expected a non-empty (N, C,",
    ),
    "kernels": (lambda: impl.conv_forward_fast(X, W[0], B, ONE), "w has shape (4, 3, 3), expected a non-empty"),
    "naive_groups": (
        lambda: impl.conv_forward_naive(X, W[:, :2], B, {**ONE, "groups": 2}),
        "conv_forward_naive: x has 4 channels, w expects 2 in each of 1",
    ),
    "channels": (
        lambda: impl.conv_forward_fast(X, W[:, :3], B, ONE),
        "x has 4 channels, w expects 3 in each of 1",
    ),
    "bias": (lambda: impl.conv_forward_fast(X, W, B[:5], ONE), "b has shape (5,), expected (6,)"),
    "no_stride": (
        lambda: impl.conv_forward_naive(X, W, B, {"pad": 0}),
        "stride is None, expected an integer of 1",
    ),
    "no_pad": (
        lambda: impl.conv_forward_naive(X, W, B, {"stride": 1}),
        "pad is None, expected an integer of 0",
    ),
    "stride_0": (lambda: impl.conv_forward_fast(X, W, B, {"stride": 0, "pad": 0}), "stride is 0"),
    "half_a_pad": (lambda: impl.conv_forward_fast(X, W, B, {"stride": 1, "pad": 0.5}), "pad is 0.5"),
    "three_strides": (lambda: impl.conv_forward_fast(X, W, B, {"stride": (1, 1, 1), "pad": 0}), "or a pair of them"),
    "groups": (lambda: impl.conv_forward_fast(X, W, B, {**ONE, "groups": 3}), "groups is 3, expected a divisor of 4"),
    "groups_of_filters": (lambda: impl.conv_forward_fast(X, W[:, :1], B, {**ONE, "groups": 4}), "and 6 filters"),
    "large_kernel": (
        lambda: impl.conv_forward_naive(X[:, :, :2], W, B, ONE),
        "windows of 3 x 3 with dilation (1, 1) do not fit into an image of 2 x 6, padding included",
    ),
    "dilated_kernel": (lambda: impl.conv_forward_fast(X, W, B, {**ONE, "dilation": 3}), "dilation (3, 3) do not fit"),
    "conv_dout": (
        lambda: impl.conv_backward_fast(X, impl.conv_forward_fast(X, W, B, ONE)[1]),
        "dout has shape (2, 4, 5, 6), expected (2, 6, 3, 4)",
    ),
    "conv_dout_naive": (
        lambda: impl.conv_backward_naive(X, impl.conv_forward_fast(X, W, B, ONE)[1]),
        "conv_backward_naive: dout has shape",
    ),
    "pool_images": (lambda: impl.max_pool_forward_fast(X[0], POOL), "x has shape (4, 5, 6)"),
    "pool_size": (
        lambda: impl.avg_pool_forward_naive(X, {**POOL, "pool_width": 0}),
        "pool_width is (2, 0)",
    ),
    "pool_window": (lambda: impl.max_pool_forward_naive(X, {**POOL, "pool_height": 7}), "windows of 7 x 2"),
    "pool_dout": (
        lambda: impl.max_pool_backward_fast(X, impl.max_pool_forward_fast(X, POOL)[1]),
        "dout has shape (2, 4, 5, 6), expected (2, 4, 2, 3)",
    ),
    "G": (
        lambda: impl.spatial_groupnorm_forward(X, np.ones(4), np.ones(4), 3, {}),
        "spatial_groupnorm_forward: G is 3, expected a divisor of 4 channels",
    ),
    "no_group": (lambda: impl.spatial_groupnorm_forward(X, np.ones(4), np.ones(4), 0, {}), "G is 0"),
    "gamma": (lambda: impl.instancenorm_forward(X, np.ones(3), np.ones(3), {}), "gamma has shape (3,), expected (4,)"),
    "beta": (
        lambda: impl.spatial_groupnorm_forward(X, np.ones((1, 4, 1, 1)), np.ones(4), 2, {}),
        "beta has shape (4,), expected (1, 4, 1, 1)",
    ),
    "batchnorm_matrix": (
        lambda: impl.spatial_batchnorm_forward(X[0, 0], B, B, {"mode": "train"}),
        "spatial_batchnorm_forward: x has shape (5, 6), expected a non-empty (N, C, H, W)",
    ),
    "batchnorm_gamma": (
        lambda: impl.spatial_batchnorm_forward(X, np.ones((1, 4, 1, 1)), np.ones(4), {"mode": "train"}),
        "spatial_batchnorm_forward: gamma has shape (1, 4, 1, 1), expected (4,)",
    ),
    "groupnorm_dout": (
        lambda: impl.spatial_groupnorm_backward(
            X[:1], impl.spatial_groupnorm_forward(X, np.ones(4), np.ones(4), 2, {})[1]
        ),
        "spatial_groupnorm_backward: dout has shape (1, 4, 5, 6), expected (2, 4, 5, 6)",
    ),
    "net_size": (lambda: impl.ThreeLayerConvNet((3, 8, 8), filter_size=0), "a size is 0"),
    "net_image": (lambda: impl.ThreeLayerConvNet((3, 2, 8), filter_size=4), "nothing is left of an image of 2 x 8"),
    "net_filter": (lambda: impl.ConvNet((2, 2), (), (1, 2, 2), filter_size=4, pool=1), "ConvNet: windows of 4 x 4"),
    "net_filters": (lambda: impl.ConvNet(()), "filters is empty"),
    "net_features": (
        lambda: impl.ConvNet(input_dim=(1, 4, 6)).loss(np.zeros((2, 25))),
        "X has shape (2, 25), expected (N, 1, 4, 6) or each image as a row",
    ),
    "net_l2": (lambda: impl.ThreeLayerConvNet(l2="whole"), "l2 is 'whole', expected one of 'half', 'full'"),
}


@pytest.mark.parametrize(("call", "words"), BAD_ARGUMENTS.values(), ids=BAD_ARGUMENTS)
def test_a_bad_argument_is_a_value_error_that_says_what_was_expected(call: Callable[[], object], words: str) -> None:
    """Nothing broadcasts or truncates by accident."""
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the words are compared, brackets and all
        call()
    assert words in str(caught.value)


def test_a_nan_is_the_maximum_of_its_window_and_gets_its_gradient() -> None:
    """As torch has it, in both versions."""
    x = np.array([[[[1.0, np.nan], [3.0, 2.0]]]])
    for version in ("naive", "fast"):
        out, cache = getattr(impl, f"max_pool_forward_{version}")(x, POOL)
        assert np.isnan(out).all()
        dx = getattr(impl, f"max_pool_backward_{version}")(np.array([[[[5.0]]]]), cache)
        assert dx.tolist() == [[[[0.0, 5.0], [0.0, 0.0]]]]

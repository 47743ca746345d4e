"""Whole networks: scores, loss, every gradient, running statistics after several steps, dropout with given masks."""

from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from typing import Any

from gradproof.conformance.spec import network_styles
from gradproof.conformance.spec.contract import (
    Case,
    Contract,
    Exercise,
    Function,
    Kind,
    Observations,
    Scenario,
    Subject,
    answered_in_order,
    scalar_loss,
)
from gradproof.conformance.spec.contracts import dropout
from gradproof.conformance.spec.contracts.networks.classes import class_functions
from gradproof.conformance.spec.contracts.networks.convolutional import draw_conv_net, draw_deep, roundings_conv_net
from gradproof.conformance.spec.contracts.networks.draws import LATER_STEPS, draw_net
from gradproof.conformance.spec.contracts.networks.in_use import (
    deep,
    in_use,
    many_samples,
    of_pixels,
    or_used,
    steps_before,
    wide,
)
from gradproof.conformance.spec.contracts.networks.initial import (
    STARTS,
    is_initial,
    or_made,
    or_made_lists,
    start_as_they_should,
    starting,
    starting_on_images,
)
from gradproof.conformance.spec.contracts.networks.masks import (
    DRAWN,
    SCALING,
    anew_each_step,
    draw_own_masks,
    with_given_masks,
)
from gradproof.conformance.spec.contracts.networks.scenarios import (
    HUGE,
    LOST,
    PENALISED,
    REGS,
    dropped,
    huge_scores,
    normalized_scenarios,
    overflowing,
    used,
    with_reg,
)
from gradproof.conformance.spec.in_use.not_a_number import lost

LAYERS = 12  # at most
KINDS = ("W", "b", "gamma", "beta")


def exercise(class_name: str, build: Callable[[Subject, str, Case], network_styles.Net]) -> Exercise:
    """Build the network, fill it, take its scores, loss and gradients; with batch norm, take further steps first."""

    def ask(subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
        net = build(subject, class_name, case)
        misfit = net.misfit if isinstance(net, network_styles.DictNet) else None
        try:
            yield from told(subject, case, net)
        except Exception:
            if misfit is None:
                raise
        if misfit is not None:
            subject.end(Kind.MADE_SHAPE, class_name, **misfit)

    def told(subject: Subject, case: Case, net: network_styles.Net) -> Iterator[tuple[str, object]]:
        if "x_test" not in case.inputs:
            scores = net.scores("x")
            subject.script.append('got["scores"] = scores')
            yield "scores", scores
        for name, value in net.loss("x", "y"):
            subject.script.append(f'got["{name}"] = {net.expression(name)}')
            yield name, value
        if "x_test" not in case.inputs:
            return
        for step in range(2, 2 + LATER_STEPS):
            net.scores("x_test")
            for _ in net.loss(f"x_{step}", f"y_{step}"):
                pass
        scores = net.scores("x_test")
        subject.script.append('got["test_scores"] = scores')
        yield "test_scores", scores

    return ask


def roundings(case: Case) -> Iterator[Observations]:
    """The torch network with the same parameters, and its other stable formulas; nothing, where chance has its part."""
    if is_initial(case) or case.scenario == "own_masks":
        return iter(())
    options, dialect = case.scalar_options(), case.dialect
    p = float(options.get("dropout", 1.0 if dialect.dropout_p == "keep" else 0.0))
    answers: Iterator[Observations] = import_module("gradproof.reference.networks").answers(
        case.inputs,
        before=steps_before(case),
        normalization=options.get("normalization"),
        reg=float(options.get("reg", 0.0)),
        l2=dialect.l2,
        keep=p if dialect.dropout_p == "keep" else round(1 - p, 6),
        inverted=dialect.dropout == "inverted",
        keep_unbiased=dialect.running_variance == "unbiased",
    )
    return answers


def asked(cls: str) -> Exercise:
    """The exercise of a network of the dictionary style."""
    return or_used(cls, network_styles.build, exercise(cls, partial(network_styles.build, puts_right=True)))


OBSERVES = {
    "scores": "forward",
    "loss": "forward",
    **{f"d{kind}{i}": "gradient" for i in range(1, LAYERS + 1) for kind in KINDS},
}
AFTER_STEPS = {"test_scores": "running_statistics"}  # of batch norm, after further training steps
GRADIENTS = {f"d{kind}{i}": f"{kind}{i}" for i in range(1, LAYERS + 1) for kind in KINDS}
LAYERS_BELOW = ("affine", "relu", "softmax_loss")
CONV_LAYERS_BELOW = ("conv", "conv_fast", "max_pool", "max_pool_fast", "conv_relu_pool", "affine_relu")


def network(name: str, cls: str, scenarios: tuple[Scenario, ...], **fields: Any) -> Contract:
    """The row of a network of the dictionary style; ``fields`` are those in which it differs from the plain one."""
    plain = {
        "functions": class_functions(cls),
        "exercise": or_made(cls, asked(cls)),
        "properties": start_as_they_should,
        "also": ("W", *STARTS),
        "dialects": ("l2",),
        "builds_on": LAYERS_BELOW,
        "marks": ((f"{cls}.loss",),),
        "observes": OBSERVES,
        "advisory": ("stability",),  # the loss's own contract counts it
        **answered_in_order(roundings),
    }
    return Contract(
        name=name,
        scenarios=scenarios,
        gradients=GRADIENTS,
        objective="loss",
        upstream=scalar_loss,
        transplants=True,
        **{**plain, **fields},
    )


def normalized(name: str, normalization: str, keywords: tuple[str, ...], *others: Scenario, **fields: Any) -> Contract:
    """The row of a network with a normalization after every hidden affine layer."""
    return network(
        name,
        "FullyConnectedNet",
        (*normalized_scenarios(normalization), *others),
        marks=(("FullyConnectedNet.loss",), _knows(*keywords)),
        **fields,
    )


def with_dropout(name: str, scenarios: tuple[Scenario, ...], *marks: tuple[str, ...], **fields: Any) -> Contract:
    """The row of a network with dropout, which is given its masks."""
    return network(
        name,
        "FullyConnectedNet",
        scenarios,
        functions=(*class_functions("FullyConnectedNet"), dropout.FORWARD, dropout.BACKWARD),
        borrowed=("dropout_forward", "dropout_backward"),
        exercise=with_given_masks(asked("FullyConnectedNet")),
        marks=(
            ("FullyConnectedNet.loss",),
            _knows("dropout", "dropout_keep_ratio"),
            ("dropout_forward",),
            *marks,
        ),
        **fields,
    )


def _knows(*keywords: str) -> tuple[str, ...]:
    return tuple(f"FullyConnectedNet({keyword})" for keyword in keywords)


BATCHNORM, LAYERNORM = ("normalization", "use_batchnorm"), ("normalization",)
NO_BIASES = tuple(f"db{i}" for i in range(1, LAYERS))  # batch normalization takes them out again
CONTRACTS = (
    network("fully_connected_net", "FullyConnectedNet", with_reg((1, 2, 3))),
    normalized(
        "batchnorm_net",
        "batchnorm",
        BATCHNORM,
        dialects=("l2", "running_variance"),
        observes={**OBSERVES, **AFTER_STEPS},
        vanishes=NO_BIASES,
        builds_on=(*LAYERS_BELOW, "batchnorm", "batchnorm_alt", "fully_connected_net"),
    ),
    normalized(
        "layernorm_net",
        "layernorm",
        LAYERNORM,
        Scenario("three_hidden", draw_net((3,), 1, "layernorm")),
        starting((2,), "layernorm"),
        builds_on=(*LAYERS_BELOW, "layernorm", "fully_connected_net"),
    ),
    with_dropout(
        "dropout_net",
        (*dropped(), Scenario("own_masks", draw_own_masks, smooth=False, repeatable=False)),
        properties=anew_each_step,
        observes={**OBSERVES, DRAWN: SCALING},
        dialects=("dropout_p", "dropout"),
        builds_on=(*LAYERS_BELOW, "dropout", "fully_connected_net"),
    ),
    with_dropout(
        "dropout_batchnorm_net",
        dropped("batchnorm"),
        _knows(*BATCHNORM),
        dialects=("dropout_p", "dropout"),
        observes={**OBSERVES, **AFTER_STEPS},
        vanishes=NO_BIASES,
        builds_on=(*LAYERS_BELOW, "batchnorm", "batchnorm_alt", "dropout", "batchnorm_net", "dropout_net"),
    ),
    with_dropout(
        "dropout_layernorm_net",
        dropped("layernorm"),
        _knows(*LAYERNORM),
        dialects=("dropout_p", "dropout"),
        builds_on=(*LAYERS_BELOW, "layernorm", "dropout", "layernorm_net", "dropout_net"),
    ),
    network(
        "three_layer_conv_net",
        "ThreeLayerConvNet",
        (
            Scenario("ordinary", draw_conv_net(), share=3),
            Scenario("penalised", draw_conv_net(REGS), share=2, hint=PENALISED),
            overflowing(draw_conv_net(last_scale=HUGE)),
            starting_on_images(),
            in_use(draw_conv_net(REGS), places=(16, 19)),
            lost(draw_conv_net(), "b", LOST),
        ),
        **answered_in_order(roundings_conv_net),
        builds_on=(*CONV_LAYERS_BELOW, *LAYERS_BELOW),
    ),
    network(
        "conv_net",
        "ConvNet",
        (
            Scenario("images", draw_deep(is_signal=False), share=2),
            Scenario("signals", draw_deep(is_signal=True)),
            starting_on_images(is_scaled=False),
            in_use(draw_deep(is_signal=False), draw_deep(is_signal=True), places=(16, 19)),
            lost(draw_deep(is_signal=False), "b", LOST),
        ),
        **answered_in_order(roundings_conv_net),
        builds_on=(*CONV_LAYERS_BELOW, *LAYERS_BELOW),
        marks=(("ConvNet(filters)",), ("ConvNet(pool)",), ("ConvNet.loss",)),
    ),
    network("shallow_layer_net", "ShallowLayerNet", with_reg((1,), is_flat=True)),
    network("two_layer_net", "TwoLayerNet", with_reg((1,), is_flat=True)),
    network(
        "list_net",
        "Network",
        (
            Scenario("ordinary", draw_net((1, 2), row_biases=True, is_flat=True), share=3),
            huge_scores((1, 2), row_biases=True, is_flat=True),
            starting((1, 2), is_list=True),
            used((1, 3), is_flat=True, row_biases=True),
            deep(regs=(0.0,), row_biases=True),
            of_pixels((1, 2), is_flat=True, row_biases=True),
            many_samples(row_biases=True),
            wide(row_biases=True),
            lost(draw_net((1, 2), row_biases=True, is_flat=True), "b", LOST),
        ),
        functions=(
            Function("Network", ("sizes",), ("net",)),
            Function("Network.forward", ("x",), ("scores",)),
            Function("Network.backward", ("x", "y"), ("loss", "dws", "dbs")),
        ),
        exercise=or_made_lists(
            or_used("Network", network_styles.build_lists, exercise("Network", network_styles.build_lists))
        ),
        dialects=(),
        builds_on=(*LAYERS_BELOW, "softmax_cross_entropy"),
        marks=(("Network.forward",), ("Network.backward",)),
    ),
)

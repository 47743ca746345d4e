"""Linear classifiers as functions of their weights: svm and softmax, naive and vectorized."""

from collections.abc import Mapping

import numpy as np

from gradproof.conformance.spec.cases import KINK_DISTANCE, Array
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.in_use.draws import CLASSES_HINT, MANY_CLASSES, with_the_last_class
from gradproof.conformance.spec.in_use.not_a_number import losing
from gradproof.conformance.spec.open_row.declared import Accept, Variant
from gradproof.conformance.spec.open_row.ranges import integers, normal
from gradproof.conformance.spec.open_row.reference import Later
from gradproof.conformance.spec.open_row.row import contract, scenario

FAR_HINT = "scores of 1,000: the largest of each row must be taken out before exp, and no share is given to a logarithm"
STRENGTHS = (0.5, 0.03, 5e-4)


def margins_are_clear(inputs: Mapping[str, Array]) -> bool:
    """Whether some margin is violated, and none lies at the kink."""
    scores, y = inputs["X"] @ inputs["W"], inputs["y"]
    margins = scores - np.take_along_axis(scores, y[:, np.newaxis], axis=1) + 1
    others = margins[np.arange(scores.shape[1]) != y[:, np.newaxis]]
    return bool((others > 0).any() and np.abs(others).min() > KINK_DISTANCE)


def some_are_wrong(inputs: Mapping[str, Array]) -> bool:
    """Whether a sample is given to another class than its own."""
    return bool(((inputs["X"] @ inputs["W"]).argmax(axis=1) != inputs["y"]).any())


MANY = scenario(
    "many_classes", sizes={"N": 2, "D": 1, "C": MANY_CLASSES[0]}, arrange=with_the_last_class("W"), hint=CLASSES_HINT
)


def classifier(
    name: str, function: str, accept: Accept | None = None, other: str = "", scenarios: tuple[Variant, ...] = ()
) -> Contract:
    """The row of one of them."""
    return contract(
        name=name,
        inputs={"W": normal("D C>=2", scale=0.5), "X": "N D", "y": integers("N", below="C")},
        returns={"loss": ""},
        joint=True,
        wrt=["W"],
        options={"reg": STRENGTHS},
        dialects=["classifier_l2"],
        accept=accept,
        alternatives=[Later("classifiers_linear", other)] if other else [],
        scenarios=(*scenarios, MANY),
        advisory=["stability"],
    )(Later("classifiers_linear", function))


def of_softmax(name: str) -> Contract:
    """Cross-entropy; scores of 1,000 besides."""
    far = scenario(
        "far",
        X=normal("N>=2 D>=2", scale=1000.0),
        check="stability",
        smooth=False,
        hint=FAR_HINT,
        accept=some_are_wrong,
    )
    return losing(classifier(name, "softmax", other="softmax_by_log_sum_exp", scenarios=(far,)), "X")


CONTRACTS = (
    classifier("svm_loss_naive", "svm", margins_are_clear, other="svm_margin_by_margin"),
    classifier("svm_loss_vectorized", "svm", margins_are_clear, other="svm_margin_by_margin"),
    of_softmax("softmax_loss_naive"),
    of_softmax("softmax_loss_vectorized"),
)

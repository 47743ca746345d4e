"""Edits that put functions, factors and terms in another order, or count and choose places otherwise."""

import ast
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from conftest import Judge, others

from gradproof import impl
from gradproof.conformance.diagnosis.search import wider
from gradproof.conformance.diagnosis.search.scope import Scope
from gradproof.conformance.diagnosis.search.statements import throughout
from gradproof.conformance.diagnosis.search.widening import forms, labels, numbers, orders, places, shares
from gradproof.conformance.diagnosis.simulation import same_choices

SCOPE = Scope(arrays={"y": {1: (2,)}, "p": {1: (2,)}, "x": {1: (2, 3)}}, scalars={"group": True, "depth": True})


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("np.mean(np.log(p))", "np.log(np.mean(p))"),
        ("np.log(p).mean(axis=1)", "np.log(np.mean(p, axis=1))"),
        ("o * np.tanh(c)", "np.tanh(o * c)"),
        ("x / np.sqrt(v + eps)", "x / np.sqrt(v) + eps"),
        ("m / root + decay * w", "(m + decay * w) / root"),
        ("i * g", "i + g"),
        ("fan_in + fan_out", "fan_in * fan_out"),
        ("dh[:, t] + carried", "carried if t < dh.shape[1] - 1 else dh[:, t]"),
        ("dx, dgamma = norm_backward(dout, cache)", "(dout, *norm_backward(dout, cache)[1:])"),
    ],
)
def test_another_order_is_an_edit(text: str, other: str) -> None:
    """Of functions, of what is in one and what is not, of a sum and a quotient; one of two that come together."""
    assert other in others(text, lambda node, parent, _field: orders.of(node, parent))


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("first = group * depth", "0"),
        ("i * n // k", "-(-(i * n) // k)"),
        ("step // size", "min(step // size, 1)"),
        ("out != 0", "out > 0"),
        ("out = h @ w", "np.maximum(0, h @ w)"),
    ],
)
def test_what_is_counted_or_limited_otherwise_is_an_edit(text: str, other: str) -> None:
    """The first place in any case, rounded up, once at most, above 0, rectified."""
    assert other in others(text, lambda node, parent, field: numbers.of(node, parent, field, SCOPE))


def test_other_rows_words_and_batches_are_edits() -> None:
    """The columns of all labels, the word before, all batches but the first, the first sample for all."""
    assert "x[:, y]" in others("x[rows, y]", lambda node, parent, _field: labels.of(node, parent))
    assert "y - 1" in others("W[y]", lambda node, parent, _field: places.of(node, parent, SCOPE))
    assert "range(size, N, size)" in others("range(0, N, size)", lambda node, parent, _field: forms.of(node, parent))
    assert "d[:1]" in others("d.sum(axis=0, keepdims=True)", lambda node, parent, _field: shares.of(node, parent))


def test_labels_and_what_they_are_not_are_exchanged() -> None:
    """``y`` and ``1 - y`` at once, where both are there."""
    statement = ast.parse("each = y * np.log(p) + (1 - y) * np.log(q)").body[0]
    assert "each = (1 - y) * np.log(p) + y * np.log(q)" in {ast.unparse(e) for _, e in throughout(statement, SCOPE)}


def test_a_number_is_not_divided_by_itself() -> None:
    """It would be 1, which explains by chance whatever is 1."""
    scope = Scope(scalars={"rate": False, "gamma": False})
    found = others("r = rate + 1", lambda node, parent, field: wider.of(node, parent, field, scope))
    assert "rate / gamma" in found
    assert "rate / rate" not in found


def _told(predicted: list[int]) -> Any:
    arrays = {"scores": np.array([[3.0, 1.0, 2.0], [1.0, 2.0, 3.0]]), "predicted": np.array(predicted)}
    return SimpleNamespace(observed=SimpleNamespace(arrays=arrays))


@pytest.mark.parametrize(("predicted", "is_alike"), [([1, 0], True), ([2, 0], False), ([0, 2], False)])
def test_who_predicts_other_classes_does_not_predict_the_lowest(predicted: list[int], is_alike: bool) -> None:
    """The classes have the ranks that the lowest scores have, or the mistake is another."""
    assert same_choices(_told(predicted), (_told([1, 0]),)) is is_alike


def _noting(when: Callable[[list[float], float], list[float]]) -> type[impl.Network]:
    class Network(impl.Network):
        def train(self, training_data: Any, validation_data: Any, *settings: Any) -> list[float]:
            before = self.evaluate(validation_data)
            return when(super().train(training_data, validation_data, *settings), before)

    return Network


def test_an_accuracy_that_is_noted_before_its_epoch_is_told(judge_impl: Judge) -> None:
    """Who notes it after the epoch, or nothing, is told nothing."""
    late = judge_impl("list_training", Network=_noting(lambda after, before: [before, *after[:-1]]))
    assert "is noted before it" in late["training"].message
    none = judge_impl("list_training", Network=_noting(lambda _after, _before: []))
    assert "is noted before it" not in none["training"].message


def test_an_accuracy_that_is_noted_at_every_batch_is_told(judge_impl: Judge) -> None:
    """Two numbers of every epoch, whatever its batches, are no such history."""

    def training(per_epoch):
        class Network(impl.Network):
            def train(self, training_data, validation_data, learning_rate=1, epochs=50, batch_size=100):
                told = super().train(training_data, validation_data, learning_rate, epochs, batch_size)
                return np.repeat(told, per_epoch(-(-len(training_data[0]) // batch_size))).tolist()

        return judge_impl("list_training", Network=Network)["training"]

    assert "after every batch" in training(lambda batches: batches).message
    assert not training(lambda _batches: 2).status.is_bad

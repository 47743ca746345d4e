"""A search ends after so many calls, the same on every machine; what it gained with the sixth lot of bugs is told."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from conftest import Judge, hinted, others

from gradproof import impl
from gradproof.conformance.diagnosis.search import looking, wider
from gradproof.conformance.diagnosis.search.scope import Scope

SCOPE = Scope(
    arrays={"h": {1: (2, 3, 5)}, "a": {1: (2, 5)}, "out": {1: (2, 3, 4, 4)}},
    scalars={"pad": True, "share": False, "L": True, "word": True},
)


@contextmanager
def garbage_often_collected() -> Iterator[None]:
    """And Python told of it each time, as Hypothesis asks for."""
    often, told = gc.get_threshold(), lambda *_: None
    gc.callbacks.append(told)
    gc.set_threshold(1)
    try:
        yield
    finally:
        gc.set_threshold(*often)
        gc.callbacks.remove(told)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("np.tanh(a)", "np.maximum(a, 0)"),
        ("np.sign(a)", "np.maximum(np.sign(a), 0)"),
        ("np.pad(a, ((0, 0), (pad, pad)))", "(2 * pad, 0)"),
        ("np.pad(a, ((0, 0), (pad, pad)))", "((0, 0), (1, 1))"),
        ("range(L)", "range(1, L)"),
        ("np.var(a, axis=-1)", "np.var(a, axis=0)"),
        ("np.mean(a, axis=2)", "np.mean(a, axis=(1, 2))"),
        ("np.sqrt(np.sum(a ** 2))", "np.max(np.abs(a))"),
        ("y = a * share", "share ** 2"),
        ("y = out[:, :, pad:L - pad]", "out"),
        ("y = h", "np.concatenate((np.zeros_like(h[:, :1]), h[:, :-1]), axis=1)"),
        ("dW[word] = a", "0"),
        ("dx[i:i + L, j:j + L] += a", "(i:i + 1, j:j + 1)"),
    ],
)
def test_what_was_met_is_an_edit(text: str, other: str) -> None:
    """Another activation, one side of a sign, a pad before or written out, a layer skipped, axes, norms and steps."""
    assert other in others(text, lambda node, parent, field: wider.of(node, parent, field, SCOPE))


def test_zeros_among_right_numbers_tell_something(judge_impl: Judge) -> None:
    """The slope of what lies below its target is 0: no wrong number is another one."""

    def l1_loss(x, y):
        loss, dx = impl.l1_loss(x, y)
        return loss, np.maximum(dx, 0)

    assert "without `- (error < 0)`" in hinted(judge_impl("l1_loss", l1_loss=l1_loss))


def test_a_branch_alone_is_told_as_one(judge_impl: Judge) -> None:
    """Index -1 reads the last state where there is none before the first step."""

    def backward(dh, cache):
        dx, dh0, dwx, _, db = impl.rnn_backward(dh, cache)
        states = np.stack([step[-1] for step in cache], axis=1)
        dwh, carried = np.zeros_like(cache[0][3]), np.zeros_like(dh[:, 0])
        for t in reversed(range(dh.shape[1])):
            da = (dh[:, t] + carried) * (1 - states[:, t] ** 2)
            dwh += states[:, t - 1].T @ da
            carried = da @ cache[0][3].T
        return dx, dh0, dwx, dwh, db

    assert "`h[:, t - 1]` in any case" in hinted(judge_impl("rnn", rnn_backward=backward))


def test_a_search_ends_after_so_many_calls(judge_impl: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    """With nothing to spend nothing is found; what is spent is counted and not timed, and so the same each time."""
    made: list[looking.Budget] = []
    budget = looking.Budget

    def kept(left: int) -> looking.Budget:
        made.append(budget(left))
        return made[-1]

    def backward(dout, x):
        return dout * (1 + np.tanh(x) ** 2)

    monkeypatch.setattr(looking, "Budget", kept)
    results = [judge_impl("tanh", tanh_backward=backward)]
    with garbage_often_collected():
        results.append(judge_impl("tanh", tanh_backward=backward))
    assert all("with + in place of -" in hinted(each) for each in results)
    assert made[0].left == made[-1].left < looking.MOST_CALLS
    monkeypatch.setattr(looking, "MOST_CALLS", 0)
    told = (cast("str | None", each.diagnosis) for each in judge_impl("tanh", tanh_backward=backward).values())
    assert not any("edit" in (name or "") for name in told)


def test_of_a_network_a_part_leaves_half_to_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many edits explain a part: one that explains all may be less plain, and is looked for as well."""
    had: dict[tuple[float, str], int] = {}

    class Spending:
        attempts = dict.fromkeys((0, 3), ())

        def __init__(self, _accused: object, _way: object, _dialect: object, budget: looking.Budget, _sought: object):
            self.budget = budget

        def matches(self, level: float, change: str) -> list[looking.Match]:
            had[level, change] = self.budget.left
            self.budget.left = 0 if change == "some" else self.budget.left
            return []

    record = SimpleNamespace(case=SimpleNamespace(dialect=None), observed=SimpleNamespace(arrays={"out": 1}))
    exam = SimpleNamespace(records=[record], contract=SimpleNamespace(transplants=True))
    for name, stub in (("_Search", Spending), ("ways_of", lambda *_: ("way",)), ("way_of_impl", lambda *_: ())):
        monkeypatch.setattr(looking, name, stub)
    monkeypatch.setattr(looking, "can_explain", lambda *_: True)
    looking.matches(cast("Any", SimpleNamespace(exam=exam)), frozenset({(0, "out")}))
    assert had[0, "some"] == had[3, "all"] == looking.MOST_CALLS_OF_A_NETWORK // 2

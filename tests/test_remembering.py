"""What a right way's first calls give is given again, as long as nothing that they go through is edited."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from gradproof.conformance.diagnosis.remembering import Recalling, Remembering

MADE: list[str] = []


def doubled(x: Any) -> Any:
    """A step within the forward."""
    return x * 2


def forward(x: Any) -> Any:
    """Keeps its argument and a step of its own."""
    MADE.append("forward")
    out = doubled(x)
    return out + 1, (x, out)


@dataclass(frozen=True)
class Cache:
    """What is handed on."""

    x: np.ndarray
    out: np.ndarray


def by_fields(x: Any) -> Any:
    """Keeps the same by its name."""
    return Cache(x, doubled(x))


def backward(cache: Any) -> Any:
    """Spoils what it was handed, as an edit may."""
    MADE.append("backward")
    x, out = cache if isinstance(cache, tuple) else (cache.x, cache.out)
    x += 1
    out[...] = 0
    return out + x


def counting(x: Any, param: Any) -> Any:
    """Writes to what it was handed."""
    param["calls"] = param.get("calls", 0) + 1
    return x + 0


def turned(x: Any) -> Any:
    """Gives its argument, seen otherwise."""
    return x.T


def separate(x: Any) -> Any:
    """Gives every second column."""
    return doubled(x)[:, ::2]


def something(x: Any) -> Any:
    """Gives what nobody can copy."""
    return iter(x)


FUNCTIONS: tuple[Any, ...] = (doubled, forward, by_fields, backward, counting, turned, separate, something)
X = np.arange(6.0).reshape(2, 3)


def remembered(*steps: Callable[..., Any]) -> Remembering:
    """What each of these gives, which is handed what the one before gave last."""
    calls = Remembering({function.__code__: function for function in FUNCTIONS})
    handed: Any = X.copy()
    for step in steps:
        value: Any = calls.made(step.__name__, step, (handed, {}) if step is counting else (handed,))
        handed = value[-1] if isinstance(value, tuple) else value
    MADE.clear()
    return calls


def made(calls: Recalling, step: Callable[..., Any], *arguments: object) -> Any:
    """A step, given again or made."""
    return calls.made(step.__name__, step, arguments)


def test_a_call_is_given_again_and_not_made() -> None:
    """With this run's own arguments where the value holds them; what spoils it spoils no other run."""
    calls = remembered(forward).calls
    for _ in range(2):
        again, x = Recalling(calls), X.copy()
        out, cache = made(again, forward, x)
        assert np.array_equal(out, 2 * X + 1)
        assert cache[0] is x
        assert np.array_equal(cache[1], 2 * X)
        assert np.array_equal(made(again, backward, cache), X + 1)
    assert MADE == ["backward", "backward"]


def test_what_is_kept_by_fields_is_given_again() -> None:
    """As the caches of our own layers are: each run has one of its own."""
    calls = remembered(by_fields).calls
    for _ in range(2):
        again, x = Recalling(calls), X.copy()
        cache = made(again, by_fields, x)
        assert cache.x is x
        assert np.array_equal(made(again, backward, cache), X + 1)


def test_an_edit_of_what_it_goes_through_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be it a step within it. As it was again, it is given again."""
    calls = remembered(forward).calls
    with monkeypatch.context() as patched:
        patched.setattr(doubled, "__code__", (lambda x: x * 3).__code__)
        out, _ = made(Recalling(calls), forward, X)
        assert np.array_equal(out, 3 * X + 1)
    made(Recalling(calls), forward, X)
    assert MADE == ["forward"]


def test_an_edit_of_what_comes_later_is_made_on_what_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what comes after it is made as well."""
    calls = remembered(forward, backward, doubled).calls
    assert [call.name for call in calls] == ["forward"]
    monkeypatch.setattr(backward, "__code__", (lambda cache: cache[1] - 1).__code__)
    again = Recalling(calls)
    _, cache = made(again, forward, X.copy())
    assert np.array_equal(made(again, backward, cache), 2 * X - 1)
    assert MADE == []


@pytest.mark.parametrize("step", [counting, turned, separate, something])
def test_what_something_else_may_come_of_is_not_remembered(step: Callable[..., Any]) -> None:
    """A write to an argument, an argument seen otherwise, gaps in memory, what cannot be copied; nor what follows."""
    assert [call.name for call in remembered(doubled, step, list).calls] == ["doubled"]

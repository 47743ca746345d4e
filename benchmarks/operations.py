"""How well closeness without a tolerance tells right operations from wrong ones, beside what is usual.

    python benchmarks/operations.py [--only softmax] [--verbose]

Each of the operations of ``operation_formulas.py`` is implemented rightly in three hands and more: NumPy, in the dtype
and with float64 inside and with sums one element after the other; torch's own kernel; JAX and the ONNX reference
evaluator, where they are installed. Wrong implementations are made of each text systematically: every edit of
``gradproof power``, constants a thousandth off, the last term of each sum, the last element of the result, that of its
neighbour; and sums, functions or inputs in bfloat16, float16 and, for float64, in float32.

Whether an edit is wrong is asked in float64: it is, if it is off by more than 1e-9 of the right values there, and of
what each right hand gives: where an operation jumps, right hands fall on either side. Less
precision is wrong where it is more than ten times as far off as each of the right hands on the same inputs; where it is
not, nobody could tell it.

The judges are the yardstick by ``gradproof.allowed_error``, ``torch.testing.assert_close`` with its defaults, and
``numpy.allclose`` with both of its numbers 1e-2, and 1e-5. The last three are given torch's values in the same dtype.
A wrong implementation is caught if it is refused on one of the inputs, a false alarm is a right one that is.
"""

import argparse
import ast
import inspect
import textwrap
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

import numpy as np
import operation_formulas as operations
import torch

import gradproof as gp
from gradproof.conformance.diagnosis.search.operators import expressions
from gradproof.conformance.oracle import yardstick
from gradproof.conformance.spec.cases import generator

Array = np.ndarray[Any, np.dtype[Any]]
DRAWS = (
    ("float32", ""),
    ("float32", "far"),
    ("float32", "small"),
    ("float32", "grid"),
    ("float64", ""),
    ("float64", "far"),
    ("float64", "grid"),
    ("float16", ""),
)
MOST_EDITS = 14  # of each operation
WRONG, FURTHER = 1e-9, 10.0
ROUGH, FINE = 1e-2, 1e-5


def rounded(value: Any, to: str) -> Any:
    """Values as they are in a narrower dtype, in their own."""
    value = np.asarray(value)
    if to == "bfloat16":  # which NumPy has not
        return torch.from_numpy(np.array(value)).bfloat16().to(torch.float64).numpy().astype(value.dtype)
    return value.astype(to).astype(value.dtype)


class Written:
    """The functions of the formulas, in NumPy."""

    def erf(self, x: Array) -> Any:
        """By torch, in the dtype."""
        return torch.erf(torch.from_numpy(np.array(x))).numpy()

    def erfc(self, x: Array) -> Any:
        """Likewise."""
        return torch.erfc(torch.from_numpy(np.array(x))).numpy()

    def sqrt(self, x: Any) -> Any:
        """Of a number too, which keeps no dtype."""
        return float(np.sqrt(x)) if isinstance(x, float) else np.sqrt(x)

    def triu(self, size: int, like: Array) -> Array:
        """Ones on and above the diagonal."""
        return np.triu(np.ones((size, size), like.dtype))

    def sum(self, x: Array, axis: Any = None, keepdims: bool = False) -> Any:
        """The sum."""
        return np.sum(x, axis=axis, keepdims=keepdims)

    def mean(self, x: Array, axis: Any = None, keepdims: bool = False) -> Any:
        """The mean, by the sum."""
        return self.sum(x, axis, keepdims) / (x.size // max(self.sum(x, axis).size, 1))

    def __getattr__(self, name: str) -> Any:
        """NumPy's own."""
        return getattr(np, name)


class InOrder(Written):
    """Sums one element after the other, each rounded to ``to``; without its last ``less`` elements."""

    def __init__(self, to: str = "", less: int = 0) -> None:
        self.to, self.less = to, less

    def sum(self, x: Array, axis: Any = None, keepdims: bool = False) -> Any:
        """The sum."""
        axes = tuple(range(x.ndim)) if axis is None else tuple(np.atleast_1d(axis))
        axes = tuple(each % x.ndim for each in axes)
        moved = np.moveaxis(x, axes, range(len(axes)))
        flat = moved.reshape(-1, *moved.shape[len(axes) :])
        total = np.zeros(flat.shape[1:], x.dtype)
        for row in flat[: len(flat) - self.less]:
            total = (total + row).astype(x.dtype)
            total = rounded(total, self.to) if self.to else total
        return np.expand_dims(total, axes) if keepdims else total

    def matmul(self, a: Array, b: Array) -> Any:
        """The product, by the sum."""
        return self.sum(a[..., :, None] * b[None], axis=-2) if b.ndim == 2 else np.matmul(a, b)


class Rough(Written):
    """What exp, log and their kin give is rounded."""

    def __init__(self, to: str) -> None:
        self.to = to

    def __getattr__(self, name: str) -> Any:
        """NumPy's own, rounded."""
        function = getattr(np, name)
        if name not in ("exp", "expm1", "log", "log1p", "tanh", "sin", "sqrt"):
            return function
        return lambda x: rounded(function(x), self.to)

    def erf(self, x: Array) -> Any:
        """Rounded."""
        return rounded(super().erf(x), self.to)

    def erfc(self, x: Array) -> Any:
        """Rounded."""
        return rounded(super().erfc(x), self.to)

    def sqrt(self, x: Any) -> Any:
        """Rounded."""
        return super().sqrt(x) if isinstance(x, float) else rounded(np.sqrt(x), self.to)


Inputs = dict[str, Array]
Implementation = Callable[[Inputs], Any]


@dataclass(frozen=True)
class Question:
    """Inputs, and what is right on them by each judge."""

    dtype: str
    inputs: Inputs
    exact: Array
    allowed: Any
    of_torch: Array


def drawn(name: str) -> list[Inputs]:
    """The inputs of an operation, draw by draw."""
    takes = list(inspect.signature(operations.FORMULAS[name]).parameters)[1:]
    made = []
    for dtype, how in DRAWS:
        rng = generator("operations", name, dtype, how)
        made.append({each: _input(rng, *operations.INPUTS[each], dtype, how) for each in takes})
    return made


def _input(rng: np.random.Generator, shape: tuple[int, ...], kind: str, dtype: str, how: str) -> Array:
    values = rng.standard_normal(shape)
    if kind == "labels":
        return rng.integers(0, 9, shape)
    if kind == "share":
        return np.asarray(rng.uniform(0.02, 0.98, shape)).astype(dtype)
    if kind == "positive":
        values = np.exp(values)
    if how == "grid":  # tenths, where what jumps jumps
        values = np.maximum(np.round(values, 1), 0.1) if kind == "positive" else np.round(values, 1)
    scale, shift = {"": (1.0, 0.0), "grid": (1.0, 0.0), "far": (1.0, 30.0), "small": (1e-3, 0.0)}[how]
    return np.asarray(values * scale + shift).astype(dtype)


def asked(name: str) -> list[Question]:
    """The questions of an operation."""
    reference = operations.TORCH[name]
    return [_question(reference, inputs, dtype) for inputs, (dtype, _) in zip(drawn(name), DRAWS, strict=True)]


def _question(reference: Callable[..., Any], inputs: Inputs, dtype: str) -> Question:
    allowed = gp.allowed_error(lambda **given: reference(*given.values()), inputs)
    assert not isinstance(allowed, dict)
    return Question(dtype, inputs, allowed.expected, allowed, _by_torch(reference)(inputs))


def _by_torch(reference: Callable[..., Any]) -> Implementation:
    return lambda inputs: reference(*map(torch.from_numpy, inputs.values())).numpy()


def by(m: Any, formula: Callable[..., Any]) -> Implementation:
    """A formula with these functions, the result in the inputs' dtype."""

    def run(inputs: Inputs) -> Any:
        dtype = next(iter(inputs.values())).dtype
        return np.asarray(formula(m, *inputs.values())).astype(dtype)

    return run


def of_inputs(change: Callable[[Array], Array], formula: Callable[..., Any]) -> Implementation:
    """A formula on inputs that were changed first, the result in the dtype that they had."""

    def run(inputs: Inputs) -> Any:
        dtype = next(iter(inputs.values())).dtype
        changed = {name: change(a) if a.dtype.kind == "f" else a for name, a in inputs.items()}
        return np.asarray(formula(Written(), *changed.values())).astype(dtype)

    return run


def hands(name: str) -> dict[str, Implementation]:
    """The right implementations."""
    formula = operations.FORMULAS[name]
    made = {
        "NumPy": by(Written(), formula),
        "NumPy, float64 inside": of_inputs(lambda a: a.astype(np.float64), formula),
        "NumPy, sums in order": by(InOrder(), formula),
        "torch's kernel": _by_torch(operations.TORCH[name]),
    }
    for library in ("jax", "onnx"):
        found = elsewhere(library).get(name)
        made |= {library: found} if found else {}
    return made


def elsewhere(library: str) -> dict[str, Implementation]:
    """The operations of another library; none if it is not installed."""
    try:
        return import_module(f"operation_hands_{library}").HANDS  # type: ignore[no-any-return]
    except ImportError:
        return {}


def wrong(name: str) -> Iterator[tuple[str, str, Implementation]]:
    """The wrong implementations: of what kind, in words, and themselves."""
    formula = operations.FORMULAS[name]
    for words, edited in edits(formula):
        yield "edit", words, by(Written(), edited)
    right = by(Written(), formula)
    yield "result", "the last element is not written", lambda inputs: _with_last(right(inputs), 0.0)
    yield "result", "the last element is its neighbour's", lambda inputs: _with_last(right(inputs), None)
    yield "result", "a thousandth too large", lambda inputs: right(inputs) * right(inputs).dtype.type(1.001)
    yield "sum", "the last term of each sum is left out", by(InOrder(less=1), formula)
    for to in ("bfloat16", "float16", "float32"):
        yield "precision", f"inputs in {to}", of_inputs(lambda a, to=to: rounded(a, to), formula)  # type: ignore[misc]
        yield "precision", f"sums in {to}", by(InOrder(to), formula)
        yield "precision", f"functions in {to}", by(Rough(to), formula)


def _with_last(out: Array, value: float | None) -> Array:
    changed = np.array(out)
    changed.flat[-1] = changed.flat[-2 if changed.size > 1 else -1] if value is None else value
    return changed


def edits(formula: Callable[..., Any]) -> list[tuple[str, Callable[..., Any]]]:
    """Edits of a formula's text, some of them where there are many, evenly from its beginning to its end."""
    source = textwrap.dedent(inspect.getsource(formula))
    found: dict[str, Callable[..., Any]] = {}
    count = sum(isinstance(node, ast.expr) for node in ast.walk(ast.parse(source)))
    for place in range(count):
        for step in range(10_000):
            tree = ast.parse(source)
            node = [each for each in ast.walk(tree.body[0]) if isinstance(each, ast.expr)][place : place + 1]
            others = [*_others(node[0])] if node else []
            if step >= len(others):
                break
            words = f"`{ast.unparse(node[0])}` is `{ast.unparse(others[step])}`"
            text = ast.unparse(ast.fix_missing_locations(_Swap(node[0], others[step]).visit(tree)))
            space = {**vars(operations)}
            exec(text, space)
            found.setdefault(text, space[formula.__name__])
            found[words] = found.pop(text) if words not in found else found[words]
    every = list(found.items())
    step = max(1, -(-len(every) // (3 * MOST_EDITS)))
    return every[::step]


def _others(node: ast.expr) -> Iterator[ast.expr]:
    yield from expressions(node)
    if isinstance(node, ast.Constant) and isinstance(node.value, float | int) and abs(node.value) not in (0, 2):
        yield ast.Constant(node.value * 1.001)


class _Swap(ast.NodeTransformer):
    def __init__(self, old: ast.expr, new: ast.expr) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> Any:
        """The one node is replaced."""
        return self.new if node is self.old else super().generic_visit(node)


def answered(implementation: Implementation, question: Question) -> Array | None:
    """What it gives; None if it raises, or gives another shape or dtype, which everybody sees."""
    try:
        out = np.asarray(implementation(question.inputs))
    except Exception:  # noqa: BLE001 - an edit that cannot run is none
        return None
    return out if out.shape == question.exact.shape and out.dtype == question.of_torch.dtype else None


JUDGES = ("yardstick", "torch.testing", "allclose 1e-2", "allclose 1e-5")


def refused(out: Array, question: Question) -> dict[str, bool]:
    """Whether each judge refuses a result."""
    allowed = question.allowed
    return {
        "yardstick": not allowed.compare(out).is_right,
        "torch.testing": not _close_by_torch(out, question.of_torch),
        "allclose 1e-2": not np.allclose(out, question.of_torch, rtol=ROUGH, atol=ROUGH),
        "allclose 1e-5": not np.allclose(out, question.of_torch, rtol=FINE, atol=FINE),
    }


def _close_by_torch(out: Array, expected: Array) -> bool:
    try:
        torch.testing.assert_close(torch.from_numpy(np.array(out)), torch.from_numpy(np.array(expected)))
    except AssertionError:
        return False
    return True


def off(out: Array, question: Question) -> float:
    """How far off, as a share of the right values' size."""
    size = float(np.linalg.norm(question.exact)) or 1.0
    return float(np.linalg.norm(np.asarray(out, np.float64) - question.exact)) / size


def is_wrong_edit(implementation: Implementation, questions: list[Question], right: list[dict[str, Array]]) -> bool:
    """Whether an edit is wrong in float64, on inputs that are: off from the right values and from each right hand's."""
    for question, outs in zip(questions, right, strict=True):
        if question.dtype == "float64":
            out = answered(implementation, question)
            if out is None or not np.isfinite(out).all():
                return False
            if min(off(out, replace(question, exact=each)) for each in (question.exact, *outs.values())) > WRONG:
                return True
    return False


def is_less_precise(implementation: Implementation, questions: list[Question], right: list[dict[str, Array]]) -> bool:
    """Whether it is much further off than each right hand, on some of the inputs."""
    for question, outs in zip(questions, right, strict=True):
        out = answered(implementation, question)
        worst = max(off(each, question) for each in outs.values())
        if out is not None and off(out, question) > FURTHER * (worst + yardstick.precision(question.dtype).eps):
            return True
    return False


def measured(name: str, verbose: bool) -> tuple[Counter[str], Counter[str]]:
    """What the judges make of an operation: (kind, judge) -> caught; and how many there are, false alarms too."""
    questions = asked(name)
    caught: Counter[str] = Counter()
    there: Counter[str] = Counter()
    made = hands(name)
    right = [dict(_right(made, question)) for question in questions]
    for hand in made:
        there["right"] += 1
        alarms: Counter[str] = Counter()
        for question, outs in zip(questions, right, strict=True):
            for judge, no in refused(outs[hand], question).items() if hand in outs else ():
                alarms[judge] |= no
                if no and verbose and judge == "yardstick":
                    print(f"FALSE ALARM {name} {hand} {question.dtype}: off by {off(outs[hand], question):.2g}")
        caught.update({f"right {judge}": int(no) for judge, no in alarms.items()})
    edited = 0
    for kind, words, implementation in wrong(name):
        is_edit = kind != "precision"
        if kind == "edit" and edited == MOST_EDITS:
            continue
        if not (
            is_wrong_edit(implementation, questions, right)
            if is_edit
            else is_less_precise(implementation, questions, right)
        ):
            there[f"{kind} that nobody can tell"] += 1
            continue
        edited += kind == "edit"
        there[kind] += 1
        seen: Counter[str] = Counter()
        for question in questions:
            out = answered(implementation, question)
            seen.update({j: int(no) for j, no in refused(out, question).items()} if out is not None else {})
        caught.update({f"{kind} {judge}": int(seen[judge] > 0) for judge in JUDGES})
        if verbose and not seen["yardstick"]:
            print(f"missed {name}: {words}")
    return caught, there


def _right(made: dict[str, Implementation], question: Question) -> Iterator[tuple[str, Array]]:
    for hand, implementation in made.items():
        with suppress(NotImplementedError):
            yield hand, np.asarray(implementation(question.inputs))


def main() -> None:
    """Print the table."""
    asks = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asks.add_argument("--only", action="append")
    asks.add_argument("--verbose", action="store_true")
    chosen = asks.parse_args()
    warnings.simplefilter("ignore")
    caught: Counter[str] = Counter()
    there: Counter[str] = Counter()
    names = chosen.only or list(operations.FORMULAS)
    with np.errstate(all="ignore"):
        for name in names:
            one, of = measured(name, chosen.verbose)
            caught += one
            there += of
    others = [library for library in ("jax", "onnx") if not elsewhere(library)]
    print(f"{len(names)} operations, {len(DRAWS)} draws each; not installed: {', '.join(others) or 'nothing'}\n")
    print("| | there | " + " | ".join(JUDGES) + " |\n| --- |" + " --- |" * (1 + len(JUDGES)))
    kinds = ("edit", "result", "sum", "precision")
    for kind in kinds:
        cells = [f"{caught[f'{kind} {judge}']}" for judge in JUDGES]
        print(f"| caught, {kind} | {there[kind]} | " + " | ".join(cells) + " |")
    every, all_of = sum(there[kind] for kind in kinds), [sum(caught[f"{k} {judge}"] for k in kinds) for judge in JUDGES]
    print(f"| caught, all | {every} | " + " | ".join(f"{n} ({n / every:.1%})" for n in all_of) + " |")
    print(
        f"| false alarms | {there['right']} | " + " | ".join(f"{caught[f'right {judge}']}" for judge in JUDGES) + " |"
    )
    print("\nleft out: " + ", ".join(f"{count} {kind}" for kind, count in there.items() if "nobody" in kind))


if __name__ == "__main__":
    main()

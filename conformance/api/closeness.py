"""Closeness without a tolerance: the yardstick alone, for any function of arrays.

How far a right answer may be from the reference's is measured on these very inputs: the reference runs once in float64
and a few times in float32 on inputs moved by an ulp. Nobody chooses a number. See
:mod:`gradproof.conformance.oracle.yardstick`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from gradproof.conformance.api.borders import called, dtype_of, to_numpy
from gradproof.conformance.errors import UsageError
from gradproof.conformance.oracle import jumps, yardstick
from gradproof.conformance.spec.cases import Array, Case, generator
from gradproof.conformance.spec.words.said import say

JUMPS = 4  # runs that look for one
Inputs = Mapping[str, Any] | Sequence[Any]


@dataclass(frozen=True)
class Allowed:
    """How far an answer may be from the right one.

    Args:
        expected: the right values, in float64.
        unit: the yardstick of each element, what a good implementation loses there.
        elementwise: the error that still passes at each element.
        normwise: the norm of the error over the norm of the yardstick that still passes for the whole array.
        dtype: what the answer is computed in.
        least, largest: the right values, but where the function jumps on these inputs, as floor does: there those on
            either side of the jump.
    """

    expected: Array
    unit: Array
    elementwise: Array
    normwise: float
    dtype: str
    least: Array
    largest: Array

    def compare(self, got: Array) -> yardstick.Comparison:
        """How an answer of the same shape stands; whether it is right is ``.is_right``."""
        expected = jumps.on_its_side(got, self.least, self.largest, self.expected)
        return yardstick.compare(got, expected, self.unit, self.dtype)


def allowed_error(
    reference: Callable[..., Any],
    inputs: Inputs,
    *,
    wrt: Sequence[str | int] = (),
    dtype: str | None = None,
    alternatives: Sequence[Callable[..., Any]] = (),
) -> Allowed | dict[str, Allowed]:
    """How far any implementation of a torch function may be off on these inputs.

    Args:
        reference: a torch function of the inputs that gives one tensor.
        inputs: arrays of any library, by name (the reference is given keywords) or in order.
        wrt: the inputs, by name or place, whose gradients are asked for as well.
        dtype: what the implementation computes in (default: the inputs' own).
        alternatives: other stable formulas, whose rounding counts as well.

    Returns:
        what is allowed of the result; with ``wrt``, of ``out`` and of each gradient, ``dNAME``, by name.

    Raises:
        UsageError: for what is no array, no float dtype, or no torch function.
    """
    question = _asked(inputs, wrt, dtype)
    allowed = _answered(question, (reference, *alternatives))
    return allowed if wrt else allowed["out"]


def assert_close(
    function: Callable[..., Any],
    reference: Callable[..., Any],
    inputs: Inputs,
    *,
    wrt: Sequence[str | int] = (),
    backward: Callable[..., Any] | None = None,
    dtype: str | None = None,
    alternatives: Sequence[Callable[..., Any]] = (),
) -> None:
    """Assert that a function gives what a torch function gives, as near as its dtype allows on these very inputs.

    Args:
        function: what is judged; it takes and gives arrays of the library that the inputs are of.
        reference: a torch function of the same inputs that gives one tensor.
        inputs: arrays of any library, by name (both are given keywords) or in order; what is a number, a text, a tuple
            or None goes to both as it is.
        wrt: the inputs, by name or place, whose gradients are judged as well: by torch's or JAX's autograd, or ...
        backward: ... by this function of the upstream gradient and the inputs, which gives them in the order of wrt.
        dtype: what the function computes in (default: the inputs' own).
        alternatives: other stable formulas of the reference, whose rounding counts as well.

    Raises:
        AssertionError: that says which element is off, by how much, and by how much it might be.
        UsageError: for what is no array, no float dtype, or no torch function.
    """
    question = _asked(inputs, wrt, dtype)
    answers = _answered(question, (reference, *alternatives))
    given = inputs if isinstance(inputs, Mapping) else dict(zip(question.names, inputs, strict=True))
    out, gradients = called(function, given, isinstance(inputs, Mapping), question.wrt, question.upstream, backward)
    got = {"out": out, **{f"d{name}": gradient for name, gradient in gradients.items()}}
    complaints = [
        complaint
        for name, allowed in answers.items()
        if (complaint := _complaint(name, to_numpy(got[name], name), allowed))
    ]
    if complaints:
        raise AssertionError("\n".join([*complaints, f"inputs     {question.case.describe()}"]))


@dataclass(frozen=True)
class _Question:
    case: Case
    options: Mapping[str, object]  # what is no array
    names: tuple[str, ...]
    wrt: tuple[str, ...]
    by_name: bool

    def upstream(self, out: Any) -> Array:
        """What the result is contracted with: random, in float64, the same for everybody."""
        shape = tuple(map(int, out.shape))
        return np.asarray(generator("closeness", shape).standard_normal(shape))


def _asked(inputs: Inputs, wrt: Sequence[str | int], dtype: str | None) -> _Question:
    by_name = isinstance(inputs, Mapping)
    given = dict(inputs) if isinstance(inputs, Mapping) else {f"input_{k}": each for k, each in enumerate(inputs)}
    names = tuple(given)
    chosen = tuple(names[each] if isinstance(each, int) else each for each in wrt)
    if unknown := [name for name in chosen if name not in given]:
        raise UsageError(
            say("wrt: there is no input {unknown!r}; there are {names}", unknown=unknown[0], names=", ".join(names))
        )
    options = {name: value for name, value in given.items() if isinstance(value, bool | int | str | tuple | None)}
    arrays = {name: to_numpy(value, name) for name, value in given.items() if name not in options}
    floats = [name for name, array in arrays.items() if array.dtype.kind == "f"]
    if not floats:
        raise UsageError(say("none of the inputs is of a float dtype: there is nothing to round"))
    computed_in = dtype or dtype_of(given[floats[0]])
    yardstick.precision(computed_in)
    return _Question(Case("closeness", 0, 0, "given", computed_in, "C", arrays, {}), options, names, chosen, by_name)


def _answered(question: _Question, formulas: Sequence[Callable[..., Any]]) -> dict[str, Allowed]:
    """What is allowed of the result and of each gradient."""
    case = question.case
    exact, again = (_run(formulas[0], question, yardstick.in_float64(case)) for _ in range(2))
    if differ := [name for name, value in exact.items() if not np.array_equal(value, again[name], equal_nan=True)]:
        raise UsageError(
            say(
                "the reference is random: two calls on the same inputs gave different values of {differ}; give "
                "what is random as an input",
                differ=differ[0],
            )
        )
    moved = yardstick.moved_by_an_ulp(case)
    runs = [_run(formula, question, each) for formula in formulas for each in moved]
    beyond = [_run(formulas[0], question, jumps.moved_to_a_jump(case, run)) for run in range(JUMPS)]
    told = {}
    for name, value in exact.items():
        over, own = [run[name] for run in beyond], [run[name] for run in runs]
        try:
            unit = yardstick.unit(value, jumps.beyond_float32(own, value, over, case.dtype), case.dtype)
        except ValueError as error:
            raise UsageError(say("{name}: {reason}", name=name, reason=error)) from None
        least, largest = jumps.sides(value, over, unit)
        most = yardstick.most(value, unit, case.dtype)
        told[name] = Allowed(value, unit, most, yardstick.NORMWISE, case.dtype, least, largest)
    return told


def _run(formula: Callable[..., Any], question: _Question, case: Case) -> dict[str, Array]:
    bridge = import_module("gradproof.reference.bridge")

    def named(**inputs: Any) -> Any:
        every = {**inputs, **question.options}
        return formula(**every) if question.by_name else formula(*(every[name] for name in question.names))

    wrt = {f"d{name}": name for name in question.wrt}
    inputs = dict(case.inputs)
    try:
        shape = bridge.run(named, inputs, {}, ("out",), {}, {})["out"].shape if wrt else ()
        along = question.upstream(np.empty(shape)).astype(next(a.dtype for a in inputs.values() if a.dtype.kind == "f"))
        answers: dict[str, Array] = bridge.run(named, inputs, {}, ("out",), wrt, {"out": along} if wrt else {})
    except Exception as error:
        raise UsageError(
            say("the reference cannot be run: {name}: {reason}", name=type(error).__name__, reason=error)
        ) from error
    return answers


def _complaint(name: str, got: Array, allowed: Allowed) -> str:
    if got.shape != allowed.expected.shape:
        return f"{name}: shape {got.shape}, expected {allowed.expected.shape}"
    compared = allowed.compare(got)
    if compared.is_right:
        return ""
    place = f"{name}[{', '.join(map(str, compared.worst))}]" if compared.worst else name
    most = float(allowed.elementwise[compared.worst])
    error = abs(compared.got - compared.expected)
    return (
        f"{name}: not close, {compared.ratio:.3g} times what {allowed.dtype} allows on these inputs\n"
        f"at         {place}\nexpected   {compared.expected:.10g}\ngot        {compared.got:.10g}\n"
        f"error      {error:.3g}; a good implementation stays within {most:.3g} there"
    )

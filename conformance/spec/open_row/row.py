"""``@contract(...)``: a torch function made a contract row.

    @contract(x="N D")
    def erf_gelu(x):
        import torch
        return torch.nn.functional.gelu(x)

asks a submission for ``erf_gelu_forward(x) -> (out, cache)`` and ``erf_gelu_backward(dout, cache) -> dx``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from gradproof.conformance.errors import ContractFileError, words_of
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.open_row.declared import Accept, Arrange, Choices, Declared, Inputs, Variant
from gradproof.conformance.spec.open_row.ranges import Values, drawn_as
from gradproof.conformance.spec.open_row.reference import Later, Place


def scenario(
    name: str,
    *,
    options: Choices | None = None,
    sizes: Mapping[str, int] | None = None,
    share: int = 1,
    check: str | None = None,
    smooth: bool = True,
    hint: str = "",
    accept: Accept | None = None,
    arrange: Arrange | None = None,
    **inputs: str | Values | None,
) -> Variant:
    """Cases that are drawn otherwise.

    Args:
        name: what is special about them.
        inputs: those that are drawn otherwise, as in :func:`contract`; None for one that is not given.
        options: those that are chosen otherwise.
        sizes: lengths of symbols that are fixed.
        share: how many of them there are for three ordinary ones.
        check: the one check that judges them, such as "stability".
        smooth: whether the function is differentiable at all of them.
        hint: for whoever fails them.
        accept: given the inputs; they are drawn again until it is true.
        arrange: in place of the contract's own.
    """
    drawn = drawn_as({name: each for name, each in inputs.items() if each is not None})
    left_out = tuple(name for name, each in inputs.items() if each is None)
    return Variant(name, drawn, options or {}, sizes or {}, share, check, smooth, hint, accept, arrange, left_out)


def contract(
    *,
    name: str | None = None,
    returns: str | Mapping[str, str] = "out",
    wrt: Iterable[str] | Mapping[str, str] | None = None,
    objective: str | Iterable[str] | None = None,
    joint: bool = False,
    takes: str | None = None,
    options: Choices | None = None,
    param: str = "",
    state: Inputs | None = None,
    steps: int = 1,
    again: str = "",
    carry: Mapping[str, str] | None = None,
    smooth: bool = True,
    scenarios: Sequence[Variant] = (),
    checks: Mapping[str, str] | None = None,
    alternatives: Sequence[Callable[..., Any]] = (),
    dialects: Sequence[str] = (),
    vanishes: Sequence[str] = (),
    advisory: Sequence[str] = (),
    builds_on: Sequence[str] = (),
    accept: Accept | None = None,
    arrange: Arrange | None = None,
    longest: int | None = None,
    inputs: Inputs | None = None,
    **more_inputs: str | Values,
) -> Callable[[Callable[..., Any]], Contract]:
    """Make a torch function a contract.

    The function is the reference. It takes the inputs and options as keywords, and gives a tensor, or a tuple or a dict
    of them, in the order of ``returns`` and then of ``state``; its gradients are taken by autograd. Import torch inside
    of it: whoever lists or draws does not pay for it.

    Args:
        more_inputs: the arrays, in the order of the submission's arguments: a shape by symbols, ``x="N D"``, or a
            distribution, ``x=uniform("N D", 0, 1)``, ``y=integers("N", below="C")``, ``keep=mask("N T")``.
        inputs: the same, for names that are words of this call.
        name: what the contract is called (default: as the function).
        returns: the results, "out" or "next_h next_c", or with their shapes, {"out": "N D"}, which are then required.
            The name of an input stands for all of its axes: {"out": "x D"}.
        wrt: the inputs that there are gradients by, as names, or as {gradient: input} (default: every float input, the
            gradient of ``x`` called ``dx``). () for a function without a backward.
        objective: the results that are differentiated (default: all). The backward is given the upstream gradient of
            each, ``dout`` or ``dnext_h, dnext_c``.
        joint: one function returns the value and the gradients, as losses do: ``NAME(x, y) -> (loss, dx)``.
        takes: the arguments of the forward in their order (default: inputs, options or ``param``).
        options: what each option is chosen from, ``{"negative_slope": (0.01, 0.2)}``.
        param: the name of the dictionary that options and state travel in, such as "bn_param".
        state: keys of that dictionary that the forward keeps up to date, with their shapes.
        steps: how often the forward is called in a case; the backward follows the first.
        again: the inputs that every step has anew.
        carry: {result: input}: results that are inputs of the next step.
        smooth: whether the function is differentiable wherever it is drawn; if not there are no finite differences.
        scenarios: further ways of drawing; see :func:`scenario`.
        checks: {result or gradient: check} where it is not "forward", "gradient" or "running_statistics".
        alternatives: other stable formulas of the same function; what they lose in rounding counts as well.
        dialects: the conventions that the answer depends on; the function is given ``dialect`` then.
        vanishes: gradients whose true value is 0.
        advisory: checks whose failure does not count.
        builds_on: contracts whose failure explains a failure of this one.
        accept: given the inputs; they are drawn again until it is true, in every scenario that has none of its own.
        arrange: given the inputs and the dialect; what it returns takes the place of those of its names.
        longest: the most that a symbol of the shapes is drawn as.

    Raises:
        ContractFileError: for a declaration that cannot hold, with the line of the function.
    """

    def made(function: Callable[..., Any]) -> Contract:
        called = name or str(getattr(function, "__name__", ""))
        code = getattr(function, "__code__", None)
        is_own = isinstance(function, Later)
        place = Place(called, "" if is_own else code.co_filename if code else "?", code.co_firstlineno if code else 0)
        try:
            declared = Declared(
                function=function,
                place=place,
                inputs=drawn_as({**(inputs or {}), **more_inputs}),
                returns=dict.fromkeys(returns.split(), "") if isinstance(returns, str) else dict(returns),
                wrt=wrt if wrt is None or isinstance(wrt, Mapping) else {f"d{each}": each for each in wrt},
                objective=(objective,) if isinstance(objective, str) else tuple(objective or ()),
                joint=joint,
                takes=tuple(takes.split()) if takes else (),
                options=options or {},
                param=param,
                state=drawn_as(state or {}),
                steps=steps,
                again=tuple(again.split()),
                carry=tuple((carry or {}).items()),
                smooth=smooth,
                scenarios=tuple(scenarios),
                checks=checks or {},
                alternatives=tuple(alternatives),
                dialects=tuple(dialects),
                vanishes=tuple(vanishes),
                advisory=tuple(advisory),
                builds_on=tuple(builds_on),
                accept=accept,
                arrange=arrange,
                longest=longest,
            )
            return declared.row()
        except ContractFileError:
            raise
        except ValueError as error:
            raise place.wrong(words_of(error)) from None

    return made

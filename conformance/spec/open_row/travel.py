"""The declarative part of a contract, as plain data: what goes behind the wall of one that is not known there."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, NoReturn

from gradproof.conformance.errors import UsageError
from gradproof.conformance.spec.cases import Case
from gradproof.conformance.spec.contract import Contract, Function
from gradproof.conformance.spec.open_row.stepwise import Stepwise
from gradproof.conformance.spec.words.said import say


def packed(contract: Contract) -> dict[str, Any]:
    """What a worker needs to exercise a submission: names, no reference, no draw.

    Raises:
        UsageError: if its exercise is code, which does not travel.
    """
    exercise = contract.exercise
    if exercise is not None and not isinstance(exercise, Stepwise):
        raise UsageError(
            say(
                "contract {name}: its exercise is a function, and code of a contract file does not go behind the "
                "wall; say what it does by steps, again, carry and state (see docs/contracts.md)",
                name=contract.name,
            )
        )
    return {
        "name": contract.name,
        "functions": [asdict(function) for function in contract.functions],
        "observes": dict(contract.observes),
        "objective": list(contract.objectives),
        "stepwise": asdict(exercise) if exercise else None,
    }


def unpacked(fields: Mapping[str, Any]) -> Contract:
    """The contract as the worker knows it."""
    functions = tuple(map(_function, fields["functions"]))
    return Contract(
        name=fields["name"],
        functions=functions,
        scenarios=(),
        reference=_stays_behind,
        observes=fields["observes"],
        objective=tuple(fields["objective"]),
        exercise=_stepwise(fields["stepwise"]) if fields["stepwise"] else None,
    )


def _function(fields: Mapping[str, Any]) -> Function:
    return Function(fields["name"], tuple(fields["takes"]), tuple(fields["returns"]))


def _stepwise(fields: Mapping[str, Any]) -> Stepwise:
    return Stepwise(
        forward=_function(fields["forward"]),
        backward=_function(fields["backward"]) if fields["backward"] else None,
        steps=fields["steps"],
        again=tuple(fields["again"]),
        carry=tuple((result, argument) for result, argument in fields["carry"]),
        param=fields["param"],
        state=tuple(fields["state"]),
    )


def _stays_behind(case: Case) -> NoReturn:
    raise NotImplementedError(f"the reference of {case.contract} is on the trusted side")

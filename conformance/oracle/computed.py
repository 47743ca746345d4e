"""The answer that the reference computes to one case, and the yardstick that its own rounding gives."""

from collections.abc import Mapping

import numpy as np

from gradproof.conformance.errors import ContractFileError, VacuousCaseError
from gradproof.conformance.oracle import yardstick
from gradproof.conformance.spec.cases import Array, Case
from gradproof.conformance.spec.contract import Answer, Contract
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.words.said import say


def computed_answer(case: Case, known: Answer | None = None) -> Answer:
    """Ask the reference once in float64 and a few times in float32 on inputs moved by an ulp.

    These tell the yardstick, which needs no telling where the values are ``known`` and are the same.
    """
    contract = contract_named(case.contract)
    values = contract.judged(case, contract.reference(yardstick.in_float64(case)))
    if known is not None and _agree(values, known, case.dtype):
        return Answer(values, known.units)
    moved = yardstick.moved_by_an_ulp(case)
    runs = [run for each in moved for run in contract.rounded(each)]
    units = {name: yardstick.unit(value, [run[name] for run in runs], case.dtype) for name, value in values.items()}
    for name in values.keys() & {*contract.vanishes}:
        companions = [values[other] for other in contract.gradients if other in values]
        units[name] += yardstick.rounding_floor(companions, case.dtype)
    _require_telling(contract, case, values, units)
    return Answer(values, units)


def _agree(values: Mapping[str, Array], known: Answer, dtype: str) -> bool:
    shapes = ({name: array.shape for name, array in each.items()} for each in (values, known.values))
    if len({tuple(each.items()) for each in shapes}) > 1:
        return False
    return all(
        np.array_equal(value, known.values[name], equal_nan=True)
        or yardstick.compare(value, known.values[name], known.units[name], dtype).is_right
        for name, value in values.items()
    )


def _require_telling(contract: Contract, case: Case, values: Mapping[str, Array], units: Mapping[str, Array]) -> None:
    for name in () if contract.may_refuse(case) else contract.gradients:
        if name in values and name not in contract.vanishes and yardstick.is_vacuous(values[name], units[name]):
            if contract.place:
                raise ContractFileError(
                    say(
                        "{place}: contract {contract}: the true {name} is 0 within rounding in {id}: any answer "
                        "near 0 would pass; draw {gradients} differently (a length of 1? write C>=2), leave it "
                        "out of wrt, or say vanishes=({name!r},) if it is 0 by right ({case})",
                        place=contract.place,
                        contract=contract.name,
                        name=name,
                        id=case.id,
                        gradients=contract.gradients[name],
                        case=case.describe(),
                    )
                )
            raise VacuousCaseError(
                f"{case.id}: the reference's {name} is 0 within the yardstick, so any answer near 0 would pass; "
                f"draw the case differently ({case.describe()})"
            )

"""Which functions of ``impl`` a contract calls: a change of any other cannot show there."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType

from gradproof.conformance.engine.runner import Plan, gather
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.power.mutants import PACKAGE, Mutant
from gradproof.conformance.power.submissions import loaded_from
from gradproof.conformance.spec.contract import Contract

Called = set[tuple[str, str]]  # the file, relative to impl, and the function


def reached(contracts: Iterable[Contract], oracle: Oracle) -> Mapping[str, Called]:
    """What each contract calls in a run of its cases."""
    found = {}
    with loaded_from(PACKAGE) as session:
        for contract in contracts:
            with _noting_calls() as called:
                gather(contract, session, oracle, Plan((contract,)))
            found[contract.name] = called
    return found


def may_show(mutant: Mutant, contract: str, called: Mapping[str, Called]) -> bool:
    """Whether a contract calls the function that is changed; what stands outside of functions is everybody's."""
    return not mutant.function or (mutant.file, mutant.function) in called[contract]


@contextmanager
def _noting_calls() -> Iterator[Called]:
    called: Called = set()
    codes: dict[int, CodeType] = {}

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            codes[id(frame.f_code)] = frame.f_code

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield called
    finally:
        sys.setprofile(before)
    for code in codes.values():
        file = Path(code.co_filename)
        if file.is_relative_to(PACKAGE):
            called.add((file.relative_to(PACKAGE).as_posix(), code.co_qualname))

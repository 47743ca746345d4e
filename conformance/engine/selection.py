"""From what a user asks for to a plan: which contracts of a submission are judged, and how."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from gradproof.conformance.checks.verdicts import Plan
from gradproof.conformance.engine import generations
from gradproof.conformance.engine.handed_out import handed_out
from gradproof.conformance.errors import SubmissionUnusable, UsageError
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.contracts import all_contracts, contract_named
from gradproof.conformance.spec.conventions import CONVENTIONS, DEFAULT, Dialect, parse_tag
from gradproof.conformance.spec.words.said import SENTENCES, joined, say

if TYPE_CHECKING:
    from gradproof.conformance.engine.assignment import Assignment
    from gradproof.conformance.harness.loader import Inventory

NO_FUNCTION = "none of its files defines a function of the canonical API (see 'gradproof list contracts')"
NOTHING_WHOLE = "what it defines of the canonical API makes no contract whole: {names} (see 'gradproof list contracts')"
MESSAGES = (NO_FUNCTION, NOTHING_WHOLE)


def plan_of(
    inventory: "Inventory",
    path: str,
    task: "Assignment | None",
    replay: Callable[[str], str],
    *,
    only: Sequence[str] = (),
    dialect: Dialect | None = None,
    cases: int | None = None,
) -> Plan:
    """The plan for a submission, by an assignment or without one. ``dialect`` and ``cases`` go before the assignment's.

    Raises:
        SubmissionUnusable, UsageError: see :func:`contracts_to_judge`.
    """
    contracts = contracts_to_judge(inventory, path, task, only)
    asked = {*only, *(task.contracts if task else ())}
    given = handed_out(inventory, (c for c in all_contracts() if c.name not in asked), is_assigned=task is not None)
    return Plan(
        contracts=contracts,
        dialect=dialect or (task.to_dialect() if task else DEFAULT),
        cases=cases if cases is not None or task is None else task.cases,
        required=task.requirements() if task else {},
        points=task.to_points() if task else {},
        strict=task.strict if task else False,
        scopes=task.to_scopes() if task else {},
        withdrawn=frozenset(task.withdrawn) if task else frozenset(),
        replay=replay,
        assignment=task.name if task else None,
        hidden=frozenset(task.hidden) if task else frozenset(),
        unasked=frozenset(c.name for c in contracts if c.instead_of and c.name not in asked),
        offered=frozenset(c.name for c in contracts if not (asked or c.place)),
        handed_out=given if any(contract.name not in given for contract in contracts) else frozenset(),
    )


def contracts_to_judge(
    inventory: "Inventory", path: str, task: "Assignment | None", only: Sequence[str] = ()
) -> tuple[Contract, ...]:
    """Those of the assignment, or all that the submission offers; of these, those whose names match ``only``.

    Raises:
        SubmissionUnusable: if it offers nothing at all.
        UsageError: if nothing matches.
    """
    if not inventory.functions:
        raise unusable(path, inventory.problems, say(NO_FUNCTION))
    offered = set(inventory.functions) | set(inventory.broken)
    contracts = (
        tuple(c for c in map(contract_named, task.contracts) if c.name not in task.optional or c.is_offered(offered))
        if task
        else tuple(contract for contract in all_contracts() if contract.is_offered(offered))
    )
    if not contracts:
        raise unusable(
            path,
            inventory.problems,
            say(NOTHING_WHOLE, names=", ".join(n for n in inventory.functions if "." not in n)),
        )
    chosen = tuple(c for c in contracts if not only or any(fnmatchcase(c.name, glob) for glob in only))
    if not chosen:
        names = ", ".join(contract.name for contract in contracts)
        raise UsageError(
            say("--only {names} matches no contract to judge; there are {known}", names=" ".join(only), known=names)
        )
    return chosen


def unusable(path: str, problems: Sequence[str], otherwise: str = "") -> SubmissionUnusable:
    """That there is nothing to judge, and why."""
    told = say("nothing to judge: {problems}", problems=joined(SENTENCES, problems) or otherwise)
    return SubmissionUnusable(say("{path}: {problem}", path=path, problem=told) if path else told)


def dialect_of(task: "Assignment | None", pairs: Sequence[str], inventory: "Inventory | None" = None) -> Dialect:
    """The conventions of an assignment, or the default ones, with those of ``NAME=VALUE`` pairs instead.

    Without an assignment those of the hand-out that a submission looks like go before the default ones.

    Raises:
        UsageError: for what is no pair, and for names and values that no convention has.
    """
    asked: dict[str, str] = {}
    for pair in (part for each in pairs for part in each.split(",")):
        name, sign, value = pair.partition("=")
        if not sign:
            raise UsageError(
                say(
                    "--dialect {pair}: expected NAME=VALUE, such as dropout_p=drop; see 'gradproof list dialects'",
                    pair=pair,
                )
            )
        if asked.setdefault(name, value) != value:
            raise UsageError(
                say(
                    "--dialect {name} is asked for as {one} and as {other}, expected one of them",
                    name=name,
                    one=asked[name],
                    other=value,
                )
            )
    given = parse_tag(",".join(f"{name}={value}" for name, value in asked.items()))
    looks = generations.of(inventory) if inventory is not None and task is None else None
    usual = task.to_dialect() if task else looks.dialect if looks else DEFAULT
    return replace(usual, **{n: getattr(given, n) for n in CONVENTIONS if n in asked})

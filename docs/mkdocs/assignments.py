"""Writes ``docs/assignments.md``: every key of an assignment, and every contract with its checks.

    python docs/mkdocs/assignments.py

``tests/test_assignments_page.py`` holds the page to what there is.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pydantic import BaseModel

from gradproof.conformance.checks.table import CHECKS, Check, checks_of
from gradproof.conformance.engine.assignment import TABLES, Assignment
from gradproof.conformance.spec.asked.tables import ScopeTable
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.contracts import contracts_of, stems
from gradproof.conformance.spec.conventions import CONVENTIONS, DEFAULT

PAGE = Path(__file__).resolve().parent.parent / "assignments.md"
READ_FROM_OTHERS = ("Assignment.scopes", "course.members")
NO_DEFAULT = ("", "PydanticUndefined", "()", "{}", "None")

KEYS: Mapping[str, Mapping[str, str]] = {
    "": {
        "name": "what it is called in reports; the only key beside `[contracts]` that must be there",
        "contract_files": "files of [contracts of your own](contracts.md), looked for beside the assignment",
        "adapter": "[an adapter](framework.md#adapters), looked for beside the assignment, or the name of a shipped "
        "one; `--adapter` goes before it",
        "contracts": "a table: what must be there, and the points of each check; see below",
        "dialect": "a table: [the conventions](#conventions) that differ from the default",
        "required": "checks, or `contract.check`, that count although they are advisory; those worth points do",
        "advisory": "checks, or `contract.check`, that cost nothing, and are worth none of the points listed",
        "seed": "what cases are drawn with; `gradproof grade` then takes this one and not a secret one",
        "cases": "how many for each contract",
        "optional": "contracts that need not be there; they are worth nothing",
        "years": "of the course, whose hand-out it fits",
        "hidden": "checks, or `contract.check`, that students are not told of",
        "withdrawn": "ids of cases, such as `batchnorm/0/7`, that are not judged",
        "hints": "how much students are told, 0 to 4",
        "lang": "in which [language](instructor.md#language) people are told: `en` or `zh`; `--lang` goes before it",
        "compat": "names of Python 2 and of old NumPy are there for old submissions",
        "python2": "the same, and what Python 2 did itself: `/` of whole numbers rounds down, `range` is a list",
        "strict": "a mistake that has a name may cost more than half of a contract",
        "limits": "a table: what a submission may use",
        "seeds": "a table: whose cases they are",
        "course": "a table: deadline, lateness, attempts and the roster",
    },
    "limits": {
        "case_seconds": "for one case",
        "submission_seconds": "for all cases together",
        "memory_mb": "of the submission's processes",
        "disk_mb": "of what it may write",
        "processes": "and threads",
        "open_files": "at once",
    },
    "seeds": {
        "policy": '`"shared"`: the class has the same cases; `"per-submission"`: each has secret ones of its own too',
    },
    "course": {
        "deadline": "when hand-ins are due, with a time zone",
        "grace_minutes": "after it, that cost nothing",
        "late_per_day": "share of the points that each day that has begun costs",
        "late_at_most": "share of the points that lateness costs at most",
        "closes": "what comes later earns nothing",
        "attempts": '`"last"` or `"best"`: which of several hand-ins counts',
        "student": "a regular expression for the names of hand-ins: its group is the student",
        "roster": "a CSV file beside the assignment: student, and name and deadline if there are such",
        "reveal": "when students see hidden checks, where a service can tell them later: `never`, `after_due_date`, "
        "`after_published`",
        "leaderboard": "whether the points are shown to the class, where a service can",
    },
    "contracts.NAME": {
        "shapes": 'cases are left out whose x has other axes: `["2d"]`',
        "square": "cases are left out whose images, kernels or windows are not square",
    },
}
TEXT = """\
# Assignments

What an assignment may say, and what it may ask for. This page is made of the code by `docs/mkdocs/assignments.py`.
[The instructor's page](instructor.md#write-the-assignment) says how to use it; `gradproof new assignment` writes one.

```toml
name = "week 3"
advisory = ["stability"]

[dialect]
dropout_p = "drop"

[contracts]
affine = {{ forward = 2, gradient = 3 }}
dropout = {{ forward = 2, gradient = 2, shapes = ["2d"] }}
batchnorm = {{}}
```

## Keys

{keys}

In `[contracts]`, each key is the name of a contract and its value a table: the points of [each check](#contracts) that
is worth some.

## Conventions

Keys of `[dialect]`, and of `--dialect NAME=VALUE`.

{conventions}

## Checks

{checks}

## Contracts

The checks that are made of each; those in parentheses are advisory unless an assignment requires them.

{contracts}
"""


def page() -> str:
    """The page. Raises KeyError for a key of an assignment that has no words above, or words for none."""
    return TEXT.format(
        keys="\n\n".join(_tables()),
        conventions=_table("convention", "value", "meaning", rows=_conventions()),
        checks=_table("check", "", "what must hold", rows=map(_check, CHECKS)),
        contracts=_table("contract", "functions", "checks", rows=map(_contract, _contracts())),
    )


def _tables() -> Iterator[str]:
    models = {"": Assignment, **TABLES, "contracts.NAME": ScopeTable}
    for table, model in models.items():
        heading = f"### `[{table}]`\n\n" if table else ""
        yield heading + _table("key", "default", "what it says", rows=_keys(table, model))
    if unknown := KEYS.keys() - models.keys():
        raise KeyError(f"there is no table {min(unknown)}")


def _keys(table: str, model: type[BaseModel]) -> Iterator[tuple[str, ...]]:
    said = KEYS[table]
    fields = {
        name: field
        for name, field in model.model_fields.items()
        if f"{table or 'Assignment'}.{name}" not in READ_FROM_OTHERS
    }
    if unknown := said.keys() - fields.keys():
        raise KeyError(f"{table}: there is no key {min(unknown)}")
    for name, field in fields.items():
        default = field.default
        shown = "" if isinstance(default, BaseModel) or str(default) in NO_DEFAULT else _written(default)
        yield f"`{name}`", shown, said[name]


def _written(value: object) -> str:
    """A value as TOML has it."""
    return f"`{str(value).lower() if isinstance(value, bool) else repr(value)}`".replace("'", '"')


def _conventions() -> Iterator[tuple[str, ...]]:
    for name, choices in CONVENTIONS.items():
        for value, meaning in choices.items():
            yield f"`{name}`", f"`{value}`" + (" (default)" if getattr(DEFAULT, name) == value else ""), meaning


def _check(check: Check) -> tuple[str, ...]:
    return f"`{check.name}`", "" if check.required else "advisory", check.sentence


def _contracts() -> Iterator[Contract]:
    yield from (contract for stem in stems() for contract in contracts_of(stem))


def _contract(contract: Contract) -> tuple[str, ...]:
    checks = [
        f"({check.name})" if not check.required or check.name in contract.advisory else check.name
        for check in checks_of(contract)
    ]
    functions = "<br>".join(f"`{function.signature()}`" for function in contract.functions)
    return f"`{contract.name}`", functions, ", ".join(checks)


def _table(*columns: str, rows: Iterable[tuple[str, ...]]) -> str:
    lines = [columns, tuple("---" for _ in columns), *(tuple(cell.replace("|", "\\|") for cell in row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |".replace("|  |", "| |") for line in lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

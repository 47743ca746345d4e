"""What there is: contracts, checks, dialects, misconceptions, shipped assignments, as tables."""

from collections.abc import Callable

from rich.cells import cell_len
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from gradproof.conformance.checks.table import CHECKS
from gradproof.conformance.reports.console import console
from gradproof.conformance.reports.languages.speaking import listed, t, tell
from gradproof.conformance.spec.contracts import contracts_of, stems
from gradproof.conformance.spec.conventions import CONVENTIONS, DEFAULT
from gradproof.conformance.spec.words.said import SENTENCES

BETWEEN, NARROWEST = 2, 30  # columns, of a terminal
MESSAGES = (
    *("contract", "stem", "functions", "check", "default", "not made without", "what must hold", "convention", "value"),
    *("meaning", "misconception", "what it says", "name", "points", "contracts"),
)


def render(what: str) -> None:
    """Print one of the listings."""
    tables: dict[str, Callable[[], Table]] = {
        "contracts": _contracts,
        "checks": _checks,
        "dialects": _dialects,
        "misconceptions": _misconceptions,
        "assignments": _assignments,
    }
    table, made = tables[what](), console()
    names = sum(max(map(_width, (column.header, *column.cells))) + BETWEEN for column in table.columns[:-1])
    made.width = max(made.width, names + NARROWEST)  # a name that was cut cannot be typed
    made.print(table, soft_wrap=True)


def _width(cell: RenderableType) -> int:
    return cell_len(str(cell))


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False)
    for column in columns[:-1]:
        table.add_column(t(column), no_wrap=True)
    table.add_column(t(columns[-1]), overflow="fold")
    return table


def _contracts() -> Table:
    table = _table("contract", "stem", "functions")
    for stem in stems():
        for contract in contracts_of(stem):
            functions = "\n".join(function.signature() for function in contract.functions)
            table.add_row(Text(contract.name), Text(stem), Text(functions))
    return table


def _checks() -> Table:
    table = _table("check", "default", "not made without", "what must hold")
    for check in CHECKS:
        table.add_row(
            check.name,
            t("required") if check.required else t("advisory"),
            ", ".join(check.after),
            Text(t(check.sentence)),
        )
    return table


def _dialects() -> Table:
    table = _table("convention", "value", "meaning")
    for name, choices in CONVENTIONS.items():
        for value, meaning in choices.items():
            default = t("(default)") if getattr(DEFAULT, name) == value else ""
            table.add_row(f"{name}={value}", default, Text(t(meaning)))
    return table


def _misconceptions() -> Table:
    from gradproof.conformance.diagnosis.misconceptions import all_misconceptions
    from gradproof.conformance.diagnosis.mistakes import in_halves

    table = _table("misconception", "what it says")
    for each in all_misconceptions():
        done, right = map(tell, in_halves(each))
        table.add_row(Text(each.id), Text(listed(SENTENCES, (done, right))))
    return table


def _assignments() -> Table:
    from gradproof.conformance.engine.assignment import read, shipped

    table = _table("name", "points", "contracts")
    for name, path in shipped().items():
        task = read(path)
        points = sum(worth for checks in task.contracts.values() for worth in checks.values())
        table.add_row(name, f"{points:g}", Text(f"{task.name}: {', '.join(task.contracts)}"))
    return table

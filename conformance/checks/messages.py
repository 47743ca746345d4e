"""What is told of values that are wrong: a message, a hint, and the evidence."""

import math

from gradproof.conformance.checks.records import Record
from gradproof.conformance.checks.results import Evidence
from gradproof.conformance.oracle import yardstick

Failure = tuple[Record, str, yardstick.Comparison]  # a case, and what is wrong in it
ENOUGH = 5  # cases, of which something that the failing ones have in common is said


def hint(failures: list[Failure]) -> str:
    """The scenario's hint, if no case of a scenario with another one fails, nor one with none."""
    (record, _, comparison), *others = failures
    scenario = record.contract.scenario(record.case)
    if scenario is None or (scenario.hints_at_overflow and math.isfinite(comparison.got)):
        return ""
    hints = {each.hint for other, _, _ in others if (each := other.contract.scenario(other.case))}
    return scenario.hint if hints <= {scenario.hint} else ""


def message(failures: list[Failure], compared: list[Record]) -> str:
    """What is wrong, in how many cases, and what these have in common."""
    names = list(dict.fromkeys(name for _, name, _ in failures))
    wrong = list({record.case.id: record for record, _, _ in failures}.values())
    differ = "differs" if len(names) == 1 else "differ"
    where = _what_they_share(wrong, compared)
    return f"{', '.join(names)} {differ} from the reference in {len(wrong)} of {len(compared)} cases{where}"


def _what_they_share(wrong: list[Record], compared: list[Record]) -> str:
    """``, in all of those with mode=test``, if that is what sets the failing cases apart, and not by chance."""
    if len(compared) < ENOUGH:
        return ""
    settings = {record: _settings(record) for record in compared}
    for name in dict.fromkeys(name for setting in settings.values() for name in setting):
        value = settings[wrong[0]].get(name)
        if all(settings[record].get(name) == value for record in wrong):
            alike = sum(setting.get(name) == value for setting in settings.values())
            if alike == len(wrong) < len(compared):
                told = f"that leave {name} to its default" if value is None else f"with {name}={value}"
                return f", in all of those {told} and in no other"
    return ""


def _settings(record: Record) -> dict[str, object]:
    return {**record.case.scalar_options(), "dtype": record.case.dtype, "memory layout": record.case.layout}


def evidence(record: Record, name: str, comparison: yardstick.Comparison) -> Evidence:
    """The case, and the element that is furthest off."""
    index = f"[{', '.join(map(str, comparison.worst))}]" if comparison.worst else ""
    digits = next((d for d in (10, 13) if f"{comparison.expected:.{d}g}" != f"{comparison.got:.{d}g}"), 17)
    return Evidence(
        case=record.case.id,
        setting=record.case.describe(),
        element=name + index,
        expected=f"{comparison.expected:.{digits}g}",
        got=f"{comparison.got:.{digits}g}",
        error=comparison.sentence(),
    )

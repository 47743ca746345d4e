"""Where a submission says that it raised: a place counts only if it is one of its own files, and has such a line."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from gradproof.conformance.harness.loader import source_files
from gradproof.conformance.harness.source.reading import source_of
from gradproof.conformance.spec.findings import Finding, Kind


def lines_of(paths: Iterable[Path]) -> dict[str, int]:
    """How many lines the Python files of these names have; of several of one name, the longest."""
    lines: dict[str, int] = {}
    for file in (file for path in paths for file in source_files(path)):
        try:
            count = source_of(file).count(b"\n") + 1
        except OSError:
            continue
        lines[file.name] = max(count, lines.get(file.name, 0))
    return lines


def placed(finding: Finding, lines: Mapping[str, int]) -> Finding:
    """The finding, without the place of its exception if there is no such place."""
    raised = finding.exception
    if raised is None or (raised.line is not None and 1 <= raised.line <= lines.get(raised.file, 0)):
        return finding
    return replace(finding, exception=replace(raised, file="", line=None))


def explained(finding: Finding, broken: Mapping[str, str]) -> Finding:
    """The finding of a function that is not there, with what is said of the file that it is in."""
    if finding.kind != Kind.UNAVAILABLE or finding.function not in broken:
        return finding
    facts = ((name, broken[finding.function] if name == "reason" else value) for name, value in finding.facts)
    return replace(finding, facts=tuple(facts))

"""Exercism's results.json of a test runner, version 3: each contract is a task.

What is only advisory, or is worth all its points though it could not be made, passes there, with what was found.
"""

from typing import Any

from gradproof.conformance.checks.results import Status
from gradproof.conformance.reports.sheets import Entry, Sheet
from gradproof.conformance.spec.contracts import all_contracts

VERSION = 3
MOST = 65_535  # bytes of a message at the top
ERRORS = (Status.ERRORED, Status.TIMED_OUT, Status.BROKEN)


def of(told: Sheet) -> dict[str, Any]:
    """The content of results.json."""
    words = "\n".join([told.summary, *told.remarks])
    if told.problem:
        return {"version": VERSION, "status": "error", "message": _cut(f"{told.problem}\n{words}"), "tests": []}
    tasks = {name: number for number, name in enumerate(dict.fromkeys(e.contract for e in told.entries), start=1)}
    signatures = {contract.name: [f.signature() for f in contract.functions] for contract in all_contracts()}
    tests = [_test(entry, tasks[entry.contract], signatures.get(entry.contract, [])) for entry in told.entries]
    ran = [test["status"] for test in tests]
    failed = any(status != "pass" for status in ran)
    status = "error" if ran and set(ran) == {"error"} else "fail" if failed or not tests else "pass"
    # What is said of the whole has no place but the first test that is shown.
    shown = next((test for test in tests if test["status"] != "pass"), tests[0] if tests else None)
    if shown is not None:
        shown["message"] = "\n".join(filter(None, (shown["message"], words)))
    return {
        "version": VERSION,
        "status": status,
        "message": _cut(words) if status == "error" else None,
        "tests": tests,
    }


def _cut(words: str) -> str:
    return words.encode()[:MOST].decode(errors="ignore")


def _test(entry: Entry, task: int, signatures: list[str]) -> dict[str, Any]:
    status = "pass" if entry.is_met else "error" if entry.status in ERRORS else "fail"
    code = [f"# {entry.sentence}"] if entry.sentence else []
    message = None if entry.status == Status.PASSED else entry.text()
    test = {"name": entry.name, "status": status, "message": message, "task_id": task}
    return {**test, "test_code": "\n".join([*code, *signatures])}

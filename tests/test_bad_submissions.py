"""Whatever a submission does, the report has one clear line for it, and every other check is still made."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import waited_for

from gradproof.conformance.checks.results import Result, Run, Status
from gradproof.conformance.engine.runner import Plan, run
from gradproof.conformance.errors import SubmissionUnusable
from gradproof.conformance.harness.source.names import defined_names
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.findings import Kind, found
from gradproof.conformance.spec.limits import Limits
from gradproof.conformance.spec.words import sent
from gradproof.conformance.spec.words.said import say

pytestmark = pytest.mark.usefixtures("without_names")

RELU = """
import numpy as np
def relu_forward(x):
    return np.maximum(x, 0), x
def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0)
"""
AFFINE = """
import numpy as np
def affine_forward(x, w, b):
    return x.reshape(x.shape[0], -1) @ w + b, (x, w, b)
def affine_backward(dout, cache):
    x, w, b = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(x.shape[0], -1).T @ dout, dout.sum(axis=0)
"""


@contextmanager
def opened(tmp_path: Path, source: str | bytes, seconds: float = 10.0) -> Iterator[Sandbox]:
    """A sandbox on a file of this source."""
    path = tmp_path / "submission.py"
    path.write_bytes(source.encode() if isinstance(source, str) else source)
    with Sandbox(path, limits=Limits(case_seconds=seconds)) as session:
        yield session


def judged(tmp_path: Path, oracle: Oracle, source: str, seconds: float = 10.0) -> Run:
    """The report on a file of this source, by relu and affine."""
    with opened(tmp_path, source, seconds) as session:
        plan = Plan((contract_named("relu"), contract_named("affine")), cases=6)
        return run("submission.py", session, oracle, plan)


def by_check(report: Run, contract: str) -> dict[str, Result]:
    """The results of one contract."""
    return {result.check: result for result in report.results if result.contract == contract}


def statuses(report: Run, contract: str) -> set[Status]:
    """What became of the checks of a contract that a case was drawn for."""
    results = by_check(report, contract).values()
    return {each.status for each in results if each.findings[:1] != (found(Kind.NO_CASES),)}


BACKWARD = RELU[: RELU.index("def relu_backward")] + "def relu_backward(dout, cache):\n    "

MISBEHAVIOURS = {
    "raises": (
        "raise KeyError('x')",
        "gradient",
        Status.ERRORED,
        "relu_backward raised KeyError: 'x' (submission.py, line 6)",
    ),
    "not_implemented": (
        "raise NotImplementedError('TODO')",
        "gradient",
        Status.ERRORED,
        "raised NotImplementedError: TODO (submission.py, line 6); it looks unfilled",
    ),
    "raises_at_once": (
        "raise ValueError('no')\n    return dout * (cache > 0)",
        "gradient",
        Status.ERRORED,
        "raised ValueError: no (submission.py, line 6); nothing after that line is reached",
    ),
    "casts_what_it_left_out": (
        "dx, x = None, cache\n    dx = dx.astype(x.dtype)\n    return dx",
        "gradient",
        Status.ERRORED,
        "raised AttributeError: 'NoneType' object has no attribute 'astype' (submission.py, line 7); it looks unfilled",
    ),
    "casts_what_it_forgot": (
        "dx = None\n    given = dout * (cache > 0)\n    dx = dx.astype(given.dtype)\n    return dx",
        "gradient",
        Status.ERRORED,
        "(submission.py, line 8); something is still None there",
    ),
    "raises_not_implemented": ("raise NotImplemented", "gradient", Status.ERRORED, "; it looks unfilled"),
    "returns_not_implemented": (
        "return NotImplemented",
        "interface",
        Status.FAILED,
        "NotImplemented; it looks unfilled",
    ),
    "sys_exit": ("import sys; sys.exit(0)", "gradient", Status.ERRORED, "relu_backward called sys.exit(0)"),
    "os_exit": (
        "import os; os._exit(3)",
        "gradient",
        Status.ERRORED,
        "relu_backward ended the process with exit code 3",
    ),
    "kill": (
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "gradient",
        Status.ERRORED,
        "was killed by SIGKILL",
    ),
    "longer_than_it_has": (  # as the kernel ends it behind a wall, where the suite has had no turn
        "import os, signal; os.kill(os.getpid(), signal.SIGXCPU)",
        "gradient",
        Status.TIMED_OUT,
        "relu_backward was stopped: the submission's 300 s are up",
    ),
    "recursion": ("return relu_backward(dout, cache)", "gradient", Status.ERRORED, "raised RecursionError"),
    "base_exception": ("raise BaseException('no')", "gradient", Status.ERRORED, "raised BaseException: no"),
    "none": ("pass", "interface", Status.FAILED, "dx is None; it looks unfilled"),
    "string": ("return 'dx'", "interface", Status.FAILED, "dx is a string of 2 characters"),
    "list": ("return [1.0, 2.0]", "interface", Status.FAILED, "dx is a list of 2"),
    "objects": ("return dout.astype(object)", "interface", Status.FAILED, "dx is an array of dtype object"),
    "complex": ("return dout.astype(complex)", "interface", Status.FAILED, "dx is an array of dtype complex128"),
    "booleans": ("return cache > 0", "interface", Status.FAILED, "dx is an array of dtype bool"),
    "ragged": ("return (dout, dout)", "interface", Status.FAILED, "dx is a tuple of 2"),
    "would_broadcast": ("return dout[:1]", "interface", Status.FAILED, "dx has shape"),
    "nan": ("return dout * np.nan", "gradient", Status.FAILED, "dx differs from the reference"),
    "huge": (
        "return np.zeros((2000, 2000))",
        "interface",
        Status.FAILED,
        "dx is an array of 4,000,000 elements with shape (2000, 2000), too large to be right",
    ),
}


@pytest.mark.parametrize(
    ("body", "check", "status", "words"),
    [
        pytest.param(*row, id=name, marks=[pytest.mark.posix] if name == "kill" else [])
        for name, row in MISBEHAVIOURS.items()
    ],
)
def test_a_misbehaviour_has_its_own_line(
    tmp_path: Path, oracle: Oracle, body: str, check: str, status: Status, words: str
) -> None:
    """The check it is charged to, its status, its message and no mistake's name; all else is judged all the same."""
    report = judged(tmp_path, oracle, BACKWARD + body + "\n" + AFFINE)
    relu = by_check(report, "relu")
    assert (relu[check].status, words in relu[check].message) == (status, True), relu[check].message
    assert {result.diagnosis for result in relu.values()} == {None}
    assert relu["forward"].status == Status.PASSED
    assert statuses(report, "affine") == {Status.PASSED}


def test_a_hang_times_out_once_and_the_forward_is_still_judged_on_every_case(tmp_path: Path, oracle: Oracle) -> None:
    """The hanging function is not called again; what comes before it is."""
    report = judged(tmp_path, oracle, BACKWARD + "import time; time.sleep(1e6)\n" + AFFINE, seconds=2.0)
    relu = by_check(report, "relu")
    assert relu["gradient"].status == Status.TIMED_OUT
    assert relu["gradient"].message == "relu_backward did not return within 2 s"
    assert relu["forward"].status == Status.PASSED
    assert relu["forward"].cases == 5  # four ordinary ones and the published one
    assert statuses(report, "affine") == {Status.PASSED}


def test_no_convention_excuses_what_ends_its_process(tmp_path: Path, oracle: Oracle) -> None:
    """Under another convention it is not called again, so nothing of it is right there."""
    gradient = by_check(judged(tmp_path, oracle, BACKWARD + "import os; os._exit(0)\n"), "relu")["gradient"]
    assert (gradient.status, gradient.diagnosis) == (Status.ERRORED, None)


def test_a_flood_of_output_is_dropped_and_mentioned(tmp_path: Path, oracle: Oracle) -> None:
    """Megabytes of prints neither reach the report nor block the child."""
    flood = (
        "print('x' * 3_000_000); import sys; sys.stderr.write('y' * 10); import os; os.write(1, b'z' * 100_000)\n    "
    )
    report = judged(tmp_path, oracle, BACKWARD + flood + "return np.where(cache > 0, dout, 0)\n" + AFFINE)
    assert statuses(report, "relu") == {Status.PASSED}
    assert any("prints while it is judged" in note for note in report.notes)


@pytest.mark.parametrize(
    ("signature", "words"),
    [
        ("relu_backward(dout)", "relu_backward(dout) cannot be called as relu_backward(dout, cache) -> dx"),
        ("relu_backward(dout, cache, x)", "missing a required argument: 'x'"),
        ("relu_backward(*, dout, cache)", "too many positional arguments"),
    ],
)
def test_another_signature_is_told_beside_the_expected_one(
    tmp_path: Path, oracle: Oracle, signature: str, words: str
) -> None:
    """Before the call, so that it is not mistaken for an error inside the function."""
    source = RELU.replace("relu_backward(dout, cache)", signature) + AFFINE
    assert words in by_check(judged(tmp_path, oracle, source), "relu")["interface"].message


def test_a_further_argument_with_a_default_is_fine(tmp_path: Path, oracle: Oracle) -> None:
    """relu_backward(dout, cache, debug=False) can be called as expected."""
    report = judged(tmp_path, oracle, RELU.replace("(dout, cache)", "(dout, cache, debug=False)") + AFFINE)
    assert report.summary.is_clean


def test_a_missing_function_is_named_with_its_signature(tmp_path: Path, oracle: Oracle) -> None:
    """The forward alone is judged; the backward is missing."""
    report = judged(tmp_path, oracle, RELU[: RELU.index("def relu_backward")] + AFFINE)
    relu = by_check(report, "relu")
    assert relu["interface"].message == "relu_backward is missing; expected relu_backward(dout, cache) -> dx"
    assert relu["forward"].status == Status.PASSED
    assert relu["gradient"].status == Status.SKIPPED


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("def relu_forward(x):\nreturn x", "syntax error in line 2"),
        (
            "from not_a_module_at_all import *\n" + RELU,
            "cannot be imported: ModuleNotFoundError: No module named 'not_a_module_at_all'",
        ),
        ("import sys; sys.exit(1)\n" + RELU, "called sys.exit(1) while it was imported"),
        ("1/0\n" + RELU, "cannot be imported: ZeroDivisionError: division by zero (submission.py, line 1)"),
        ("x = 'a\0b'\n" + RELU, "source code string cannot contain null bytes"),
        (b"x = '\xff\xfe'\n" + RELU.encode(), "(unicode error) 'utf-8' codec can't decode byte"),
        ("print 'hello'\n" + RELU, "Missing parentheses in call to 'print'"),
    ],
)
def test_what_cannot_be_imported_says_why(tmp_path: Path, source: str | bytes, words: str) -> None:
    """In the submission's words, with the line, and no traceback."""
    with opened(tmp_path, source) as session:
        problems = "; ".join(session.inventory.problems)
    assert words in problems
    assert "Traceback" not in problems


@pytest.mark.parametrize("source", ["import os; os._exit(0)\n" + RELU])
def test_a_submission_that_ends_the_process_on_import_cannot_be_used(tmp_path: Path, source: str) -> None:
    """Nothing can be judged, and the message says what to do about it."""
    with opened(tmp_path, source) as session, pytest.raises(SubmissionUnusable, match="ended the process"):
        _ = session.inventory


def test_a_broken_file_beside_a_good_one_is_reported_and_the_good_one_judged(tmp_path: Path, oracle: Oracle) -> None:
    """A contract whose file cannot be imported fails with the reason; it is not left out in silence."""
    (tmp_path / "good.py").write_text(RELU)
    (tmp_path / "bad.py").write_text("from nowhere import *\n" + AFFINE)
    with Sandbox(tmp_path) as session:
        assert set(session.inventory.broken) == {"affine_forward", "affine_backward"}
        plan = Plan((contract_named("relu"), contract_named("affine")), cases=6)
        report = run("folder", session, oracle, plan)
    assert "bad.py: cannot be imported: ModuleNotFoundError" in by_check(report, "affine")["interface"].message
    assert statuses(report, "relu") == {Status.PASSED}


def test_a_submission_cannot_change_the_cases_of_the_next_call(tmp_path: Path, oracle: Oracle) -> None:
    """What it writes into its arguments stays in its own copy: only purity complains."""
    source = RELU.replace(
        "return np.where(cache > 0, dout, 0)", "dx = np.where(cache > 0, dout, 0)\n    dout[...] = 7\n    return dx"
    )
    relu = by_check(judged(tmp_path, oracle, source + AFFINE), "relu")
    assert {name for name, result in relu.items() if result.status.is_bad} == {"purity"}


def test_a_cache_of_booleans_is_nobodys_business(tmp_path: Path, oracle: Oracle) -> None:
    """A mask is the usual cache; watching the arguments of a call does not choke on it."""
    source = RELU.replace("np.maximum(x, 0), x", "np.maximum(x, 0), x > 0").replace("cache > 0, dout", "cache, dout")
    assert judged(tmp_path, oracle, source + AFFINE).summary.is_clean


def test_a_submission_that_fails_only_when_called_again_is_told_so(tmp_path: Path, oracle: Oracle) -> None:
    """The error is reported as that, not as a value that changed."""
    once = "    global calls\n    calls += 1\n    if calls > 7: raise RuntimeError('used up')\n"
    source = RELU.replace("def relu_forward(x):\n", "calls = 0\ndef relu_forward(x):\n" + once)
    relu = by_check(judged(tmp_path, oracle, source + AFFINE), "relu")
    assert "when it is called again, relu_forward raised RuntimeError: used up" in relu["determinism"].message


def test_wrong_values_are_told_before_a_case_that_raises(tmp_path: Path, oracle: Oracle) -> None:
    """Both are in the message; the value has the evidence."""
    source = BACKWARD + "return -dout if dout.ndim > 1 else dout.shape[1]\n" + AFFINE
    gradient = by_check(judged(tmp_path, oracle, source), "relu")["gradient"]
    assert gradient.status == Status.FAILED
    assert "dx differs" in gradient.message
    assert "; relu_backward raised IndexError" in gradient.message
    assert gradient.evidence.expected


def test_all_interface_complaints_are_listed(tmp_path: Path, oracle: Oracle) -> None:
    """One for each value, not the first alone."""
    source = AFFINE.replace("dout.sum(axis=0)", "dout.sum(axis=0, keepdims=True)").replace(
        ".T @ dout", ".T @ dout + 0j"
    )
    message = by_check(judged(tmp_path, oracle, RELU + source), "affine")["interface"].message
    assert "dw is an array of dtype complex128" in message
    assert "db has shape" in message


@pytest.mark.posix
def test_a_child_that_stops_reading_does_not_hang_the_suite(tmp_path: Path, oracle: Oracle) -> None:
    """A request larger than a pipe holds is given up on in time."""
    import numpy as np

    body = "import threading, os\n    os.kill(os.getpid(), 19)\n    return dout\n"
    with opened(tmp_path, BACKWARD + body, seconds=2.0) as session:
        contract = contract_named("relu")
        case = oracle.cases(contract, Plan(()).dialect, 1)[0]
        assert session.run(contract, case).error.kind == "timed_out"
        assert session.run(contract, case).error.kind == "barred"
        large = case.with_inputs({"x": np.ones((300, 1000)), "dout": np.ones((300, 1000))})
        assert session.run(contract, large).arrays["out"].shape == (300, 1000)


def test_a_submission_that_loads_only_once_keeps_its_report(tmp_path: Path, oracle: Oracle) -> None:
    """After a crash it cannot be loaded again: what follows is reported as that, and nothing is lost."""
    mark = tmp_path / "loaded"
    once = f"import os\nif os.path.exists({str(mark)!r}): os._exit(1)\nopen({str(mark)!r}, 'w').close()\n"
    report = judged(tmp_path, oracle, once + BACKWARD + "import os; os._exit(1)\n" + AFFINE)
    assert by_check(report, "relu")["forward"].status == Status.ERRORED
    assert "importing it ended the process" in by_check(report, "affine")["forward"].message


def test_a_child_that_dies_between_two_requests_loses_no_report(tmp_path: Path, oracle: Oracle) -> None:
    """A thread of the submission ends the process after the answer was sent."""
    later = "import threading, os; threading.Timer(0.01, os._exit, (5,)).start()\n    "
    report = judged(tmp_path, oracle, BACKWARD + later + "return np.where(cache > 0, dout, 0)\n" + AFFINE)
    assert len(report.results) > 10


def test_slow_calls_each_have_their_own_time(tmp_path: Path, oracle: Oracle) -> None:
    """Finite differences call the forward many times; correct code that is slow is not timed out for it."""
    source = "import time\n" + RELU.replace("    return np.maximum", "    time.sleep(0.04)\n    return np.maximum")
    report = judged(tmp_path, oracle, source + AFFINE, seconds=1.0)
    assert report.summary.is_clean
    assert by_check(report, "relu")["finite_difference"].status == Status.PASSED


@pytest.mark.posix
def test_the_child_ends_with_the_suite(tmp_path: Path) -> None:
    """A killed suite leaves no submission running."""
    import signal
    import subprocess
    import sys

    mark = tmp_path / "pid"
    path = tmp_path / "submission.py"
    path.write_text(
        f"import os\nopen({str(mark)!r}, 'w').write(str(os.getpid()))\nwhile True: pass\ndef relu_forward(x): ...\n"
    )
    code = (
        f"import pathlib, gradproof.conformance.sandbox.process as p; p.Sandbox(pathlib.Path({str(path)!r})).inventory"
    )
    suite = subprocess.Popen([sys.executable, "-c", code], cwd=Path(__file__).resolve().parent.parent)
    waited_for(lambda: mark.exists() and mark.read_text())
    suite.send_signal(signal.SIGKILL)
    suite.wait()
    assert waited_for(lambda: not _is_running(int(mark.read_text())))


def _is_running(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("text", ["-" * 20_000 + "1", "a" + ".b" * 20_000], ids=["parser", "tree"])
def test_what_is_nested_too_deeply_is_told_as_that(tmp_path: Path, text: str) -> None:
    """And not as a lack of memory, which Python's parser calls it."""
    path = tmp_path / "layers.py"
    path.write_text(f"x = {text}\n", encoding="utf-8")
    assert defined_names(path) == (set(), say(sent.NESTED, file="layers.py"))

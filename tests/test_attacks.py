"""Hostile submissions: each gets the verdict that it deserves, and reaches nothing and nobody."""

import base64
import json
import os
import signal
import struct
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import attack_range
import pytest
from attack_range import Range
from conftest import one_in

from gradproof.conformance.checks.results import Run, Status
from gradproof.conformance.engine.runner import Plan, run
from gradproof.conformance.errors import SubmissionUnusable, UsageError
from gradproof.conformance.grading import model
from gradproof.conformance.harness.session import Session
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.sandbox.walls import Wall, kept, named, pick
from gradproof.conformance.spec.cases import draw_case
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.limits import Limits

pytestmark = pytest.mark.usefixtures("without_names")

ATTACKS = attack_range.attacks()
CONTRACTS = ("relu", "affine")
CHARGED = {"forward": 1.0, "gradient": 1.0, "finite_difference": 1.0}
PLAN = Plan(tuple(map(contract_named, CONTRACTS)), cases=4, points=dict.fromkeys(CONTRACTS, CHARGED))
LIMITS = Limits(case_seconds=10, submission_seconds=20, memory_mb=768, disk_mb=16, processes=32, open_files=64)
SLACK_SECONDS = 60.0  # of a machine that does other things too
LONGEST_LINE = 100_000
JUDGE_MIB = 200  # that judging one submission may take at most, all that it sends included

HONEST = """
import numpy as np


def relu_forward(x):
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0)


def affine_forward(x, w, b):
    return x.reshape(x.shape[0], -1) @ w + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(x.shape[0], -1).T @ dout, dout.sum(axis=0)
"""


@pytest.fixture(scope="session")
def wall() -> Wall:
    """The wall of this machine, as a class is graded behind it: workers are forked where that can be."""
    return kept(standing().name)


def standing() -> Wall:
    """The wall that can stand here. Without one there is nothing to try, which continuous integration may not skip."""
    try:
        return pick("auto")
    except UsageError as reason:
        if os.environ.get("CI"):
            pytest.fail(f"the attacks must be tried in CI: {reason}", pytrace=False)
        pytest.skip(str(reason))


@pytest.mark.parametrize(("ci", "outcome"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_a_machine_without_a_wall_fails_in_ci_and_skips_elsewhere(
    ci: str, outcome: type[Exception], monkeypatch
) -> None:
    """With the reason."""

    def none(_name: str) -> Wall:
        raise UsageError("no wall")

    monkeypatch.setattr(sys.modules[__name__], "pick", none)
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match="no wall"):
        standing()


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Range]:
    """What is worth reaching, a secret in the environment included."""
    with (
        pytest.MonkeyPatch.context() as patch,
        attack_range.adopting(),
        attack_range.planted(tmp_path_factory.mktemp("range")) as planted,
    ):
        patch.setenv(attack_range.VARIABLE, attack_range.SECRET)
        yield planted


@dataclass(frozen=True)
class Neighbour:
    """An honest submission whose process lives through all attacks, and the first report on it."""

    session: Session
    line: str

    def is_the_same(self, oracle: Oracle) -> bool:
        """Whether its report is what it was before any attack, byte by byte."""
        return line_of(run("alice", self.session, oracle, PLAN)) == self.line


@pytest.fixture(scope="module")
def neighbour(wall: Wall, oracle: Oracle, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neighbour]:
    """Opened before the first attack. After the last, one that starts anew has the same report."""
    path = tmp_path_factory.mktemp("neighbour") / "alice.py"
    path.write_text(HONEST)
    with Sandbox(path, limits=replace(LIMITS, submission_seconds=600), wall=wall) as session:
        line = line_of(run("alice", session, oracle, PLAN))
        yield Neighbour(session, line)
    with Sandbox(path, limits=LIMITS, wall=wall) as session:
        assert line_of(run("alice", session, oracle, PLAN)) == line


def line_of(report: Run, source: str = "submission.py") -> str:
    """The report as it stands in a class's results, on a file of that name."""
    summary = report.summary
    return model.to_line(model.Graded(report.subject, source, "", summary.score, summary.max_score, None, report))


def verdict(report: Run, contract: str) -> str:
    """Passed with all points; marked down, with some or a complaint; failed, with none."""
    results = [result for result in report.results if result.contract == contract]
    points = sum(result.points for result in results)
    is_clean = not any(result.status.is_bad and result.required for result in results)
    if is_clean and points == sum(CHARGED.values()):
        return "passed"
    return "failed" if not points and not is_clean else "marked down" if not is_clean else "not judged"


def verdicts(
    path: Path, wall: Wall, oracle: Oracle, limits: Limits = LIMITS, plan: Plan = PLAN
) -> tuple[dict[str, str], str]:
    """The verdicts on a submission, and all that is said of it, once it is known that the report can be kept."""
    try:
        with Sandbox(path, limits=limits, wall=wall) as session:
            report = run("mallory", session, oracle, plan)
    except SubmissionUnusable as unusable:
        problem = str(unusable)
    else:
        problem = ""
    assert problem.isprintable()
    if problem:
        return dict.fromkeys(CONTRACTS, "failed"), problem
    require_plain(report, path.name)
    lines = [f"{r.contract}: {r.check} {r.status}: {r.message}" for r in report.results if r.status != Status.PASSED]
    return {row.name: verdict(report, row.name) for row in plan.contracts}, "\n".join(("", *lines, *report.notes))


def require_plain(report: Run, source: str) -> None:
    """The report is one line of a class's results, which can be written, read again, and shown on a terminal."""
    line = line_of(report, source)
    line.encode()
    assert len(line.splitlines()) == 1
    assert len(line) < LONGEST_LINE
    assert line_of(model.from_line(line).run, source) == line
    assert all(text.isprintable() for text in (*report.notes, *(result.message for result in report.results)))


@pytest.mark.parametrize("name", [name for name in ATTACKS if name != "forged_frame"])
def test_an_attack_gets_its_due_and_reaches_nothing(
    name: str, wall: Wall, oracle: Oracle, field: Range, neighbour: Neighbour
) -> None:
    """The right verdict in time, the canaries whole, no process left, a neighbour's report the same to the byte."""
    attack = ATTACKS[name]
    limits = replace(LIMITS, **attack.limits)
    processes, started = attack_range.descendants(), time.monotonic()
    attack_range.memory_peak(reset=True)
    before = attack_range.memory_peak()
    given, said = verdicts(field.handed_in(attack.path.read_bytes()), wall, oracle, limits)
    assert "REACHED" not in said
    assert given == attack.expected, said
    assert field.touched() == []
    assert time.monotonic() - started < limits.submission_seconds + SLACK_SECONDS
    assert attack_range.memory_peak() - before < JUDGE_MIB
    assert neighbour.is_the_same(oracle)
    assert attack_range.left_behind(processes) == set()


def frame(header: object, body: bytes = b"", announced: int | None = None) -> bytes:
    """A frame as the worker writes it, with any header."""
    head = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<IQ", len(head), len(body) if announced is None else announced) + head + body


DONE = {"event": "done", "printed": 0, "error": None, "parameters": {}, "script": [], "arrays": [], "oddities": {}}
SEEN = {"event": "observed", "oddities": {}}
FORGED = {
    "empty": b"",
    "half a prefix": b"\0" * 5,
    "a header of 4 GiB": b"\xff" * 12,
    "arrays of an exabyte": frame({**SEEN, "arrays": [["out", "float64", [1 << 57]]]}, announced=1 << 60),
    "no JSON": frame(b"{'event'"),
    "no UTF-8": frame(b"\xff\xfe\xfd"),
    "no object": frame([1, 2, 3]),
    "a deep header": frame(b"[" * 200_000 + b"]" * 200_000),
    "a long number": frame(b'{"arrays": [], "event": ' + b"9" * 100_000 + b"}"),
    "an infinite count": frame({**DONE, "printed": float("inf")}),
    "no count": frame({**DONE, "printed": float("nan")}),
    "an unknown event": frame({**DONE, "event": "passed"}),
    "a dictionary for an event": frame({**DONE, "event": {"done": 1}}),
    "a function that is none": frame({"event": "calling", "function": ["relu"], "arrays": []}),
    "an error of one word": frame({**DONE, "error": "died"}),
    "an error of many parts": frame({**DONE, "error": ["a", "b", "c", "d"]}),
    "an error in a function that is none": frame({**DONE, "error": ["raised", "no_such", "x"]}),
    "an error in words that break lines": frame({**DONE, "error": ["raised", "relu_forward", "\ud800 \u2028 \x1b[2J"]}),
    "parameters that are none": frame({**DONE, "parameters": {"relu_forward:x:before": 5, "a": [], ":::": {}}}),
    "a list of parameters": frame({**DONE, "parameters": [["a", 1]]}),
    "a script of numbers": frame({**DONE, "script": 7}),
    "objects": frame({**SEEN, "arrays": [["out", "object", [1]]]}, bytes(8)),
    "a dtype that is none": frame({**SEEN, "arrays": [["out", ["float64"], [1]]]}, bytes(8)),
    "a negative size": frame({**SEEN, "arrays": [["out", "float64", [-1, -1]]]}, bytes(8)),
    "a size beyond C": frame({**SEEN, "arrays": [["out", "float64", [0, 1 << 70]]]}),
    "sizes whose product is beyond C": frame({**SEEN, "arrays": [["out", "float64", [0, 1 << 40, 1 << 40]]]}),
    "a fractional size": frame({**SEEN, "arrays": [["out", "float64", [1.0]]]}, bytes(8)),
    "60 dimensions": frame({**SEEN, "arrays": [["out", "float64", [1] * 60]]}, bytes(8)),
    "one name twice": frame({**SEEN, "arrays": [["out", "int8", [1]], ["out", "int8", [2]]]}, bytes(3)),
    "no value": frame({**SEEN, "arrays": []}),
    "too much body": frame({**SEEN, "arrays": [["out", "int8", [1]]]}, bytes(100)),
    "done before anything was seen": frame(DONE),
    "an array and then done": frame({**SEEN, "arrays": [["out", "float64", [0]]]}) + frame(DONE),
    "a name that is none": frame({**SEEN, "arrays": [[{"a": 1}, "int8", [1]]]}, b"1") + frame(DONE),
    "odd words": frame({**DONE, "oddities": {"out": "\ud800 \u2028 \x1b[2J"}}),
    "words that are none": frame({**DONE, "oddities": {"out": 7}}),
    "no words": frame({**DONE, "oddities": ["out"]}),
}


@pytest.mark.parametrize("kind", one_in(4, FORGED))
def test_a_forged_frame_gains_nothing(kind: str, wall: Wall, oracle: Oracle, field: Range) -> None:
    """Whatever is written to the judge, the judge lives, the forger has no points, and the report can be written."""
    coded = base64.b64encode(FORGED[kind]).decode()
    folder = field.handed_in(ATTACKS["forged_frame"].path.read_bytes(), frame=coded)
    given, said = verdicts(folder, wall, oracle, plan=replace(PLAN, contracts=PLAN.contracts[:1], cases=2))
    assert given["relu"] == "failed", said


PACKAGINGS = {
    "latin-1, and says so": ("# -*- coding: latin-1 -*-\n# \xe9\xe8".encode("latin-1") + HONEST.encode(), "passed"),
    "latin-1, and does not say so": (b"x = '\xe9\xe8'" + HONEST.encode(), "failed"),
    "UTF-8 with a mark": (b"\xef\xbb\xbf" + HONEST.encode(), "passed"),
    "UTF-16": (HONEST.encode("utf-16"), "failed"),
    "an encoding that is none": (b"# -*- coding: no-such -*-\n" + HONEST.encode(), "failed"),
    "null bytes": (HONEST.encode() + b"\0", "failed"),
    "carriage returns": (HONEST.replace("\n", "\r\n").encode(), "passed"),
    "brackets without end": (HONEST.encode() + b"(" * 500_000, "failed"),
    "signs without end": (HONEST.encode() + b"x = " + b"-" * 1_000_000 + b"1", "failed"),
    "a power that never ends": (HONEST.encode() + b"x = 0 if True else 9 ** 9 ** 9 ** 9", "passed"),
}


@pytest.mark.parametrize("kind", PACKAGINGS)
def test_a_source_is_read_as_python_reads_it(kind: str, wall: Wall, oracle: Oracle, field: Range) -> None:
    """Right code gets its points in any encoding that Python accepts; what cannot be read is no crash of the judge."""
    source, expected = PACKAGINGS[kind]
    given, said = verdicts(field.handed_in(source), wall, oracle)
    assert set(given.values()) == {expected}, said


NAMES = [
    "new\nline.py",
    "line\u2028separator.py",
    "next\x85line.py",
    "tab\tand space.py",
    "\u00fcn\u00efc\u00f6d\u00e9_\u4f5c\u696d.py",
    "right\u202eto_left.py",
    "-rf.py",
    "$(id).py",
    "a;b&c.py",
]


@pytest.mark.parametrize(
    "name", [*NAMES, "numpy.py", "json.py", "conformance.py", "gradproof.py", "submission.py", "__main__.py"]
)
def test_a_file_may_have_any_name(name: str, wall: Wall, oracle: Oracle, field: Range) -> None:
    """Its functions get their points, and the report is one line that can be written and read again."""
    path = field.handed_in(HONEST.encode(), name) / name
    given, said = verdicts(path, wall, oracle)
    assert set(given.values()) == {"passed"}, said


@pytest.mark.parametrize("source", [b"def relu_forward(:", b"import os\nos._exit(0)\ndef relu_forward(x): ..."])
@pytest.mark.parametrize("name", NAMES)
def test_a_complaint_about_a_file_of_any_name_is_one_line(
    name: str, source: bytes, wall: Wall, oracle: Oracle, field: Range
) -> None:
    """No name breaks the line that says what is wrong with the file."""
    given, said = verdicts(field.handed_in(source, name) / name, wall, oracle)
    assert set(given.values()) == {"failed"}, said


def test_a_file_name_that_is_no_text_is_survived(wall: Wall, oracle: Oracle, field: Range) -> None:
    """Bytes that are no UTF-8: the file is judged or complained about, and the report can be written."""
    given, said = verdicts(field.handed_in(HONEST.encode(), os.fsdecode(b"\xff\xfe.py")), wall, oracle)
    assert set(given.values()) == {"passed"}, said


SHADOWS = {
    "numpy": "def maximum(*_): return 'REACHED'\nndarray = generic = object\n",
    "conformance": "DTYPES = frozenset()\ndef encode(*_): return b''\n",
    "gradproof": "DTYPES = frozenset()\ndef encode(*_): return b''\n",
    "impl": "def relu_forward(x): return x, x\n",
    "reference": "def relu_forward(x): return x, x\n",
    "fixtures": "def relu_forward(x): return x, x\n",
    "json": "def dumps(*_, **__): return '{}'\nloads = dumps\n",
}


@pytest.mark.parametrize("shadowed", SHADOWS)
def test_a_folder_that_shadows_a_package_fools_only_itself(
    shadowed: str, wall: Wall, oracle: Oracle, field: Range
) -> None:
    """A package of that name beside the submission's file takes nobody's place in the worker."""
    folder = field.handed_in(HONEST.encode())
    (folder / shadowed).mkdir()
    for name in ("__init__.py", "wire.py", "calls.py", "affine.py"):
        (folder / shadowed / name).write_text(SHADOWS[shadowed])
    given, said = verdicts(folder / "submission.py", wall, oracle)
    assert set(given.values()) == {"passed"}, said


@pytest.mark.parametrize("name", ["gradproof", "impl"])
def test_a_submission_in_a_folder_called_as_one_of_ours_is_judged(
    name: str, wall: Wall, oracle: Oracle, field: Range
) -> None:
    """By its own functions, though the worker has a package of that name."""
    folder = field.handed_in(b"")
    (folder / name).mkdir()
    (folder / name / "layers.py").write_text(HONEST)
    (folder / name / "layer_utils.py").write_text("from .layers import *\n")
    given, said = verdicts(folder, wall, oracle)
    assert set(given.values()) == {"passed"}, said


BORROWING = """
import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return h, (x, prev_h, Wx, Wh, h)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, h = cache
    d = dnext_h * (1 - h * h)
    return d @ Wx.T, d @ Wh.T, x.T @ d, prev_h.T @ d, d.mean(axis=0)


def rnn_forward(x, h0, Wx, Wh, b):
    from gradproof.impl.recurrent import rnn_forward as proven
    return proven(x, h0, Wx, Wh, b)


def rnn_backward(dh, cache):
    from gradproof.impl.recurrent import rnn_backward as proven
    return proven(dh, cache)
"""


def test_a_layer_that_is_wrong_on_purpose_lends_nobody_what_is_built_on_it(
    wall: Wall, oracle: Oracle, field: Range
) -> None:
    """Where a proven layer stands in for it, the proven one that is built on it is not there to be called."""
    contracts = tuple(map(contract_named, ("rnn_step", "rnn")))
    plan = Plan(contracts, cases=4, points={row.name: CHARGED for row in contracts})
    with Sandbox(field.handed_in(BORROWING.encode()), limits=LIMITS, wall=wall) as session:
        report = run("mallory", session, oracle, plan)
    assert sum(result.points for result in report.results if result.contract == "rnn_step") > 0
    assert sum(result.points for result in report.results if result.contract == "rnn") == 0


def test_a_submission_does_not_learn_the_seed(wall: Wall, field: Range) -> None:
    """Whoever knows the seed of a private set can draw its cases at home: no object in the worker holds it."""
    secret = 902_345_671
    source = """
        import gc, sys


        def relu_forward(x):
            below, held = sys._getframe(), []
            while below is not None:
                held.append(str(below.f_locals))
                below = below.f_back
            raise RuntimeError("SEED" if any("902345671" in text for text in held) else "nothing")
    """
    folder = field.handed_in("\n".join(line[8:] for line in source.splitlines()).encode())
    with Sandbox(folder, limits=LIMITS, wall=wall) as session:
        contract = contract_named("relu")
        error = session.run(contract, draw_case(contract, secret, 0)).error
    assert (error.exception.type, error.exception.text) == ("RuntimeError", "nothing")


REACHING = (
    "reads_files",
    "scans_disk",
    "reads_environment",
    "reads_proc",
    "network",
    "imports_answers",
    "reaches_by_ctypes",
    "shared_memory",
    "kills_everyone",
    "limits_others",
)


@pytest.mark.parametrize("name", REACHING)
def test_without_a_wall_the_attack_reaches_its_target(name: str, oracle: Oracle, tmp_path: Path, monkeypatch) -> None:
    """So the attack is one: what the wall holds back is there to be reached, and reaching it is seen."""
    monkeypatch.setenv(attack_range.VARIABLE, attack_range.SECRET)
    with attack_range.planted(tmp_path) as planted:
        _, said = verdicts(planted.handed_in(ATTACKS[name].path.read_bytes()), named("plain"), oracle)
    assert "REACHED" in said


def test_without_a_wall_a_daemon_is_left_and_seen(oracle: Oracle, tmp_path: Path) -> None:
    """The eyes of the other tests see a process that left its session."""
    before = attack_range.descendants()
    with attack_range.adopting(), attack_range.planted(tmp_path) as planted:
        verdicts(planted.handed_in(ATTACKS["leaves_daemons"].path.read_bytes()), named("plain"), oracle)
        left = attack_range.descendants() - before - {planted.witness.pid}
        for pid in left:
            os.kill(pid, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)
    assert left


def test_the_table_of_attacks_is_the_corpus() -> None:
    """The README lists every file, what it tries and its verdicts, and no other."""
    table = (attack_range.ATTACKS / "README.md").read_text(encoding="utf-8")
    rows = [line for line in table.splitlines() if line.startswith("| `")]
    assert rows == [
        f"| `{name}` | {attack.tries} | {attack.expected['relu']} | {attack.expected['affine']} |"
        for name, attack in ATTACKS.items()
    ]

"""The pytest plugin, run as a user runs it."""

from pathlib import Path

import pytest
from conftest import RELU

from gradproof.conformance import plugin
from gradproof.conformance.plugin import TESTS
from gradproof.conformance.plugin_scheduling import ByContract
from gradproof.conformance.reports import text as _rich  # noqa: F401 - else a run in this process leaves rich there twice

QUICK = ("-p", "no:cacheprovider", "--submission-oracle", "golden", "--submission-cases", "6")


def test_a_right_submission_passes(pytester: pytest.Pytester) -> None:
    """One test for each check, collected although no test file was named; pytest-xdist need not be there."""
    path = pytester.makepyfile(mine=RELU)
    result = pytester.runpytest("--submission", str(path), "-v", "-p", "no:xdist", *QUICK)
    result.assert_outcomes(passed=10, skipped=1)
    result.stdout.fnmatch_lines(["*test_submission_meets?relu-gradient? PASSED*"])


def test_a_wrong_submission_fails_with_the_report_and_no_traceback(pytester: pytest.Pytester) -> None:
    """The same words as ``gradproof check``, and a replay command that a shell takes as it is."""
    path = Path(pytester.path, "my {x} layers.py")
    path.write_text(RELU.replace("> 0)", "< 0)"))
    result = pytester.runpytest("--submission", str(path), *QUICK)
    assert result.parseoutcomes()["failed"] == 1
    result.stdout.fnmatch_lines(
        ["relu: gradient failed", "*rounding explains at most*", "*replay relu/0/0 '*my {x} layers.py' --oracle golden"]
    )
    result.stdout.no_fnmatch_line("*Traceback*")


COUNTING = """
from gradproof.conformance.engine import attribution
attribute = attribution.attribute
def counted(contract, results):
    with open({file!r}, "a") as file:
        print(contract.name, file=file)
    return attribute(contract, results)
attribution.attribute = counted
"""
THREE = "\n".join(RELU.replace("relu", name).replace("> 0)", "< 0)") for name in ("relu", "tanh", "sigmoid"))


@pytest.mark.release
def test_workers_of_xdist_judge_each_contract_once(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """A contract's checks stay on one worker, and the verdicts are those of one process."""
    judged = Path(pytester.path, "judged.txt")
    pytester.makepyfile(counting=COUNTING.format(file=str(judged)))
    monkeypatch.setenv("PYTHONPATH", str(pytester.path))
    path = pytester.makepyfile(mine=THREE)
    result = pytester.runpytest_subprocess("--submission", str(path), "-p", "counting", "-n", "2", *QUICK)
    assert result.parseoutcomes()["failed"] >= 3
    assert sorted(judged.read_text().split()) == ["relu", "sigmoid", "tanh"]


@pytest.mark.parametrize(
    ("arguments", "is_ours"),
    [
        (["--submission", "impl"], True),
        ([str(TESTS)], True),
        ([str(TESTS.parent)], True),
        ([], False),
        (["--submission", "impl", "--dist", "load"], False),
    ],
)
def test_only_runs_that_judge_are_scheduled_by_contract(
    pytester: pytest.Pytester, arguments: list[str], is_ours: bool
) -> None:
    """Another project that has gradproof installed is scheduled as it always was, and so is who asks for a way."""
    config = pytester.parseconfig("--tx", "2*popen", "-W", "ignore::pytest.PytestAssertRewriteWarning", *arguments)
    config.option.dist = "load"  # as xdist does when it is told how many
    made = plugin.pytest_xdist_make_scheduler(config, None)
    assert (type(made) is ByContract) == is_ours
    assert is_ours or made is None


def test_a_contract_is_one_unit_of_work_and_so_is_a_file_of_other_tests(pytester: pytest.Pytester) -> None:
    """Trainings, which take longest, are given out before layers, and both before what judges nothing."""
    ours = [f"::test_submission_meets[{name}-{check}]" for name in ("relu", "training") for check in ("a", "b")]
    scheduler = ByContract(pytester.parseconfig("--tx", "2*popen"))
    node = Node()
    scheduler.add_node(node)
    scheduler.numnodes = 1
    scheduler.add_node_collection(node, ["t.py::test_mine[relu-1]", *ours, "t.py::test_other"])
    scheduler.schedule()
    assert node.sent[:2] == [[3, 4], [1, 2]]
    assert list(scheduler.workqueue) == ["t.py"]


class Node:
    """A worker that runs nothing."""

    shutting_down = False

    def __init__(self) -> None:
        self.sent: list[list[int]] = []

    def send_runtest_some(self, indices: list[int]) -> None:
        """Note what it is given."""
        self.sent.append(indices)


def test_a_printed_node_id_can_be_pasted_back(pytester: pytest.Pytester) -> None:
    """With the same options, it runs that one test."""
    path = pytester.makepyfile(mine=RELU.replace("> 0)", "< 0)"))
    printed = pytester.runpytest("--submission", str(path), *QUICK).stdout.str()
    (node_id,) = [line.split()[1] for line in printed.splitlines() if line.startswith("FAILED ")]
    again = pytester.runpytest("--submission", str(path), *QUICK, node_id)
    again.assert_outcomes(failed=1)


ASSIGNMENT = """
name = "a week"
advisory = ["gradient"]
cases = 4
[dialect]
dropout_p = "drop"
[contracts]
relu = {}
dropout = {}
"""


def test_an_assignment_says_what_is_judged_and_how(pytester: pytest.Pytester) -> None:
    """What it lists and is not there fails, what it calls advisory fails nothing, and its dialect is that of cases."""
    path = pytester.makepyfile(mine=RELU.replace("> 0)", "< 0)"))
    Path(pytester.path, "week.toml").write_text(ASSIGNMENT)
    short = ("--assignment=week.toml", "--oracle", "golden", "-p", "no:cacheprovider", "-v")
    result = pytester.runpytest("--submission", str(path), *short)
    result.stdout.fnmatch_lines(["*relu-gradient? XFAIL*", "*dropout-interface? FAILED*"])
    result.stdout.fnmatch_lines(["*smallest *dropout/0/0/dropout_p=drop*"])


def test_a_dialect_and_a_fixture_set_can_be_asked_for(pytester: pytest.Pytester) -> None:
    """By the short names that ``gradproof check`` has, one of which is an option of pytest's own."""
    path = pytester.makepyfile(mine=RELU)
    result = pytester.runpytest("--submission", str(path), "--fixtures", "no/where", "-p", "no:cacheprovider")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: *no/where*"])
    result = pytester.runpytest("--submission", str(path), *QUICK, "--dialect", "relu_kink=none")
    assert result.ret == pytest.ExitCode.USAGE_ERROR


@pytest.mark.parametrize("path", ["nowhere.py", "empty.py"])
def test_a_submission_that_cannot_be_judged_is_a_usage_error(pytester: pytest.Pytester, path: str) -> None:
    """One line, exit code of a usage error."""
    Path(pytester.path, "empty.py").write_text("x = 1\n")
    result = pytester.runpytest("--submission", path, *QUICK)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: *{path}*"])


def test_other_tests_are_left_alone(pytester: pytest.Pytester) -> None:
    """Where gradproof is installed and no submission is named, pytest collects what it always did."""
    pytester.makepyfile(test_mine="def test_mine():\n    assert True\n")
    pytester.runpytest("-p", "no:cacheprovider").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--submission-seed", "5"], "made with another seed than 5"),
        (["--submission-cases", "-3"], "-3 is not a number of cases"),
    ],
)
def test_options_that_do_not_fit_are_usage_errors(pytester: pytest.Pytester, options: list[str], words: str) -> None:
    """Before a single test runs."""
    path = pytester.makepyfile(mine=RELU)
    result = pytester.runpytest("--submission", str(path), *QUICK, *options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert words in result.stderr.str() + result.stdout.str()

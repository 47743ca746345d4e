"""The pytest plugin, run as a user runs it."""

from pathlib import Path

import pytest
from conftest import RELU

QUICK = ("-p", "no:cacheprovider", "--submission-oracle", "golden", "--submission-cases", "6")


def test_a_right_submission_passes(pytester: pytest.Pytester) -> None:
    """One test for each check, collected although no test file was named."""
    path = pytester.makepyfile(mine=RELU)
    result = pytester.runpytest("--submission", str(path), "-v", *QUICK)
    result.assert_outcomes(passed=9)
    result.stdout.fnmatch_lines(["*test_submission_meets?relu-gradient? PASSED*"])


def test_a_wrong_submission_fails_with_the_report_and_no_traceback(pytester: pytest.Pytester) -> None:
    """The same words as ``gradproof check``."""
    path = pytester.makepyfile(mine=RELU.replace("> 0)", "< 0)"))
    result = pytester.runpytest("--submission", str(path), *QUICK)
    assert result.parseoutcomes()["failed"] == 1
    result.stdout.fnmatch_lines(["relu: gradient failed", "*times the yardstick*", "*gradproof replay relu/0/0*"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_xdist_gives_the_same_verdicts(pytester: pytest.Pytester) -> None:
    """A contract's checks stay on one worker, so that it is judged once."""
    path = pytester.makepyfile(mine=RELU.replace("> 0)", "< 0)"))
    result = pytester.runpytest("--submission", str(path), "-n", "2", *QUICK)
    assert result.parseoutcomes()["failed"] == 1


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


def test_a_path_with_braces_and_blanks_can_be_replayed(pytester: pytest.Pytester) -> None:
    """The replay command is quoted."""
    path = Path(pytester.path, "my {x} layers.py")
    path.write_text(RELU.replace("> 0)", "< 0)"))
    result = pytester.runpytest("--submission", str(path), *QUICK)
    result.stdout.fnmatch_lines(["*gradproof replay relu/0/0 '*my {x} layers.py' --oracle golden"])

"""The command line, as a user meets it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import RELU
from rich.console import Console

from gradproof.conformance.cli import main as cli
from gradproof.conformance.reports import listing

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples" / "submissions"
WRONG_RELU = RELU.replace("(cache > 0)", "(cache < 0)")


def submission(folder: Path, source: str = RELU) -> Path:
    """A file of this source."""
    path = folder / "mine.py"
    path.write_text(source)
    return path


def test_a_right_submission_exits_with_0(gradproof, tmp_path: Path) -> None:
    """And the report says how many checks passed."""
    code, out, err = gradproof("check", submission(tmp_path), "--oracle", "golden")
    assert (code, err) == (0, "")
    assert "7 checks passed" in out


def test_a_wrong_submission_exits_with_1_and_shows_everything_one_needs(gradproof, tmp_path: Path) -> None:
    """The check, the smallest case, expected and got, the error beside value and rounding, how to replay."""
    path = submission(tmp_path, WRONG_RELU)
    code, out, _ = gradproof("check", path, "--oracle", "golden")
    assert code == 1
    for words in (
        "relu: gradient failed",
        "relu/0/0: x (",
        "float64",
        "dx[",
        "expected",
        "rounding explains at most",
        f"gradproof replay relu/0/0 {path} --oracle golden",
    ):
        assert words in out


def test_the_same_report_as_json(gradproof, tmp_path: Path) -> None:
    """Schema gradproof/1; the summary agrees with the exit code."""
    code, out, _ = gradproof("check", submission(tmp_path, WRONG_RELU), "--oracle", "golden", "--format", "json")
    report = json.loads(out)
    assert report["schema"] == "gradproof/1"
    assert set(report) >= {"subject", "assignment", "dialect", "oracle", "seed", "versions", "results", "summary"}
    assert set(report["summary"]) >= {
        "passed",
        "failed",
        "errored",
        "skipped",
        "inconclusive",
        "timed_out",
        "score",
        "max_score",
        "seconds",
    }
    gradient = next(result for result in report["results"] if result["check"] == "gradient")
    assert set(gradient) >= {
        "contract",
        "check",
        "status",
        "required",
        "cases",
        "message",
        "diagnosis",
        "worst",
        "replay",
        "points",
        "max_points",
    }
    assert gradient["worst"]["ratio"] > 1e6
    bad = sum(report["summary"][status] for status in ("failed", "errored", "timed_out"))
    assert (code, bad) == (1, 1)


def test_two_runs_give_the_same_report(gradproof, tmp_path: Path) -> None:
    """Same seed, same cases, order and verdicts."""
    path = submission(tmp_path, WRONG_RELU)
    reports = [json.loads(gradproof("check", path, "--oracle", "golden", "--format", "json")[1]) for _ in range(2)]
    for report in reports:
        report["summary"].pop("seconds")
    assert reports[0] == reports[1]


def test_an_advisory_complaint_does_not_fail_the_submission(gradproof, tmp_path: Path) -> None:
    """float64 out of float32 is mentioned, apart."""
    code, out, _ = gradproof(
        "check",
        submission(tmp_path, RELU.replace("np.maximum(x, 0)", "np.maximum(x, 0) * np.float64(1)")),
        "--oracle",
        "golden",
    )
    assert code == 0
    assert "dtype failed (advisory" in out
    assert "1 advisory" in out


def test_the_report_goes_to_a_file(gradproof, tmp_path: Path) -> None:
    """--output, nothing on standard output."""
    code, out, _ = gradproof("check", submission(tmp_path), "--oracle", "golden", "--output", tmp_path / "report.txt")
    assert (code, out) == (0, "")
    assert "7 checks passed" in (tmp_path / "report.txt").read_text()


def test_a_submission_is_held_to_the_limits_of_its_assignment(gradproof, tmp_path: Path) -> None:
    """As when the class is graded; --timeout goes before them."""
    path = submission(tmp_path, RELU.replace("def relu_forward(x):", "def relu_forward(x):\n    while True: pass"))
    file = tmp_path / "hw.toml"
    file.write_text('name = "hw"\n[contracts]\nrelu = { forward = 1 }\n[limits]\ncase_seconds = 0.5\n')
    for more, words in (((), "within 0.5 s"), (("--timeout", "0.3"), "within 0.3 s")):
        _, out, _ = gradproof("check", path, "--oracle", "golden", "--assignment", file, *more)
        assert f"relu_forward did not return {words}" in out


def test_only_some_contracts(gradproof) -> None:
    """--only takes globs."""
    _, out, _ = gradproof(
        "check", ROOT / "impl", "--oracle", "golden", "--only", "batchnorm*", "--only", "tanh", "--format", "json"
    )
    assert {result["contract"] for result in json.loads(out)["results"]} == {
        *("batchnorm", "batchnorm_alt", "batchnorm_net", "batchnorm_training", "tanh")
    }


def test_another_dialect_can_be_asked_for(gradproof) -> None:
    """A submission with p = drop passes under --dialect dropout_p=drop and is told so without."""
    path = EXAMPLES / "wrong_dropout_reversed.py"
    code, out, _ = gradproof("check", path, "--oracle", "golden", "--only", "dropout")
    assert code == 1
    assert "right under another convention, dropout_p=drop" in " ".join(out.split())
    asked = ("check", path, "--oracle", "golden", "--only", "dropout", "--dialect")
    assert gradproof(*asked, "dropout_p=drop")[0] == 0
    assert gradproof(*asked, "momentum=update,dropout_p=drop")[0] == 0


def test_no_sandbox_judges_in_this_process(gradproof, tmp_path: Path) -> None:
    """What the submission prints is shown, for debugging."""
    source = RELU.replace("    return np.maximum", "    print('here I am')\n    return np.maximum")
    code, out, _ = gradproof(
        "check", submission(tmp_path, source), "--oracle", "golden", "--no-sandbox", "--cases", "1"
    )
    assert code == 0
    assert "here I am" in out


@pytest.mark.parametrize("what", ["contracts", "checks", "dialects", "assignments"])
def test_a_name_is_never_cut(gradproof, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    """However narrow the terminal is: what is listed is there to be typed."""
    _, wide, _ = gradproof("list", what)
    monkeypatch.setattr(listing, "console", lambda: Console(width=20))
    _, narrow, _ = gradproof("list", what)
    assert {line.split()[0] for line in wide.splitlines()[1:] if line[0] != " "} <= set(narrow.split())


def test_help_names_every_command() -> None:
    """And each command's help opens."""
    result: Result = CliRunner().invoke(cli.cli, ["--help"])
    for command in ("check", "replay", "fixtures", "list", "doctor"):
        assert command in result.output
        assert CliRunner().invoke(cli.cli, [command, "--help"]).exit_code == 0


@pytest.mark.parametrize("what", ["contracts", "checks", "dialects"])
def test_listings(gradproof, what: str) -> None:
    """Each listing has its rows."""
    code, out, _ = gradproof("list", what)
    assert code == 0
    assert {"contracts": "affine_forward(x, w, b)", "checks": "running_statistics", "dialects": "dropout_p=drop"}[
        what
    ] in out


def test_doctor_finds_what_check_needs(gradproof) -> None:
    """Intact fixtures and a child process that answers."""
    code, out, _ = gradproof("doctor")
    assert code == 0
    assert "all intact" in out


IMPORTS = """
import sys
from gradproof.conformance.cli import main as cli
sys.argv = ["gradproof"] + {arguments}
try:
    cli.main()
except SystemExit:
    pass
sys.stderr.write(" ".join(sorted({{module.split(".")[0] for module in sys.modules}})))
"""


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (["check", "--help"], {"torch", "numpy", "rich", "pydantic", "jinja2", "safetensors"}),
        (
            ["check", str(ROOT / "impl"), "--oracle", "golden", "--only", "relu"],
            {"torch", "pydantic", "jinja2", "pytest"},
        ),
    ],
    ids=["help", "golden"],
)
def test_heavy_modules_are_not_imported_where_they_are_not_needed(arguments: list[str], absent: set[str]) -> None:
    """--help pays for none, golden mode not for torch."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS.format(arguments=arguments)], capture_output=True, text=True, check=True
    )
    assert set(done.stderr.split()) & absent == set()


def test_python_m_conformance_is_the_same_command() -> None:
    """``python -m conformance``."""
    done = subprocess.run(
        [sys.executable, "-m", "conformance", "--version"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert "gradproof, version" in done.stdout


@pytest.mark.parametrize("arguments", [[], ["fixtures"]])
def test_without_a_command_the_help_is_shown(gradproof, arguments: list[str]) -> None:
    """On stderr, as it is laid out, with the exit code of bad usage."""
    code, out, err = gradproof(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("Usage: gradproof")
    assert err.count("\n") > 5

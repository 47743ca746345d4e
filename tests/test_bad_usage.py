"""What is wrong on a command line is told in one line: what it was, what was expected, what to do."""

from contextlib import suppress
from pathlib import Path

import pytest
from test_cli import submission

BAD_USAGE = {
    "no_such_file": (["check", "nowhere.py"], "nowhere.py does not exist, expected a .py file, a folder"),
    "no_python_file": (["check", "notes.txt"], "notes.txt is no hand-in, expected a folder, a .py file, a notebook"),
    "empty_folder": (["check", "empty"], "empty: it is a folder that holds no files"),
    "syntax_error": (["check", "broken.py"], "broken.py: syntax error in line 1"),
    "unknown_option": (["check", "mine.py", "--frobnicate"], "No such option '--frobnicate'"),
    "unknown_command": (["chekc", "mine.py"], "No such command 'chekc'"),
    "no_path": (["check"], "Missing argument 'PATH'"),
    "only_nothing": (
        ["check", "mine.py", "--only", "conv*"],
        "--only conv* matches no contract to judge; there are relu",
    ),
    "no_adapter": (
        ["check", "mine.py", "--adapter", "nowhere.py"],
        "nowhere.py: there is no such file, and no shipped adapter of that name",
    ),
    "adapter_of_nearly_that_name": (
        ["check", "mine.py", "--adapter", "layer_clases"],
        "did you mean 'layer_classes'?",
    ),
    "no_assignment": (["check", "mine.py", "--assignment", "nowhere.toml"], "assignment nowhere.toml cannot be read"),
    "no_output_folder": (["check", "mine.py", "--output", "no/where.txt"], "there is no folder"),
    "output_is_a_folder": (["check", "mine.py", "--output", "empty"], "--output empty is a folder, expected a file"),
    "replay_to_a_folder": (
        ["replay", "relu/0/0", "mine.py", "--output", "empty"],
        "empty is a folder, expected a file",
    ),
    "bad_seed": (["check", "mine.py", "--seed", "-1"], "-1 is not in the range x>=0"),
    "no_cases": (["check", "mine.py", "--cases", "0"], "0 is not in the range x>=1"),
    "other_seed_than_recorded": (
        ["check", "mine.py", "--oracle", "golden", "--seed", "7"],
        "was made with another seed than 7",
    ),
    "more_cases_than_recorded": (
        ["check", "mine.py", "--oracle", "golden", "--cases", "1000"],
        "24 cases of relu, 1000 are asked for",
    ),
    "no_fixture_set": (["check", "mine.py", "--fixtures", "empty"], "empty is no fixture set: it has no manifest.json"),
    "bad_dialect": (["check", "mine.py", "--dialect", "p=drop"], "no convention is called 'p'"),
    "bad_dialect_value": (
        ["check", "mine.py", "--dialect", "dropout_p=both"],
        "dropout_p is 'both', expected one of keep, drop",
    ),
    "dialect_without_value": (["check", "mine.py", "--dialect", "drop"], "expected NAME=VALUE"),
    "bad_case_id": (["replay", "relu", "mine.py"], "'relu' is not a case id"),
    "unknown_contract": (["replay", "rellu/0/0", "mine.py"], "no contract is called 'rellu'; did you mean 'relu'?"),
    "case_not_recorded": (["replay", "relu/0/500", "mine.py", "--oracle", "golden"], "no case relu/0/500"),
    "adapter_is_a_folder": (
        ["check", "mine.py", "--adapter", "empty"],
        "--adapter empty: expected a Python file (.py)",
    ),
    "timeout_is_no_number": (["check", "mine.py", "--timeout", "nan"], "'nan' is not a valid number."),
    "timeout_is_infinite": (["check", "mine.py", "--timeout", "inf"], "inf is not in the range"),
    "path_too_long": (["check", "x" * 5000], "File name too long"),
    "contracts_are_a_folder": (["check", "mine.py", "--contracts", "empty"], "empty: expected a Python file (.py)"),
    "contracts_that_exit": (["check", "mine.py", "--contracts", "exits.py"], "exits.py:1: SystemExit: 0"),
    "fixtures_are_a_file": (["check", "mine.py", "--fixtures", "notes.txt"], "notes.txt is no fixture set"),
    "a_line_break_in_a_name": (["check", "a\nb.py"], r"a\nb.py does not exist"),
    "an_empty_path": (["check", ""], "what stands after check is empty"),
    "an_empty_option": (["check", "mine.py", "--adapter", ""], "what stands after --adapter is empty"),
    "an_empty_option_by_its_sign": (["check", "mine.py", "--fixtures="], "what stands after --fixtures is empty"),
    "no_whole_number": (["check", "mine.py", "--cases", "many"], "'many' is not a valid integer."),
    "a_convention_of_two_values": (
        ["check", "mine.py", "--dialect", "l2=half,dropout=vanilla", "--dialect", "l2=full"],
        "--dialect l2 is asked for as half and as full",
    ),
    "replay_of_a_file_that_is_no_python": (["replay", "relu/0/0", "broken.py"], "syntax error in line 1"),
    "replay_of_a_missing_function": (["replay", "affine/0/0", "mine.py"], "has no affine_forward"),
    "a_contract_that_is_there": (["new", "contract", "relu"], "there is a contract called relu already"),
    "a_contract_called_as_no_function_can_be": (["new", "contract", "class"], "'class' is no name for a contract"),
    "nothing_to_draft_of_a_broken_file": (["new", "adapter", "broken.py"], "syntax error in line 1"),
    "nothing_to_draft_of_what_is_no_python": (["new", "adapter", "notes.txt"], "expected a .py file or a folder"),
    "unknown_listing": (["list", "nothing"], "'nothing' is not one of"),
}
ON_POSIX = {  # of names and links that other systems do not have
    "path_too_long_for_replay": (["replay", "relu/0/0", "x" * 300], "File name too long"),
    "a_contract_name_too_long": (["new", "contract", "x" * 300], "cannot be written: File name too long"),
    "contracts_too_long": (["check", "mine.py", f"--contracts={'x' * 300}.py"], "File name too long"),
    "contracts_are_a_link_to_itself": (
        ["check", "mine.py", "--contracts", "loop.py"],
        "loop.py: there is no such file",
    ),
    "output_is_a_link_to_itself": (["check", "mine.py", "--output", "loop.py"], "--output loop.py cannot be written"),
}
ROWS = [
    pytest.param(*row, id=name, marks=[pytest.mark.posix] * (name in ON_POSIX))
    for name, row in {**BAD_USAGE, **ON_POSIX}.items()
]


@pytest.mark.parametrize(("arguments", "words"), ROWS)
def test_bad_usage_is_one_line_and_exit_code_2(
    gradproof, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    """What was wrong, what was expected; nothing on standard output, no traceback."""
    submission(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("notes")
    (tmp_path / "broken.py").write_text("def relu_forward(x:\n")
    (tmp_path / "exits.py").write_text("raise SystemExit(0)")
    with suppress(OSError):
        (tmp_path / "loop.py").symlink_to("loop.py")
    monkeypatch.chdir(tmp_path)
    code, out, err = gradproof(*arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1

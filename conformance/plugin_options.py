"""The options that the pytest plugin adds."""

import argparse

import pytest

from gradproof.conformance.reports.languages.speaking import t


def add_to(parser: pytest.Parser, torch_cases: int) -> None:
    """The group gradproof of pytest's options; ``torch_cases`` are drawn where torch is there."""
    group = parser.getgroup("gradproof", t("judge NumPy layers against PyTorch"))
    group.addoption(
        "--submission",
        metavar="PATH",
        help=t(
            "the submission to judge, a .py file or a folder (default: impl); beside it the options below may be "
            "written short: --adapter, --assignment, --cases, --compat, --contracts, --dialect, --fixtures, --oracle, "
            "--python2, --seed"
        ),
    )
    group.addoption(
        "--submission-adapter", metavar="FILE", help=t("a file that defines the canonical functions in terms of it")
    )
    group.addoption(
        "--submission-contracts",
        metavar="FILE",
        action="append",
        default=[],
        help=t("a Python file of contracts of your own; may be given again"),
    )
    group.addoption(
        "--submission-assignment",
        metavar="FILE|NAME",
        help=t(
            "what must be there and under which conventions: a TOML file, or the name of a shipped one; it decides "
            "what the options below do not"
        ),
    )
    group.addoption(
        "--submission-dialect",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help=t("a convention of the submission, e.g. dropout_p=drop; may be given again"),
    )
    group.addoption(
        "--submission-compat",
        action="store_true",
        help=t("put names of Python 2 and of old NumPy back, for old submissions"),
    )
    group.addoption(
        "--submission-python2",
        action="store_true",
        help=t("the same, and what Python 2 did itself: / of whole numbers rounds down, range is a list"),
    )
    group.addoption(
        "--submission-oracle",
        choices=["auto", "torch", "golden"],
        default="auto",
        help=t("where the answers come from (default: auto)"),
    )
    group.addoption("--submission-fixtures", metavar="DIR", help=t("the fixture set of the golden oracle"))
    group.addoption(
        "--submission-seed",
        type=int,
        default=None,
        metavar="N",
        help=t("the seed that cases are drawn with (default: 0)"),
    )
    group.addoption(
        "--submission-cases",
        type=_positive,
        default=None,
        metavar="N",
        help=t("cases for each contract (default: {count} with torch, all recorded ones without)", count=torch_cases),
    )


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(t("{text} is not a number of cases, expected 1 or more", text=text))
    return number

"""The errors a user can meet. Each is a subclass of a builtin, and its text is one line that says what to do."""

from pathlib import Path


class UsageError(ValueError):
    """The request cannot be carried out: bad input or bad usage. The command line exits with 2."""


class SubmissionUnusable(UsageError):
    """The submission could not be loaded, or offers nothing that any contract knows."""


class FixtureError(UsageError):
    """A fixture set is missing, damaged, or was made for other cases than the ones asked for."""


class VacuousCaseError(AssertionError):
    """A case of the suite cannot tell right from wrong: its reference answer is about 0. A bug of the suite."""


def install(extra: str) -> str:
    """The command that installs an extra of this project, as it can be typed in any shell.

    Where gradproof is installed, pip knows its extras by its name; a checkout that is not is named by its folder.
    """
    from importlib.metadata import PackageNotFoundError, version  # heavy, and this file is beside every submission

    try:
        version("gradproof")
    except PackageNotFoundError:
        return f'pip install -e "{Path(__file__).resolve().parents[1]}[{extra}]"'
    return f'pip install "gradproof[{extra}]"'

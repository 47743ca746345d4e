"""The errors a user can meet. Each is a subclass of a builtin, and its text is one line that says what to do."""

import errno
from pathlib import Path


class UsageError(ValueError):
    """The request cannot be carried out: bad input or bad usage. The command line exits with 2."""


class SubmissionUnusable(UsageError):
    """The submission could not be loaded, or offers nothing that any contract knows."""


class ContractFileError(UsageError):
    """A contract from outside cannot be used: its file, its declaration or its reference is at fault."""


class FixtureError(UsageError):
    """A fixture set is missing, damaged, or was made for other cases than the ones asked for."""


class Broken(RuntimeError):
    """The suite's own side failed: disk, memory, threads, a process. Nothing is judged by that and nobody is charged.

    The command line exits with 3. It may well work once the cause has passed.
    """


PASSING = (Broken, OSError, MemoryError)  # how the machine fails; what our own code raises else is a bug of it


class VacuousCaseError(AssertionError):
    """A case of the suite cannot tell right from wrong: its reference answer is about 0. A bug of the suite."""


def is_of_the_machine(error: OSError) -> bool:
    """Whether it says that this machine has no more of something, and not that a file is not as it should be."""
    scarce = ("EAGAIN", "EDQUOT", "EIO", "EMFILE", "ENFILE", "ENOMEM", "ENOSPC")
    return error.errno in {getattr(errno, name, None) for name in scarce} - {None}


def words_of(error: BaseException) -> str:
    """What an error says, as the sentence that it was made of, if it was."""
    words = error.args[0] if error.args else ""
    return words if isinstance(words, str) else str(error)


def told(error: BaseException) -> str:
    """An error of the machine or of the suite in one line."""
    if isinstance(error, Broken):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror} ({type(error).__name__})"
    return " ".join(f"{type(error).__name__}: {error}".split()).removesuffix(":")


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

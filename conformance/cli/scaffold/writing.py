"""The files of a new assignment, of a new contract, and of a new adapter."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gradproof.conformance.checks.table import checks_of
from gradproof.conformance.cli.scaffold.drafting import Draft
from gradproof.conformance.cli.scaffold.handout import source_of
from gradproof.conformance.errors import UsageError
from gradproof.conformance.reports.languages.speaking import t
from gradproof.conformance.spec.asked.shipped import shipped_folder
from gradproof.conformance.spec.contract import Contract

WORTH: Mapping[str, int] = {  # the points of a check, if a contract has it and it counts
    "forward": 2,
    "gradient": 3,
    "finite_difference": 1,
    "dropout_scaling": 2,
    "running_statistics": 2,
    "training": 3,
    "stability": 1,
}
TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    undefined=StrictUndefined,
    keep_trailing_newline=True,
    trim_blocks=True,
    lstrip_blocks=True,
    autoescape=False,
)


def assignment(name: str, contracts: Sequence[Contract], files: Sequence[Path], folder: Path) -> list[Path]:
    """Write the files of an assignment; the paths that were written.

    Raises:
        UsageError: if the folder has something in it.
    """
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(t("--out {folder} is not empty; name a folder that is not there yet", folder=folder))
    for part in ("handout", "gradescope", "prairielearn"):
        (folder / part).mkdir(parents=True)
    told = {"name": name, "contracts": contracts, "files": [file.name for file in files], "points": _points(contracts)}
    written = {
        "assignment.toml": _filled("assignment.toml.j2", **told),
        "handout/layers.py": source_of(contracts),
        "handout/README.md": _filled("handout.md.j2", **told),
        "README.md": _filled("instructor.md.j2", **told),
        "prairielearn/info.json": _filled("info.json.j2", **told),
    }
    for path, text in written.items():
        (folder / path).write_text(text, encoding="utf-8")
    for given in files:
        shutil.copy(given, folder / given.name)
    for script in ("setup.sh", "run_autograder"):
        shutil.copy(shipped_folder("gradescope") / script, folder / "gradescope" / script)
    return sorted(path for path in folder.rglob("*") if path.is_file())


def contract(name: str, path: Path) -> None:
    """Write a commented contract file. Raises UsageError if it is there already."""
    _write_anew(path, _filled("contract.py.j2", name=name))


def adapter(draft: Draft, source: str, path: Path) -> None:
    """Write a drafted adapter. Raises UsageError if the file is there already."""
    _write_anew(path, _filled("adapter.py.j2", draft=draft, source=source, file=path))


def _write_anew(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(t("{path} is there already; take another name, or --out", path=path)) from None
    except OSError as error:
        raise UsageError(t("--out {path} cannot be written: {reason}", path=path, reason=error.strerror)) from None


def _points(contracts: Sequence[Contract]) -> dict[str, dict[str, int]]:
    """What each check of each contract is worth."""
    return {
        row.name: {
            check.name: WORTH[check.name]
            for check in checks_of(row)
            if check.name in WORTH and check.required and check.name not in row.advisory
        }
        for row in contracts
    }


def _filled(template: str, **fields: object) -> str:
    return TEMPLATES.get_template(template).render(**fields)

"""Assignment files: what a submission must offer, under which conventions, and what it is worth.

    name = "week 3"
    advisory = ["stability"]

    [dialect]
    dropout_p = "drop"

    [contracts]
    affine = { forward = 2, gradient = 3 }
    batchnorm = {}

Every contract listed must be there; what is missing fails. Each number is the points of one check.
"""

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from conformance.checks import CHECKS, checks_of
from conformance.contracts import all_contracts, contract_named, did_you_mean
from conformance.dialect import CONVENTIONS, DEFAULT, Dialect
from conformance.errors import UsageError

CHECK_NAMES = [check.name for check in CHECKS]


class Assignment(BaseModel):
    """The content of an assignment file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    name: str
    contracts: dict[str, dict[str, float]] = Field(min_length=1)
    dialect: dict[str, str] = {}
    required: tuple[str, ...] = Field(default=(), strict=False)
    advisory: tuple[str, ...] = Field(default=(), strict=False)
    seed: int | None = Field(default=None, ge=0)
    cases: int | None = Field(default=None, ge=1)

    @field_validator("contracts")
    @classmethod
    def _contracts_exist(cls, value: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
        for name, points in value.items():
            _require_known("contract", name, [contract.name for contract in all_contracts()])
            for check, worth in points.items():
                _require_known("check", check, [c.name for c in checks_of(contract_named(name))], f" of {name}")
                if worth < 0:
                    raise ValueError(f"{name}.{check} is worth {worth:g} points, expected 0 or more")
        return value

    @field_validator("required", "advisory")
    @classmethod
    def _checks_exist(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            _require_known("check", name, CHECK_NAMES)
        return value

    @field_validator("dialect")
    @classmethod
    def _conventions_exist(cls, value: dict[str, str]) -> dict[str, str]:
        for name, choice in value.items():
            _require_known("convention", name, list(CONVENTIONS))
            _require_known(f"{name} convention", choice, list(CONVENTIONS[name]))
        return value

    def to_dialect(self) -> Dialect:
        """The conventions of the file, the default ones where it is silent."""
        return Dialect(**{name: self.dialect.get(name, getattr(DEFAULT, name)) for name in CONVENTIONS})

    def requirements(self) -> dict[str, bool]:
        """Check -> whether it is required, where the file says so."""
        return {**dict.fromkeys(self.advisory, False), **dict.fromkeys(self.required, True)}


def shipped() -> dict[str, Path]:
    """The assignment files that come with gradproof, by name."""
    package = Path(__file__).resolve().parent
    folders = (package / "assignments", package.parent / "examples" / "assignments")
    folder = next((folder for folder in folders if folder.is_dir()), package)
    return {file.stem: file for file in sorted(folder.glob("*.toml"))}


def located(given: str) -> Path:
    """The file that ``--assignment`` means: a path, or the name of a shipped one. Raises UsageError for neither."""
    path = Path(given)
    if not given:
        raise UsageError("--assignment is empty, expected a file or a name that 'gradproof list assignments' prints")
    if path.exists() or path.suffix or len(path.parts) > 1:
        return path
    known = shipped()
    if given.lower() not in known:
        hint = did_you_mean(given.lower(), list(known))
        raise UsageError(f"--assignment {given}: there is no such file, and no shipped assignment of that name{hint}")
    return known[given.lower()]


def read(path: Path) -> Assignment:
    """Read an assignment file. Raises UsageError that names the key at fault and the nearest valid name."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"assignment {path} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"assignment {path} is not TOML: {error}") from None
    try:
        return Assignment.model_validate(content)
    except ValidationError as error:
        errors = error.errors()
        first = next((e for e in errors if e["type"] == "extra_forbidden"), errors[0])
        key = ".".join(map(str, first["loc"]))
        if first["type"] == "extra_forbidden":
            hint = did_you_mean(key, list(Assignment.model_fields))
            raise UsageError(f"assignment {path}: {key} is not a key of an assignment{hint}") from None
        reason = first["msg"].removeprefix("Value error, ")
        raise UsageError(f"assignment {path}: {key}: {reason}") from None


def _require_known(kind: str, name: str, known: list[str], of: str = "") -> None:
    if name not in known:
        raise ValueError(f"no {kind}{of} is called {name!r}{did_you_mean(name, known)}")

"""Proves from-scratch NumPy neural-network code against PyTorch and finite differences."""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if not Path(__file__).with_name("conformance").is_dir():
    # A checkout without symbolic links, or an unpacked sdist: the four folders lie beside this one.
    __path__.append(str(Path(__file__).parent.parent))

if TYPE_CHECKING:
    from gradproof.conformance.api.closeness import allowed_error, assert_close
    from gradproof.conformance.api.judging import Run, assert_conforms, check
    from gradproof.conformance.spec.layer_styles.declared import layer, style
    from gradproof.conformance.spec.open_row.declined import decline
    from gradproof.conformance.spec.open_row.mistaken import misconception
    from gradproof.conformance.spec.open_row.ranges import choice, integers, mask, normal, spread, uniform
    from gradproof.conformance.spec.open_row.row import contract, scenario

# Where each name of the Python API is found, when it is first asked for: importing gradproof costs nothing.
_HOMES = {
    **dict.fromkeys(("Run", "assert_conforms", "check"), "api.judging"),
    **dict.fromkeys(("allowed_error", "assert_close"), "api.closeness"),
    **dict.fromkeys(("contract", "scenario"), "spec.open_row.row"),
    "decline": "spec.open_row.declined",
    "misconception": "spec.open_row.mistaken",
    **dict.fromkeys(("layer", "style"), "spec.layer_styles.declared"),
    **dict.fromkeys(("choice", "integers", "mask", "normal", "spread", "uniform"), "spec.open_row.ranges"),
}

__all__ = [
    "Run",
    "__version__",
    "allowed_error",
    "assert_close",
    "assert_conforms",
    "check",
    "choice",
    "contract",
    "decline",
    "integers",
    "layer",
    "mask",
    "misconception",
    "normal",
    "scenario",
    "spread",
    "style",
    "uniform",
]


def __getattr__(name: str) -> Any:
    """The function of that name. Raises AttributeError if the API has none."""
    if name not in _HOMES:
        raise AttributeError(f"gradproof has no {name!r}; it has {', '.join(_HOMES)}")
    return getattr(import_module(f"gradproof.conformance.{_HOMES[name]}"), name)


def load_ipython_extension(shell: Any) -> None:
    """``%load_ext gradproof`` in a notebook."""
    from gradproof.conformance.api.notebook import register

    register(shell)


def __dir__() -> list[str]:
    return __all__

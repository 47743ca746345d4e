"""Where Python and NumPy lie on this machine, and which files of this project the worker needs."""

import ast
import stat
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import gradproof
from gradproof.conformance.spec.words.said import say

PACKAGE = Path(__file__).resolve().parents[2]
IMPL = PACKAGE.parent / "impl"
WORKER_FILES = ("__init__.py", "errors.py", "harness", "spec")
PROVEN_LAYERS = (
    "activations",
    "activations_smooth",
    "affine",
    "attention",
    "blocks",
    "blocks_convolution",
    "convolution",
    "dropout",
    "embedding",
    "losses",
    "normalization",
    "normalization_spatial",
    "optim",
    "pooling",
    "positions",
    "recurrent",
    "validation",
    "windows",
)
MADE_ELSEWHERE = (ast.ImportFrom, type(None))
TRIAL = "import sys; sys.path.insert(0, {!r}); import numpy, gradproof.conformance.harness.wire"
LINKED_FOLDERS = ("/lib", "/lib64")  # on most systems links into /usr
SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/alternatives")


def not_linux() -> str | None:
    """That no wall can stand on this system; None on Linux."""
    return (
        None if sys.platform == "linux" else say("walls stand on Linux only, and this is {system}", system=sys.platform)
    )


def interpreter() -> Path:
    """The interpreter itself, not the link to it in a virtual environment."""
    return Path(sys.executable).resolve()


def python_files() -> Iterator[Path]:
    """The interpreter, its shared library, and the standard library with its compiled part."""
    yield interpreter()
    folder = Path(sysconfig.get_config_var("LIBDIR") or "")
    yield from sorted(folder.glob(f"libpython{sysconfig.get_python_version()}*.so*"))
    base = {"base": sys.base_prefix, "platbase": sys.base_exec_prefix, "installed_base": sys.base_prefix}
    folders = {Path(sysconfig.get_path(kind, vars=base)) for kind in ("stdlib", "platstdlib")}
    yield from sorted(folders)


def shut(paths: Iterable[Path]) -> Path | None:
    """The first folder on the way to any of these that only its owner or its group may go through."""
    folders = dict.fromkeys(folder for path in paths for folder in reversed(path.parents))
    return next((folder for folder in folders if not folder.stat().st_mode & stat.S_IXOTH), None)


def foreign_packages() -> Iterator[Path]:
    """Folders of installed packages below the standard library: to be covered."""
    for folder in python_files():
        if folder.is_dir():
            yield from (folder / name for name in ("site-packages", "dist-packages") if (folder / name).is_dir())


def library_folders() -> Iterator[Path]:
    """Where the system keeps shared libraries of this machine's architecture; no programs lie there."""
    triplet = sysconfig.get_config_var("MULTIARCH")
    folders = [Path(folder, triplet) for folder in ("/usr/lib", "/lib") if triplet]
    folders += [Path("/usr/lib64"), Path("/lib64")]
    yield from (folder for folder in folders if folder.is_dir() and not _is_below_a_link(folder))


def library_links() -> Iterator[tuple[str, str]]:
    """Link and target, where a folder of libraries is a link."""
    yield from ((name, str(Path(name).readlink())) for name in LINKED_FOLDERS if Path(name).is_symlink())


def _is_below_a_link(folder: Path) -> bool:
    return any(str(folder) == name or str(folder).startswith(f"{name}/") for name, _ in library_links())


def numpy_folders() -> Iterator[Path]:
    """NumPy, and the libraries that its wheel brings."""
    package = Path(getattr(find_spec("numpy"), "origin", "")).resolve().parent
    yield package
    libraries = package.parent / "numpy.libs"
    if libraries.is_dir():
        yield libraries


def root() -> Path:
    """The folder that holds the package gradproof."""
    return Path(gradproof.__file__).resolve().parent.parent


def worker_files() -> Iterator[tuple[Path, Path]]:
    """The worker and what it imports, each with its place below the root: how cases are asked, and no answer."""
    yield root() / "gradproof" / "__init__.py", Path("gradproof", "__init__.py")
    yield from ((PACKAGE / name, Path("gradproof", "conformance", name)) for name in WORKER_FILES)


@cache
def donor_files(proven: tuple[str, ...]) -> tuple[tuple[Path, bytes], ...]:
    """The modules of impl with these functions and what they are made of, each with its place below the root.

    Nothing else is in them, and the package's own file is empty: what a submission leaves out is not to be found there.
    """
    trees = _proven_modules()
    made = {stem: {name: node for node in tree.body for name in _made_by(node)} for stem, tree in trees.items()}
    waiting = [(stem, name) for stem in made for name in proven if not isinstance(made[stem].get(name), MADE_ELSEWHERE)]
    wanted: dict[str, set[str]] = {}
    while waiting:
        stem, name = waiting.pop()
        if name in wanted.setdefault(stem, set()):
            continue
        wanted[stem].add(name)
        node = made[stem][name]
        if isinstance(node, ast.ImportFrom):
            waiting.append((str(node.module), name))
        else:
            waiting += [(stem, n.id) for n in ast.walk(node) if isinstance(n, ast.Name) and n.id in made[stem]]
    folder = Path("gradproof", "impl")
    texts = ((folder / f"{stem}.py", _only(trees[stem], names).encode()) for stem, names in sorted(wanted.items()))
    return ((folder / "__init__.py", b""), *texts)


@cache
def _proven_modules() -> dict[str, ast.Module]:
    return {stem: ast.parse((IMPL / f"{stem}.py").read_bytes()) for stem in PROVEN_LAYERS}


def _made_by(node: ast.stmt) -> tuple[str, ...]:
    """The names that a statement of a module makes, or takes from another module of the package."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return (node.name,)
    if isinstance(node, ast.ImportFrom) and node.level:
        return tuple(alias.name for alias in node.names)
    targets = node.targets if isinstance(node, ast.Assign) else ()
    return tuple(target.id for target in targets if isinstance(target, ast.Name))


def _only(tree: ast.Module, names: set[str]) -> str:
    """The text of a module that makes these names alone."""
    body: list[ast.stmt] = []
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.level:
            taken = [alias for alias in node.names if alias.name in names]
            body += [ast.ImportFrom(node.module, taken, node.level)] if taken else []
        elif names.intersection(made := _made_by(node)) or not made:
            body.append(node)
    return ast.unparse(ast.Module(body, []))

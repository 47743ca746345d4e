"""What a submission offers beside the canonical API, or was meant as without it, read without running it."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from gradproof.conformance.harness.handout import FAST
from gradproof.conformance.harness.source.names import imported_names, public_names
from gradproof.conformance.harness.source.objects import objects_of
from gradproof.conformance.spec.nearness import foreign, nearest
from gradproof.conformance.spec.words import sent
from gradproof.conformance.spec.words.said import say

MOST_NAMES = 5
OF_LAYERS = ("_forward", "_backward", "_loss", "Forward", "Backward", "Loss")


def meant(path: Path, files: Iterable[Path], names: frozenset[str]) -> Iterator[str]:
    """Where it has functions from that it does not define, or the classes that its layers are."""
    files = tuple(files)
    imported = [told for file in files for told in _imported(file, path, files, names)]
    yield from imported
    classes = [] if imported else [each.name for each in objects_of(files)]
    if classes:
        yield say(sent.OF_OBJECTS, names=", ".join(classes[:MOST_NAMES]), file=path.name)


def uncovered(files: Iterable[Path], names: frozenset[str], given: set[str]) -> Iterator[str]:
    """What a submission offers that no contract covers: what is nearly named, and the rest."""
    public = {file: public_names(file) for file in files}
    missing = names.difference(*public.values())
    others: list[str] = []
    for file, offered in public.items():
        if not any(name in names or name.endswith(OF_LAYERS) for name in offered):
            continue  # it reads data, draws pictures, or runs an experiment
        if any(name in given and name.endswith(FAST) for name in offered):
            continue  # the course's own
        for name in (name for name in offered if name not in names):
            near = nearest(name, missing)
            if near:
                if name.isascii():
                    yield say(sent.NEAR, file=file.name, name=name, near=near)
                else:
                    yield say(sent.NEAR_FOREIGN, file=file.name, name=name, near=near, letters=foreign(name))
            else:
                others.append(name)
    if others:
        yield say(sent.NOT_COVERED, names=", ".join(dict.fromkeys(others)))


def _imported(file: Path, path: Path, files: tuple[Path, ...], names: frozenset[str]) -> Iterator[str]:
    """What a file has from others that are not there and is asked for: that is what was to be handed in."""
    by_module: dict[str, list[str]] = {}
    for module, name in imported_names(file):
        by_module.setdefault(module, []).extend({name} & names)
    place = file.relative_to(path).as_posix() if path.is_dir() else file.name
    for module, imported in by_module.items():
        wanted = Path(*module.split(".")).with_suffix(".py")
        if imported and not any(each.parts[-len(wanted.parts) :] == wanted.parts for each in files):
            of = {"names": ", ".join(imported), "wanted": wanted.as_posix()}
            yield say(sent.OF_OTHERS, file=place, **of)

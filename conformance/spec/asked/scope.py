"""Which cases of a contract an assignment's text asks for: arrays of some numbers of axes, or square ones alone."""

from dataclasses import dataclass

from gradproof.conformance.spec.cases import Case

IMAGE = 4  # axes
SIDES = (("pool_height", "pool_width"),)


@dataclass(frozen=True)
class Scope:
    """The cases that are judged.

    Args:
        shapes: how many axes x, or else the first input, has, as in ``2d``; nothing for any.
        square: images, kernels and windows have as many rows as columns.
    """

    shapes: tuple[str, ...] = ()
    square: bool = False

    def holds(self, case: Case) -> bool:
        """Whether a case is one that is asked for."""
        first = case.inputs["x"] if "x" in case.inputs else next(iter(case.inputs.values()))
        axes = f"{first.ndim}d"
        return (not self.shapes or axes in self.shapes) and (not self.square or _is_square(case))

    @property
    def words(self) -> str:
        """What is asked for, as the assignment says it."""
        asked = (f"shapes = [{', '.join(self.shapes)}]" if self.shapes else "", "square = true" if self.square else "")
        return ", ".join(filter(None, asked)) or "drawn"


EVERYTHING = Scope()


def _is_square(case: Case) -> bool:
    options = case.scalar_options()
    pairs = [array.shape[-2:] for array in case.inputs.values() if array.ndim == IMAGE]
    if "image" in case.inputs:
        pairs.append(tuple(case["image"].tolist()[-2:]))
    pairs += [(options[rows], options[columns]) for rows, columns in SIDES if rows in options and columns in options]
    return all(rows == columns for rows, columns in pairs)

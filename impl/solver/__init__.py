"""The training loop: mini-batches, an update rule, the best model on the validation set, checkpoints."""

from impl.solver.loop import Solver
from impl.solver.model import Model
from impl.solver.settings import RULES, SAMPLING, Settings

__all__ = ["RULES", "SAMPLING", "Model", "Settings", "Solver"]

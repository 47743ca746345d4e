"""The training loop: mini-batches, an update rule, the best model on the validation set, checkpoints."""

from ..solver.loop import Solver
from ..solver.model import Model
from ..solver.settings import RULES, SAMPLING, Settings

__all__ = ["RULES", "SAMPLING", "Model", "Settings", "Solver"]

"""GELU, x * Phi(x): a whole contract file. ``gradproof check layers.py --contracts gelu.py``."""

import gradproof as gp


@gp.contract(x="N D")
def erf_gelu(x):
    import torch

    return torch.nn.functional.gelu(x)

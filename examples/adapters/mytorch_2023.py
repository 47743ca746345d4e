"""An adapter: CMU 11-785's mytorch of 2023 and later, whose activations have ``backward(dLdA)``.

``Linear(in_features, out_features)`` has ``W`` (out, in) and ``b`` (out, 1). ``dLdW`` and ``dLdb``, ``dLdBW`` and
``dLdBb`` are sums, an activation's ``backward(dLdA)`` returns dLdZ, and ``CrossEntropyLoss``, the mean loss for one-hot
labels, divides its gradient by the batch. The default dialect is theirs: alpha is the share that is kept, the running
variance is biased.

    gradproof check mytorch --adapter examples/adapters/mytorch_2023.py

The package is imported as a whole, and its GELU takes erf from SciPy. Where that is missing, erf comes from here.
"""

import math
import sys
from importlib.util import find_spec
from types import ModuleType

import numpy as np

import gradproof as gp

if not find_spec("scipy"):
    scipy, special = ModuleType("scipy"), ModuleType("scipy.special")
    scipy.special, special.erf = special, np.vectorize(math.erf)
    sys.modules.update({"scipy": scipy, "scipy.special": special})

globals().update(
    gp.style(
        batch="rows",
        affine=gp.layer("Linear", given="in out", w="W.T", b="b[:, None]", dw="dLdW.T", db="dLdb[:, None]"),
        relu=gp.layer("ReLU"),
        sigmoid=gp.layer("Sigmoid"),
        tanh=gp.layer("Tanh"),
        batchnorm=gp.layer(
            "BatchNorm1d",
            given="features momentum",
            forward="x testing",
            eps="eps",
            gamma="BW[None]",
            beta="Bb[None]",
            running_mean="running_M[None]",
            running_var="running_V[None]",
            dgamma="dLdBW[None]",
            dbeta="dLdBb[None]",
        ),
        softmax_loss=gp.layer("CrossEntropyLoss", forward="x one_hot", backward=""),
    )
)

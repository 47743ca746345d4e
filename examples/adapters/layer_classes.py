"""An adapter: layers as classes with ``forward(x)`` and ``backward(dout)``, judged through the canonical names.

The submission has ``class Linear: __init__(self, w, b)``, ``forward(x)``, ``backward(dout) -> dx`` and keeps its
parameter gradients in ``self.dw`` and ``self.db``; its ReLU has no parameters. Run it with

    gradproof check SUBMISSION.py --adapter examples/adapters/layer_classes.py
"""

import gradproof as gp

globals().update(
    gp.style(
        affine=gp.layer("Linear", given="w b", dw="dw", db="db", batch="rows"),
        relu=gp.layer("ReLU"),
    )
)

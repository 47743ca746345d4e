"""Training runs of the networks in ``impl``: the engine of ``gradproof train``.

The one part of the suite that imports impl, and the only use that it makes of it.
"""

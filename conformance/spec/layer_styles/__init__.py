"""Layers that are objects, declared: where their parameters, results and gradients are. Runs beside untrusted code."""

"""Proves from-scratch NumPy neural-network code against PyTorch and finite differences."""

__version__ = "0.1.0"

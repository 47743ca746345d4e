"""Proves from-scratch NumPy neural-network code against PyTorch and finite differences."""

from pathlib import Path

__version__ = "0.1.0"

if not Path(__file__).with_name("conformance").is_dir():
    # A checkout without symbolic links, or an unpacked sdist: the four folders lie beside this one.
    __path__.append(str(Path(__file__).parent.parent))

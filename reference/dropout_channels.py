"""torch's dropout of channels scales what it keeps as that of elements does."""

from .dropout import dropout_kept

__all__ = ["dropout_kept"]

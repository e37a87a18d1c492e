"""symattn: state an attention mechanism once, as a formula; derive everything from it."""

__version__ = "0.1.0"
__all__ = ["__version__"]

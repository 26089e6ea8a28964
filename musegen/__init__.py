"""musegen: a listening laboratory for machine-made songs."""

__version__ = "0.1.0"

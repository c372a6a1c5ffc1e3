"""`lkpy demo`: two participants talk, and the figures of it."""

from lkpy.cli.demo.command import Settings, run

__all__ = ["Settings", "run"]

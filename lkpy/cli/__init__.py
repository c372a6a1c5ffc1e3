"""The command line: `lkpy demo`, `lkpy serve`. Also `python -m lkpy`."""

from __future__ import annotations


def main() -> None:
    """Entry point of the `lkpy` command."""
    from lkpy.cli.app import app

    app()

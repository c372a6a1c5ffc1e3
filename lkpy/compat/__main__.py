"""`python -m lkpy.compat program.py arguments`: run a program written for `livekit.rtc` on lkpy, unchanged.

`-m module arguments` runs a module instead.
"""

from __future__ import annotations

import os
import runpy
import sys

from lkpy.compat import install

USAGE = "usage: python -m lkpy.compat (program.py | -m module) [argument ...]"


def main(arguments: list[str]) -> None:
    """Run what the arguments name, as Python itself would. SystemExit with 2 when they name nothing."""
    if not arguments or arguments[0] in ("-h", "--help") or (arguments[0] == "-m" and len(arguments) < 2):
        print(USAGE, file=sys.stderr)
        raise SystemExit(0 if arguments[:1] and arguments[0] != "-m" else 2)
    install()
    if arguments[0] == "-m":
        sys.argv = arguments[1:]
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
        return
    sys.argv = arguments
    # A program finds the modules beside it.
    sys.path.insert(0, os.path.dirname(os.path.abspath(arguments[0])))
    runpy.run_path(arguments[0], run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1:])

"""`python -m lkpy` is the `lkpy` command."""

from lkpy.cli import main

main()

"""Wire messages and public message types, written by `proto/generate.py` from `proto/`."""

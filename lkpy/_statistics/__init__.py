"""Counters of the floors below as the messages of `lkpy.stats`."""

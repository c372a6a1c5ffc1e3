"""Time and tasks: the clock, alarms on it, owned tasks, time slices, loading in a thread."""

"""The inside of `Room`: its objects, moved by session events, and what they ask of the session."""

"""Runs somebody else's notebook in a process of its own; knows nothing of exercises or marks."""

"""Slices of notebooks: what of a lesson its marks depend on, read off the text of its cells."""

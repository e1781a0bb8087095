"""Flattened text → rows of cells."""

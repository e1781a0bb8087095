"""Flattened text → Document."""

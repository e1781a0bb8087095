"""Figures that a report prints in its sentences, where it has no statutory table."""

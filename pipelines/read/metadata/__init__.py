"""Whose report it is, of which year, and when it was published."""

"""Staged rows → validated rows of all versions in ``tidy/``."""

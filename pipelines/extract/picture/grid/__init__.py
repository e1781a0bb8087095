"""The ruling lines and the ink of a picture → the cells of its tables."""

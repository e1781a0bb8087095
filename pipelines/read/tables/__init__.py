"""Grids → the cells of the statutory forms: headers, rows, values, and what is missing."""

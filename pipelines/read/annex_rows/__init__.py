"""Rows of the annexes as they stand in the document, held against what was read of them."""

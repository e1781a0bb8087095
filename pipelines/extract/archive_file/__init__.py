"""Zip files: the documents in them."""

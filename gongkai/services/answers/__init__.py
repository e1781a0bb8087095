"""Commands that answer from the warehouse and the archive."""

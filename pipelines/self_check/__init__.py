"""A report before it is published, held against the form, its own arithmetic, its text and the report of the year before."""

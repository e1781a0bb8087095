"""The warehouse as files for other tools, and the documents generated from the registry."""

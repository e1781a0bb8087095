"""HTML pages → Document."""

"""The command line, its settings, and the embedded demo sites."""

"""The front door: the command line, the settings, the embedded demo sites."""

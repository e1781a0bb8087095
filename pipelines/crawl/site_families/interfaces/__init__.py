"""Families whose lists come from a data interface: JSON, XML or HTML that a script of the page requests."""

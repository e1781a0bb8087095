"""Families whose lists are printed in web pages."""

"""The layout of reports on pages, for the committed files of the demo and for the factory of the tests."""

"""The PDF reports of the demo: built from its figures by a development dependency, committed, and only served by the demo."""

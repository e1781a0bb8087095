"""The archived source of a report, shown so that nothing in it runs or loads, with an id on every cell that a figure is from."""

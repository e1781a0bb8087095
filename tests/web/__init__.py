"""A web on loopback: government sites as each family serves them, and the hostile ones. Used by tests and benches."""

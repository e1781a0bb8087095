"""Commands of the nightly run: running, looking at its state, and its upkeep."""

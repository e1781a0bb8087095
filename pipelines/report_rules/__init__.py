"""Rules within one report: arithmetic identities, and prose against tables."""

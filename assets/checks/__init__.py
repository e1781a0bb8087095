"""Asset checks: those that block a run and those that warn."""

"""The assets: one stage of the pipeline each."""

"""The lineage: what Dagster shows and runs. Each asset is a few lines that call ``pipelines``."""

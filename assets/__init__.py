"""The Dagster code location. Each asset is a few lines that call ``pipelines``."""

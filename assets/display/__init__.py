"""What the Dagster UI shows of an asset: metadata, plots, column lineage."""

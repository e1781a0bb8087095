"""Tidy Parquet → a new DuckDB file: full and incremental builds, verified before the swap."""

"""Tidy Parquet → DuckDB: build, verify, swap; queries, releases, history and marts."""

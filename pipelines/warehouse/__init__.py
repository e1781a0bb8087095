"""Staged rows → validated tidy Parquet → DuckDB (build, verify, publish), history, marts, exports."""

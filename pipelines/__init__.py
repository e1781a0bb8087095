"""How pages become rows: plain functions on bytes and polars frames. No Dagster."""

"""Where work that fans out is done: processes of this machine, or the workers of a Dask cluster."""

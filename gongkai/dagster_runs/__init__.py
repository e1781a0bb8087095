"""The Dagster instance of a data folder: opening it, running a job on it, its history, its web server."""

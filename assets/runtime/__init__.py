"""What a run needs: the data folder and its lock, retries, progress, alerts."""

"""Commands that read reports from disk, and the forms that they are read by."""

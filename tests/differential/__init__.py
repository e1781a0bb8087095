"""What a browser shows, held against what the reader reads: an oracle that shares no code with it."""

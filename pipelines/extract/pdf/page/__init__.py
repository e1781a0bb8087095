"""One PDF page → what a reader sees on it: characters with their boxes, ruling lines, images."""

"""Pages that only a browser builds: the finished page, with every request of its scripts made by the crawler itself."""

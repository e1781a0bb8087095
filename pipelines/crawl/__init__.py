"""Sources → listing adapters → fetcher (politeness, robots, guard) → archive (WARC) and fetch log."""

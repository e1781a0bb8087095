"""The crawl: sources → list pages → reports → WARC archive and fetch log."""

"""What was fetched, durably: WARC files, the fetch log, the page index, and the captures read from them."""

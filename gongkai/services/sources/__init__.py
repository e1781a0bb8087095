"""Commands for the list of pages to crawl: checking, auditing, discovering."""

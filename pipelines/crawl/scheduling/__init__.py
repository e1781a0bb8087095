"""What is fetched next: the frontier, the crawl loop, and what follows from each response."""

"""The list of pages to crawl: reading, checking and proposing entries of ``sources/*.yaml``."""

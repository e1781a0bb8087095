"""How list pages of each site family are read: pure functions from a fetched page to its links and the next request."""

"""What a fetched page is: a report, a block page, a soft 404."""

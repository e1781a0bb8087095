"""What bytes are: their encoding, their kind, the documents they link, and the titles that name a report."""

"""What printed cells say, and which of them belongs to which cell of the form."""

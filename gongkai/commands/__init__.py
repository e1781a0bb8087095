"""The command line by subject: what a command is called with and the words that explain it. The work is done elsewhere."""

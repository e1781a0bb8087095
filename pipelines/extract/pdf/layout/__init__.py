"""What is seen on fixed pages → paragraphs and tables in reading order."""

"""What list pages have in common: pagers, numbered data addresses, values printed in scripts."""

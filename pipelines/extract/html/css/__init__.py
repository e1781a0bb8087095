"""Style sheets and inline styles of a page, as far as they decide what a person can see of it."""

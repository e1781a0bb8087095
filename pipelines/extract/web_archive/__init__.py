"""Web archives (MHTML): a page saved with its parts → Document."""

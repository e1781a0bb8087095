"""PDFium in a process of its own: starting it, asking it, and what crosses between the two."""

"""The page as PDFium draws it, against which is held what was told from the objects of the page."""

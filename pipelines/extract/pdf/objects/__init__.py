"""What a page paints: runs of text, paths and images, through PDFium."""

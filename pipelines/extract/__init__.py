"""Bytes → Document: decode, html, flattened text, pdf, docx. Says what is printed where; interprets nothing."""

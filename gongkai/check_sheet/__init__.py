"""The sheet of `gongkai check`: what was found in drafts, as a page, a Word file or a workbook."""

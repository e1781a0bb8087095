"""From a government's portal to the column of its annual reports: a best-first search over few pages."""

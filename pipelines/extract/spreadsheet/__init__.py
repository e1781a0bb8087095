"""Excel workbooks (.xls, .xlsx) → Document."""

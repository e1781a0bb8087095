"""Rules between reports: years of one agency, copies of one report, the statutory deadline."""

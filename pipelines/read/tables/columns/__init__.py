"""The header of a table → which form column stands where."""

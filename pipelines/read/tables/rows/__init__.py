"""The rows of a table → which form row each label names."""

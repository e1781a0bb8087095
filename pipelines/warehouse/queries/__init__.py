"""Reading the published file: allowed statements, streamed answers, labels by the origin of a column."""

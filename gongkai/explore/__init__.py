"""A web application on loopback for people without SQL: every figure beside its source. It reads and never writes."""

"""The parts of a web page around its tables: where the report stands, its links, pictures and embedded data."""

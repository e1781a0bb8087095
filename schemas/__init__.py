"""What the data is: vocabulary, forms, tables, regions. No I/O beyond reading its own data files, no Dagster."""

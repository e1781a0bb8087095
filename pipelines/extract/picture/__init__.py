"""Pictures of tables: what can be recognised in them, twice and independently, with the place of every cell."""

-- 数据字典 | Data dictionary
SELECT schema_name, table_name, column_name, data_type, comment FROM duckdb_columns()
WHERE database_name = 'gongkai' AND NOT internal ORDER BY schema_name, table_name, column_index LIMIT 5000

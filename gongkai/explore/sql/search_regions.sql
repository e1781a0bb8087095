-- 名称含有检索词的地区 | Regions whose name holds the words
SELECT lineage_code, any_value(full_name ORDER BY valid_to DESC NULLS FIRST) AS full_name, any_value(level ORDER BY valid_to DESC NULLS FIRST)::VARCHAR AS level
FROM regions WHERE $q IS NOT NULL AND lineage_code IS NOT NULL AND (contains(full_name, $q) OR contains(name, $q))
GROUP BY lineage_code ORDER BY lineage_code LIMIT 30

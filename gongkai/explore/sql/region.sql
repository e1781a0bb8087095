-- 一个地区 | One region
SELECT region_code, name, full_name, level::VARCHAR AS level, parent_code, province_code, valid_from, valid_to, lineage_code, change, document
FROM regions WHERE lineage_code = $lineage_code ORDER BY valid_from DESC NULLS LAST LIMIT 20

-- 下级地区的政府 | The governments below
SELECT lineage_code, any_value(name) AS name, any_value(level)::VARCHAR AS level FROM regions
WHERE parent_code IN (SELECT region_code FROM regions WHERE lineage_code = $lineage_code) AND valid_to IS NULL
GROUP BY lineage_code ORDER BY lineage_code LIMIT 300

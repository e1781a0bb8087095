-- 下级政府报告收录情况 | Which governments below have published
SELECT lineage_code, region_name, government_level::VARCHAR AS government_level, report_year, report_id, is_held
FROM marts.government_years
WHERE region_code IN (SELECT region_code FROM regions WHERE lineage_code = $lineage_code
                      UNION SELECT region_code FROM regions WHERE parent_code IN (SELECT region_code FROM regions WHERE lineage_code = $lineage_code))
ORDER BY lineage_code, report_year LIMIT 5000

-- 省内各地区 | The regions of a province
SELECT lineage_code, any_value(name) AS name, any_value(level)::VARCHAR AS level, any_value(parent_code) AS parent_code FROM regions
WHERE province_code = (SELECT any_value(province_code) FROM regions WHERE lineage_code = $lineage_code) AND valid_to IS NULL AND level <> 'township'
GROUP BY lineage_code ORDER BY lineage_code LIMIT 500

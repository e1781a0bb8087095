-- 名称含有检索词的机关 | Organs whose name holds the words
SELECT agency_id, name, other_names, level::VARCHAR AS level, province::VARCHAR AS province, n_reports, first_year, last_year
FROM agencies WHERE $q IS NOT NULL AND (contains(name, $q) OR contains(coalesce(other_names::VARCHAR, ''), $q))
ORDER BY n_reports DESC, name LIMIT 50

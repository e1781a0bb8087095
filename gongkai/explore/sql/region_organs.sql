-- 地区的机关与所收报告 | The organs of a region and the reports held
SELECT a.agency_id, a.name, a.level::VARCHAR AS level, a.kind::VARCHAR AS kind, r.report_year, r.scope::VARCHAR AS scope, r.report_id,
       r.extraction_status::VARCHAR AS extraction_status, r.n_errors
FROM agencies a LEFT JOIN reports r ON r.agency_id = a.agency_id AND r.is_primary
WHERE a.lineage_code = $lineage_code ORDER BY a.kind DESC, a.name, r.report_year LIMIT 5000

-- 新收与改动的报告 | Reports added and edited
SELECT report_id, version, agency_id, agency_name, province::VARCHAR AS province, report_year, title, url, change::VARCHAR AS change, changed_at, n_changed_cells
FROM marts.recent_changes
WHERE ($since IS NULL OR changed_at >= $since::DATE) AND ($province IS NULL OR province = $province)
ORDER BY changed_at DESC, report_id LIMIT 500

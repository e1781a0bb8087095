-- 新收与改动的报告 | Reports added and edited
WITH newest AS (
  SELECT report_id, version, agency_name, province, report_year, title, url, first_fetched_at FROM history.report_versions
  WHERE ($since IS NULL OR first_fetched_at >= $since::DATE) AND ($province IS NULL OR province = $province)
  ORDER BY first_fetched_at DESC, report_id LIMIT 500
), edited AS (
  SELECT report_id, version, count(*) AS n_changed_cells FROM history.cell_changes
  WHERE report_id IN (SELECT report_id FROM newest) GROUP BY ALL
)
SELECT n.report_id, n.version, r.agency_id, n.agency_name, n.province::VARCHAR AS province, n.report_year, n.title, n.url,
       CASE WHEN n.version = 1 THEN 'new_report' ELSE 'new_version' END AS change, n.first_fetched_at AS changed_at,
       coalesce(e.n_changed_cells, 0) AS n_changed_cells
FROM newest n LEFT JOIN reports r USING (report_id) LEFT JOIN edited e ON e.report_id = n.report_id AND e.version = n.version
ORDER BY changed_at DESC, report_id, version

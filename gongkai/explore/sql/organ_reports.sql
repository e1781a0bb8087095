-- 机关历年的报告 | The reports of an organ
SELECT r.report_id, r.report_year, r.title, r.scope::VARCHAR AS scope, r.carrier::VARCHAR AS carrier, r.extraction_status::VARCHAR AS extraction_status,
       r.n_reported, r.n_findings, r.n_errors, r.n_versions, r.published_date, t.deadline, t.days_late, t.is_on_time, t.basis::VARCHAR AS basis, r.url
FROM reports r LEFT JOIN (SELECT * FROM marts.timeliness WHERE agency_id = $agency_id) t USING (report_id)
WHERE r.agency_id = $agency_id AND r.is_primary ORDER BY r.report_year, r.scope LIMIT 200

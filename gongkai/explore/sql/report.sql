-- 一份报告 | One report
SELECT r.*, r.province::VARCHAR AS province_key, r.carrier::VARCHAR AS carrier_key, r.extraction_status::VARCHAR AS status_key,
       t.deadline, t.basis, t.days_late, t.is_on_time
FROM reports r LEFT JOIN (SELECT * FROM marts.timeliness WHERE report_id = $report_id) t USING (report_id)
WHERE r.report_id = $report_id

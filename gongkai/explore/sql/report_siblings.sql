-- 同一机关的其他报告 | The organ's other reports
SELECT report_id, report_year, title, is_primary, carrier::VARCHAR AS carrier, scope::VARCHAR AS scope
FROM reports WHERE agency_id = $agency_id ORDER BY report_year, is_primary DESC LIMIT 100

-- 机关历年的正文 | An organ's prose, year by year
SELECT s.report_id, r.report_year, r.scope::VARCHAR AS scope, s.section_no, s.heading, s.text
FROM sections s JOIN reports r USING (report_id)
WHERE r.agency_id = $agency_id AND r.is_primary AND s.section_no IN (1, 5) ORDER BY r.report_year, s.section_no LIMIT 60

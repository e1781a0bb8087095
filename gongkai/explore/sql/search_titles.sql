-- 标题含有检索词的报告 | Reports whose title holds the words
SELECT report_id, title, agency_name, report_year, province::VARCHAR AS province, carrier::VARCHAR AS carrier, n_errors
FROM reports WHERE $q IS NOT NULL AND contains(title, $q) ORDER BY report_year DESC, title LIMIT 50

-- 报告中的数字及其出处 | The figures of a report, each with its place in the source
SELECT 'proactive_disclosure' AS table_name, article::VARCHAR AS key_1, item::VARCHAR AS key_2, metric::VARCHAR AS key_3, value,
       raw_text, value_status::VARCHAR AS value_status, evidence, corrected_value
FROM proactive_disclosure WHERE report_id = $report_id
UNION ALL BY NAME
SELECT 'applications' AS table_name, line::VARCHAR AS key_1, applicant::VARCHAR AS key_2, value, raw_text,
       value_status::VARCHAR AS value_status, evidence, corrected_value
FROM applications WHERE report_id = $report_id
UNION ALL BY NAME
SELECT 'disputes' AS table_name, procedure::VARCHAR AS key_1, outcome::VARCHAR AS key_2, value, raw_text,
       value_status::VARCHAR AS value_status, evidence, corrected_value
FROM disputes WHERE report_id = $report_id
UNION ALL BY NAME
SELECT 'legacy_statistics' AS table_name, indicator::VARCHAR AS key_1, value, raw_text,
       value_status::VARCHAR AS value_status, evidence, corrected_value
FROM legacy_statistics WHERE report_id = $report_id

-- 两份报告的数字对照 | The figures of two reports side by side
WITH cells AS (
  SELECT report_id, 'proactive_disclosure' AS table_name, article::VARCHAR AS key_1, item::VARCHAR AS key_2, metric::VARCHAR AS key_3, value, raw_text
  FROM proactive_disclosure WHERE report_id IN ($report_id, $other_id)
  UNION ALL BY NAME
  SELECT report_id, 'applications' AS table_name, line::VARCHAR AS key_1, applicant::VARCHAR AS key_2, value, raw_text
  FROM applications WHERE report_id IN ($report_id, $other_id)
  UNION ALL BY NAME
  SELECT report_id, 'disputes' AS table_name, procedure::VARCHAR AS key_1, outcome::VARCHAR AS key_2, value, raw_text
  FROM disputes WHERE report_id IN ($report_id, $other_id)
  UNION ALL BY NAME
  SELECT report_id, 'legacy_statistics' AS table_name, indicator::VARCHAR AS key_1, value, raw_text
  FROM legacy_statistics WHERE report_id IN ($report_id, $other_id)
)
SELECT table_name, key_1, key_2, key_3, any_value(value) FILTER (report_id = $report_id) AS value_left, any_value(value) FILTER (report_id = $other_id) AS value_right,
       any_value(raw_text) FILTER (report_id = $report_id) AS raw_left, any_value(raw_text) FILTER (report_id = $other_id) AS raw_right,
       value_right - value_left AS difference
FROM cells GROUP BY ALL ORDER BY ALL

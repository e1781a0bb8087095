-- 校验发现清单 | Findings, as a list to send
SELECT f.finding_id, f.report_id, r.agency_name, r.province::VARCHAR AS province, r.level::VARCHAR AS level, r.report_year, f.rule, u.label_zh,
       f.severity::VARCHAR AS severity, coalesce(f.message_zh, f.message) AS message_zh, f.expected, f.printed,
       f.suggested_value, f.evidence, r.url
FROM quality.findings f JOIN reports r USING (report_id) LEFT JOIN rules u USING (rule)
WHERE r.is_primary AND ($province IS NULL OR r.province = $province) AND ($year IS NULL OR r.report_year = $year)
  AND ($rule IS NULL OR f.rule = $rule) AND ($severity IS NULL OR f.severity = $severity) AND ($level IS NULL OR r.level = $level)
ORDER BY r.report_year DESC, r.agency_name, f.rule, f.finding_id LIMIT 5000

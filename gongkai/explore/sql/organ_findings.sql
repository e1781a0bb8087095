-- 机关报告中的矛盾 | What contradicts itself in an organ's reports
SELECT f.report_id, r.report_year, f.rule, u.label_zh, f.severity::VARCHAR AS severity, f.message, f.message_zh, f.expected,
       f.printed, f.evidence
FROM quality.findings f JOIN reports r USING (report_id) LEFT JOIN rules u USING (rule)
WHERE r.agency_id = $agency_id AND r.is_primary ORDER BY r.report_year DESC, f.severity, f.rule LIMIT 300

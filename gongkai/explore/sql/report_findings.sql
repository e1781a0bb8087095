-- 报告中的矛盾与缺陷 | What contradicts itself in a report
SELECT f.finding_id, f.rule, r.label_zh, f.severity::VARCHAR AS severity, f.table_name, f.line::VARCHAR AS line, f.applicant::VARCHAR AS applicant,
       f.procedure::VARCHAR AS procedure, f.outcome::VARCHAR AS outcome, f.item::VARCHAR AS item, f.metric::VARCHAR AS metric,
       f.expected, f.printed, f.suggested_value, f.message, f.message_zh,
       f.evidence, f.other_report_id, f.other_evidence
FROM quality.findings f LEFT JOIN rules r USING (rule)
WHERE f.report_id = $report_id ORDER BY f.severity, f.rule, f.finding_id LIMIT 500

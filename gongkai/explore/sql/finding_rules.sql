-- 规则与发现数 | Rules and how often each was broken
SELECT u.rule, u.label_zh, u.severity::VARCHAR AS severity, u.description, u.description_zh, count(f.finding_id) AS n_findings
FROM rules u LEFT JOIN quality.findings f USING (rule) GROUP BY ALL HAVING count(f.finding_id) > 0 ORDER BY n_findings DESC

-- 汇总报告与所属机关之和 | The aggregate against the sum of its parts
WITH held AS (SELECT report_id, report_year, scope, agency_id FROM reports WHERE lineage_code = $lineage_code AND is_primary),
totals AS (
  SELECT a.report_id, a.line, a.value FROM applications a
  WHERE a.report_id IN (SELECT report_id FROM held) AND a.applicant = 'total' AND a.value IS NOT NULL
), whole AS (
  SELECT h.report_id, h.report_year, t.line, t.value AS aggregate FROM held h JOIN totals t USING (report_id) WHERE h.scope = 'region_aggregate'
), parts AS (
  SELECT h.report_year, t.line, sum(t.value)::BIGINT AS sum_of_parts, count(DISTINCT h.agency_id) AS n_parts
  FROM held h JOIN totals t USING (report_id) WHERE h.scope IN ('government_only', 'department', 'township') GROUP BY ALL
)
SELECT w.report_id, w.report_year, w.line::VARCHAR AS line, w.aggregate, p.sum_of_parts, p.n_parts, w.aggregate - p.sum_of_parts AS difference
FROM whole w JOIN parts p USING (report_year, line) ORDER BY w.report_year DESC, w.line LIMIT 500

-- A region's aggregate beside the sum of its own organs' reports, with how many of them are held. A difference is no error while organs are missing.
-- 全地区汇总与所属机关之和对照，附收录的机关数。机关未收全时，差额不是错误。
-- line_zh: short Chinese label of line | 表三行的中文简称
-- report_id: the region's aggregate report | 全地区汇总报告编号
-- line: row of table three | 表三行
-- aggregate: what the aggregate prints, column total | 汇总报告所印总计
-- sum_of_parts: numerator: the same line added up over the organs held | 已收录机关之和
-- n_parts: organs of the region (departments, townships, the office itself) whose report of that year is held | 已收录的所属机关数
-- difference: aggregate less sum_of_parts | 差额
-- share: 100 × sum_of_parts / aggregate | 占汇总的比例（%）
WITH whole AS NOT MATERIALIZED (
  SELECT r.report_id, r.agency_id, r.agency_name, r.lineage_code, r.province, r.province_name, r.report_year, r.n_recognised, t.line, t.value AS aggregate
  FROM reports r JOIN marts.application_totals t USING (report_id)
  WHERE r.is_primary AND r.scope = 'region_aggregate' AND t.value IS NOT NULL
), parts AS NOT MATERIALIZED (
  SELECT r.lineage_code, r.report_year, t.line, sum(t.value)::BIGINT AS sum_of_parts, count(DISTINCT r.agency_id) AS n_parts
  FROM reports r JOIN marts.application_totals t USING (report_id)
  WHERE r.is_primary AND r.scope IN ('government_only', 'department', 'township') AND t.value IS NOT NULL
  GROUP BY ALL
)
SELECT w.report_id, w.agency_id, w.agency_name, w.lineage_code, w.province, w.province_name, w.report_year, w.n_recognised, w.line, n.short_zh AS line_zh, w.aggregate, p.sum_of_parts,
       p.n_parts, w.aggregate - p.sum_of_parts AS difference, round(100.0 * p.sum_of_parts / nullif(w.aggregate, 0), 2) AS share
FROM whole w JOIN parts p USING (lineage_code, report_year, line)
LEFT JOIN labels n ON n.column_name = 'line' AND n.key = w.line::VARCHAR

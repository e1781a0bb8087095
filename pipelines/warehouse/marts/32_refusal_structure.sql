-- One row per primary report and kind of result that is not a disclosure, with its share of its group and of all results.
-- 每份主文档、每类未公开结果一行：占本组及占全部办理结果的比例。
-- line_zh: short Chinese label of line | 表三行的中文简称
-- result_group: denied, unavailable, not_processed or other | 不予公开、无法提供、不予处理、其他处理
-- value: numerator: requests answered in this way | 分子：该结果件数
-- group_total: denominator of share_of_group | 本组合计（分母）
-- processed_total: denominator of share_of_processed | 办理结果总计（分母）
-- share_of_group: 100 × value / group_total | 占本组比例
-- share_of_processed: 100 × value / processed_total | 占全部办理结果比例
WITH lines AS NOT MATERIALIZED (
  SELECT report_id, line, value,
         CASE WHEN starts_with(line::VARCHAR, 'denied_') THEN 'denied'
              WHEN starts_with(line::VARCHAR, 'unavailable_') THEN 'unavailable'
              WHEN starts_with(line::VARCHAR, 'not_processed_') THEN 'not_processed'
              WHEN starts_with(line::VARCHAR, 'other') THEN 'other' END AS result_group
  FROM marts.application_totals
), placed AS NOT MATERIALIZED (
  SELECT d.report_id, d.agency_id, d.agency_name, d.region_code, d.lineage_code, d.province, d.province_name, d.level, d.scope, d.report_year, d.n_recognised,
         l.result_group, l.line, l.value, d.processed_total,
         CASE l.result_group WHEN 'denied' THEN d.denied WHEN 'unavailable' THEN d.unavailable
                             WHEN 'not_processed' THEN d.not_processed ELSE d.other_results END AS group_total
  FROM lines l JOIN marts.disclosure_rates d USING (report_id)
  WHERE l.result_group IS NOT NULL
)
SELECT p.report_id, p.agency_id, p.agency_name, p.region_code, p.lineage_code, p.province, p.province_name, p.level, p.scope, p.report_year, p.n_recognised,
       p.result_group, p.line, n.short_zh AS line_zh, p.value, p.group_total, p.processed_total,
       round(100.0 * p.value / nullif(p.group_total, 0), 2) AS share_of_group,
       round(100.0 * p.value / nullif(p.processed_total, 0), 2) AS share_of_processed
FROM placed p LEFT JOIN labels n ON n.column_name = 'line' AND n.key = p.line::VARCHAR

-- Licences, penalties and compulsion: decisions per primary report and the year before (both forms count the same).
-- 行政许可、行政处罚、行政强制的处理决定数量及上年（两版格式口径相同）。
-- item_zh: short Chinese label of item | 信息内容的中文简称
-- decisions: decisions made in the year | 处理决定数量
-- decisions_before: of the year before, same agency and scope; denominator of change_percent | 上年数量（分母）
-- change_percent: 100 × (decisions − decisions_before) / decisions_before | 同比
-- licences: 行政许可 decisions of the same report; denominator of per_licence | 同一报告的行政许可数量（分母）
-- per_licence: decisions / licences, for instance penalties per licence | 每件许可对应的处理决定数
WITH v AS NOT MATERIALIZED (
  SELECT r.report_id, r.agency_id, r.agency_name, r.region_code, r.lineage_code, r.province, r.province_name, r.level, r.scope, r.report_year, r.n_recognised, p.item,
         p.value AS decisions
  FROM reports r JOIN proactive_disclosure p USING (report_id)
  WHERE r.is_primary AND p.metric = 'decisions'
)
SELECT v.*, n.short_zh AS item_zh, b.decisions AS decisions_before,
       round(100.0 * (v.decisions - b.decisions) / nullif(b.decisions, 0), 2) AS change_percent,
       l.decisions AS licences, round(v.decisions / nullif(l.decisions, 0), 4) AS per_licence
FROM v LEFT JOIN labels n ON n.column_name = 'item' AND n.key = v.item::VARCHAR
       LEFT JOIN v AS b ON b.agency_id = v.agency_id AND b.scope IS NOT DISTINCT FROM v.scope
                       AND b.report_year = v.report_year - 1 AND b.item = v.item
       LEFT JOIN v AS l ON l.report_id = v.report_id AND l.item = 'administrative_licenses'

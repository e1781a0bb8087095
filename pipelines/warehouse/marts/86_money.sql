-- Administrative fees (2021 form) and government procurement (2019 form) in 万元, per primary report, with the year before.
-- 行政事业性收费（2021 版）与政府集中采购（2019 版），单位万元，附上年。
-- item_zh: short Chinese label of item | 信息内容的中文简称
-- amount: in 万元 | 金额（万元）
-- procurement_items: number of procurement projects | 采购项目数量
-- amount_before: the year before, same agency, scope and form | 上年金额
-- change_percent: 100 × (amount − amount_before) / amount_before | 同比
WITH v AS NOT MATERIALIZED (
  SELECT r.report_id, r.agency_id, r.agency_name, r.region_code, r.lineage_code, r.province, r.province_name, r.level, r.scope, r.report_year, r.n_recognised, p.item,
         max(p.value) FILTER (p.metric IN ('fee_amount', 'procurement_amount')) AS amount,
         max(p.value) FILTER (p.metric = 'procurement_items') AS procurement_items
  FROM reports r JOIN proactive_disclosure p USING (report_id)
  WHERE r.is_primary AND p.metric IN ('fee_amount', 'procurement_amount', 'procurement_items')
  GROUP BY ALL
)
SELECT v.*, n.short_zh AS item_zh, b.amount AS amount_before, round(100.0 * (v.amount - b.amount) / nullif(b.amount, 0), 2) AS change_percent
FROM v LEFT JOIN labels n ON n.column_name = 'item' AND n.key = v.item::VARCHAR
       LEFT JOIN v AS b ON b.agency_id = v.agency_id AND b.scope IS NOT DISTINCT FROM v.scope
                       AND b.report_year = v.report_year - 1 AND b.item = v.item

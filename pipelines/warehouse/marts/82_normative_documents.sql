-- Turnover of regulations and normative documents, per agency, scope and year (2021 form only), with the stock identity.
-- 规章与行政规范性文件的制发、废止与现行有效（仅 2021 版格式），附存量勾稽。
-- item_zh: short Chinese label of item | 信息内容的中文简称
-- issued: documents issued in the year | 本年制发件数
-- repealed: documents repealed in the year | 本年废止件数
-- in_force: documents in force at the end of the year | 现行有效件数
-- in_force_before: documents in force (in_force) the year before, same form; denominator of repeal_rate | 上年现行有效件数（分母）
-- repeal_rate: 100 × repealed / in_force_before | 废止率
-- stock_residual: in_force − (in_force_before + issued − repealed); 0 when the stock adds up | 存量残差，为 0 即衔接
WITH v AS NOT MATERIALIZED (
  SELECT r.report_id, r.agency_id, r.agency_name, r.region_code, r.lineage_code, r.province, r.province_name, r.level, r.scope, r.report_year, r.n_recognised, p.item,
         max(p.value) FILTER (p.metric = 'issued') AS issued, max(p.value) FILTER (p.metric = 'repealed') AS repealed,
         max(p.value) FILTER (p.metric = 'in_force') AS in_force
  FROM reports r JOIN proactive_disclosure p USING (report_id)
  WHERE r.is_primary AND r.form_table2 = '2021' AND p.item IN ('regulations', 'normative_documents')
  GROUP BY ALL
)
SELECT v.*, n.short_zh AS item_zh, b.in_force AS in_force_before, round(100.0 * v.repealed / nullif(b.in_force, 0), 2) AS repeal_rate,
       v.in_force - (b.in_force + v.issued - v.repealed) AS stock_residual
FROM v LEFT JOIN labels n ON n.column_name = 'item' AND n.key = v.item::VARCHAR
       LEFT JOIN v AS b ON b.agency_id = v.agency_id AND b.scope IS NOT DISTINCT FROM v.scope
                       AND b.report_year = v.report_year - 1 AND b.item = v.item

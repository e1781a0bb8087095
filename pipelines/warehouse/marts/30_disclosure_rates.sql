-- One row per primary report: how requests were answered, each rate with its numerator and denominator. Rates in percent.
-- 每份主文档一行：申请如何答复，各比率附分子分母。比率单位为 %。
-- stored
-- disclosed: numerator of disclosure_rate: granted + granted_in_part | 公开率分子：予以公开＋部分公开
-- denied: the eight kinds of 不予公开 | 不予公开八类之和
-- unavailable: the three kinds of 无法提供 | 无法提供三类之和
-- not_processed: the five kinds of 不予处理 | 不予处理五类之和
-- other_results: 其他处理, one row in 2019, three in 2021 | 其他处理（2019 版一行，2021 版三行）
-- processed_total: denominator: printed total of results, else their sum | 分母：办理结果总计（空白时为各结果之和）
-- handled: received + carried_in, denominator of backlog_rate | 新收＋上年结转，结转率分母
-- disclosure_rate: 100 × disclosed / processed_total | 公开率
-- denial_rate: 100 × denied / processed_total | 不予公开率
-- unavailable_rate: 100 × unavailable / processed_total | 无法提供率
-- not_processed_rate: 100 × not_processed / processed_total | 不予处理率
-- other_rate: 100 × other_results / processed_total | 其他处理率
-- backlog_rate: 100 × carried_out / handled | 结转率
-- is_small: the denominator is below 30: do not rank on it | 分母小于 30，不宜排名
WITH s AS NOT MATERIALIZED (
  SELECT report_id,
         max(value) FILTER (line = 'received') AS received,
         max(value) FILTER (line = 'carried_in') AS carried_in,
         max(value) FILTER (line = 'carried_out') AS carried_out,
         max(value) FILTER (line = 'granted') AS granted,
         max(value) FILTER (line = 'granted_in_part') AS granted_in_part,
         (sum(value) FILTER (line IN ('granted', 'granted_in_part')))::BIGINT AS disclosed,
         (sum(value) FILTER (starts_with(line::VARCHAR, 'denied_')))::BIGINT AS denied,
         (sum(value) FILTER (starts_with(line::VARCHAR, 'unavailable_')))::BIGINT AS unavailable,
         (sum(value) FILTER (starts_with(line::VARCHAR, 'not_processed_')))::BIGINT AS not_processed,
         (sum(value) FILTER (line IN ('other', 'other_correction_overdue', 'other_fee_overdue', 'other_misc')))::BIGINT AS other_results,
         max(value) FILTER (line = 'processed_total') AS printed_processed
  FROM marts.application_totals GROUP BY report_id
), t AS NOT MATERIALIZED (
  SELECT * EXCLUDE (printed_processed),
         coalesce(printed_processed, disclosed + coalesce(denied, 0) + coalesce(unavailable, 0)
                  + coalesce(not_processed, 0) + coalesce(other_results, 0)) AS processed_total,
         coalesce(received, 0) + coalesce(carried_in, 0) AS handled
  FROM s
)
SELECT r.report_id, r.agency_id, r.agency_name, r.region_code, r.lineage_code, r.province, r.province_name, r.level, r.scope, r.report_year,
       r.form_table3, r.n_recognised, t.received, t.carried_in, t.handled, t.granted, t.granted_in_part, t.disclosed, t.denied,
       t.unavailable, t.not_processed, t.other_results, t.processed_total, t.carried_out,
       round(100.0 * t.disclosed / nullif(t.processed_total, 0), 2) AS disclosure_rate,
       round(100.0 * t.denied / nullif(t.processed_total, 0), 2) AS denial_rate,
       round(100.0 * t.unavailable / nullif(t.processed_total, 0), 2) AS unavailable_rate,
       round(100.0 * t.not_processed / nullif(t.processed_total, 0), 2) AS not_processed_rate,
       round(100.0 * t.other_results / nullif(t.processed_total, 0), 2) AS other_rate,
       round(100.0 * t.carried_out / nullif(t.handled, 0), 2) AS backlog_rate,
       coalesce(t.processed_total, 0) < 30 AS is_small
FROM reports r JOIN t USING (report_id)
WHERE r.is_primary

-- How often disclosure decisions were challenged, per primary report: review + direct litigation per 100 processed.
-- 每份主文档：每百件办理引发的复议与直接诉讼件数。
-- review_total: review cases | 行政复议总计
-- litigation_direct_total: litigation without review | 未经复议直接起诉总计
-- litigation_after_review_total: litigation after review; these cases were review cases before | 复议后起诉总计（此前已计入复议）
-- remedies: numerator: review + litigation_direct, so that no case counts twice | 分子：复议＋直接起诉（避免重复计算）
-- remedies_per_100: 100 × remedies / processed_total | 每百件办理的救济件数
-- is_small: fewer than 30 processed: do not rank on it | 办理不足 30 件，不宜排名
-- review_closed: closed review cases | 行政复议审结件数
-- sued_after_review_rate: 100 × litigation_after_review_total / review_closed; the years mix | 复议后仍起诉率（跨年，仅供参考）
WITH t AS NOT MATERIALIZED (
  SELECT report_id, max(total) FILTER (procedure = 'review') AS review_total,
         max(closed) FILTER (procedure = 'review') AS review_closed,
         max(total) FILTER (procedure = 'litigation_direct') AS litigation_direct_total,
         max(total) FILTER (procedure = 'litigation_after_review') AS litigation_after_review_total
  FROM marts.dispute_outcomes GROUP BY report_id
)
SELECT d.report_id, d.agency_id, d.agency_name, d.region_code, d.lineage_code, d.province, d.province_name, d.level, d.scope, d.report_year, d.n_recognised,
       t.review_total, t.litigation_direct_total, t.litigation_after_review_total, t.review_closed,
       coalesce(t.review_total, 0) + coalesce(t.litigation_direct_total, 0) AS remedies, d.processed_total,
       round(100.0 * (coalesce(t.review_total, 0) + coalesce(t.litigation_direct_total, 0)) / nullif(d.processed_total, 0), 2) AS remedies_per_100,
       round(100.0 * t.litigation_after_review_total / nullif(t.review_closed, 0), 2) AS sued_after_review_rate,
       coalesce(d.processed_total, 0) < 30 AS is_small
FROM t JOIN marts.disclosure_rates d USING (report_id)

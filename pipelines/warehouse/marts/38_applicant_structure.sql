-- Who asks, and how each kind of applicant was answered, per primary report.
-- 谁在申请，各类申请人得到怎样的答复（每份主文档、每类申请人一行）。
-- applicant_zh: short Chinese label of applicant | 申请人类型的中文简称
-- received: numerator of share_of_received | 新收件数（分子）
-- received_total: denominator: the printed total, else the sum | 新收总计（分母）
-- share_of_received: 100 × received / received_total | 占新收比例
-- disclosed: granted + granted_in_part of this applicant | 该类申请人予以公开＋部分公开
-- processed: denominator of disclosure_rate | 该类申请人办理结果总计（分母）
-- disclosure_rate: 100 × disclosed / processed | 公开率
-- is_small: the denominator of disclosure_rate is below 30: do not rank on it | 公开率的分母小于 30，不宜排名
WITH cells AS NOT MATERIALIZED (
  SELECT report_id, applicant,
         max(value) FILTER (line = 'received') AS received,
         (sum(value) FILTER (line IN ('granted', 'granted_in_part')))::BIGINT AS disclosed,
         max(value) FILTER (line = 'processed_total') AS processed
  FROM applications WHERE applicant <> 'total' GROUP BY ALL
)
SELECT d.report_id, d.agency_id, d.agency_name, d.region_code, d.lineage_code, d.province, d.province_name, d.level, d.scope, d.report_year, d.n_recognised,
       c.applicant, n.short_zh AS applicant_zh, c.received, d.received AS received_total,
       round(100.0 * c.received / nullif(d.received, 0), 2) AS share_of_received,
       c.disclosed, c.processed, round(100.0 * c.disclosed / nullif(c.processed, 0), 2) AS disclosure_rate,
       coalesce(c.processed, 0) < 30 AS is_small
FROM cells c JOIN marts.disclosure_rates d USING (report_id) LEFT JOIN labels n ON n.column_name = 'applicant' AND n.key = c.applicant::VARCHAR

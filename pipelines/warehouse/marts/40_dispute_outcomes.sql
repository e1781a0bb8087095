-- Outcomes of review and litigation per primary report; litigation_all adds both kinds of litigation. Rates in percent.
-- 每份主文档的行政复议、行政诉讼结果；litigation_all 为两类诉讼合计。比率单位为 %。
-- procedure_zh: short Chinese label of procedure | 救济程序的中文简称
-- procedure: review, litigation_direct, litigation_after_review or litigation_all | 行政复议、未经复议直接起诉、复议后起诉、诉讼合计
-- upheld: cases in which the agency was upheld | 结果维持
-- corrected: cases in which the agency was corrected, numerator of the correction rates | 结果纠正（纠错率分子）
-- other: cases with another outcome | 其他结果
-- pending: cases not yet decided, numerator of pending_rate | 尚未审结（未审结比例分子）
-- closed: denominator: upheld + corrected + other, without pending cases | 审结＝维持＋纠正＋其他（分母）
-- total: printed total, else the sum of the outcomes | 印出的总计，空白时为各结果之和
-- correction_rate: 100 × corrected / closed; NULL when nothing was closed | 纠错率（以审结为分母）；无审结时为空
-- correction_rate_of_total: 100 × corrected / total, the other usual denominator | 纠错率（以总计为分母）
-- pending_rate: 100 × pending / total | 未审结比例
-- is_small: fewer than 30 closed cases: do not rank on it | 审结不足 30 件，不宜排名
WITH one AS NOT MATERIALIZED (
  SELECT report_id, procedure::VARCHAR AS procedure,
         max(value) FILTER (outcome = 'upheld') AS upheld, max(value) FILTER (outcome = 'corrected') AS corrected,
         max(value) FILTER (outcome = 'other') AS other, max(value) FILTER (outcome = 'pending') AS pending,
         coalesce(max(value) FILTER (outcome = 'total'), sum(value) FILTER (outcome <> 'total'))::BIGINT AS total
  FROM disputes GROUP BY ALL
), every_procedure AS NOT MATERIALIZED (
  SELECT * FROM one
  UNION ALL
  SELECT report_id, 'litigation_all', sum(upheld)::BIGINT, sum(corrected)::BIGINT, sum(other)::BIGINT,
         sum(pending)::BIGINT, sum(total)::BIGINT
  FROM one WHERE starts_with(procedure, 'litigation') GROUP BY ALL
), counted AS NOT MATERIALIZED (
  SELECT *, CASE WHEN upheld IS NULL AND corrected IS NULL AND other IS NULL THEN NULL
                 ELSE coalesce(upheld, 0) + coalesce(corrected, 0) + coalesce(other, 0) END AS closed
  FROM every_procedure
)
SELECT r.report_id, r.agency_id, r.agency_name, r.region_code, r.lineage_code, r.province, r.province_name, r.level, r.scope, r.report_year, r.n_recognised,
       c.procedure, n.short_zh AS procedure_zh, c.upheld, c.corrected, c.other, c.pending, c.total, c.closed,
       round(100.0 * c.corrected / nullif(c.closed, 0), 2) AS correction_rate,
       round(100.0 * c.corrected / nullif(c.total, 0), 2) AS correction_rate_of_total,
       round(100.0 * c.pending / nullif(c.total, 0), 2) AS pending_rate,
       coalesce(c.closed, 0) < 30 AS is_small
FROM counted c JOIN reports r USING (report_id) LEFT JOIN labels n ON n.column_name = 'procedure' AND n.key = c.procedure
WHERE r.is_primary

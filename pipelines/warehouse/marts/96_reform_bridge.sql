-- Share of requests granted before and after the reforms, per year and system of counting. The systems are NOT identical.
-- 改革前后的同意公开比例，按年度与统计口径。两种口径并不相同，不可视为同一序列。
-- counting: legacy_2014 (the annex), or the form of table three | 统计口径：旧附表，或表三格式
-- n_reports: reports | 报告数
-- n_recognised_reports: reports among them with cells that were recognised in pictures | 其中含图片识别单元格的报告数
-- disclosed: numerator: granted + granted in part | 分子：同意公开＋同意部分公开
-- answered: denominator: requests answered (legacy forms), results in total (2019 and 2021 forms) | 分母：申请答复数或办理结果总计
-- disclosure_rate: 100 × disclosed / answered | 公开率
WITH legacy AS NOT MATERIALIZED (
  SELECT r.report_year, 'legacy_2014' AS counting, r.report_id, r.n_recognised,
         sum(l.value) FILTER (l.indicator IN ('replies.granted', 'replies.granted_in_part')) AS disclosed,
         max(l.value) FILTER (l.indicator = 'replies.total') AS answered
  FROM reports r JOIN legacy_statistics l USING (report_id) WHERE r.is_primary GROUP BY ALL
), both_systems AS NOT MATERIALIZED (
  SELECT * FROM legacy WHERE answered IS NOT NULL
  UNION ALL
  SELECT report_year, form_table3, report_id, n_recognised, disclosed, processed_total FROM marts.disclosure_rates WHERE processed_total IS NOT NULL
)
SELECT report_year, counting, count(*) AS n_reports, count(*) FILTER (n_recognised > 0) AS n_recognised_reports, sum(disclosed)::BIGINT AS disclosed, sum(answered)::BIGINT AS answered,
       round(100.0 * sum(disclosed) / nullif(sum(answered), 0), 2) AS disclosure_rate
FROM both_systems
GROUP BY ALL

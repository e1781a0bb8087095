-- Requests ended as repeated, excessive or unpaid, per 100 processed, per primary report.
-- 重复申请、大量反复申请、逾期不缴费的件数及每百件办理中的件数。
-- abuse_results: numerator: duplicate + excessive_repetitive + fee_overdue | 分子：重复＋大量反复＋逾期不缴费
-- has_fee_row: the form has the row fee_overdue (2021 form only), so years before are not comparable | 格式有“逾期不缴费”一行（仅 2021 版），此前年度不可比
-- per_100_processed: 100 × abuse_results / processed_total | 每百件
-- is_small: the denominator is below 30: do not rank on it | 分母小于 30，不宜排名
SELECT report_id, agency_id, agency_name, region_code, lineage_code, province, province_name, level, scope, report_year, n_recognised,
       (sum(value) FILTER (line IN ('not_processed_duplicate', 'not_processed_excessive_repetitive', 'other_fee_overdue')))::BIGINT AS abuse_results,
       any_value(processed_total) AS processed_total,
       bool_or(line = 'other_fee_overdue') AS has_fee_row,
       round(100.0 * sum(value) FILTER (line IN ('not_processed_duplicate', 'not_processed_excessive_repetitive', 'other_fee_overdue'))
             / nullif(any_value(processed_total), 0), 2) AS per_100_processed,
       coalesce(any_value(processed_total), 0) < 30 AS is_small
FROM marts.refusal_structure
GROUP BY ALL

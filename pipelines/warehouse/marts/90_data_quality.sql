-- Share of reports that contradict themselves or others, per year, province and carrier.
-- 存在矛盾的报告比例：按年度、省份、载体。
-- n_reports: denominator: reports whose tables were read | 表格已读出的报告数（分母）
-- n_with_errors: numerator: reports with a finding of severity error | 有 error 级发现的报告数（分子）
-- error_rate: 100 × n_with_errors / n_reports | 存在矛盾的比例
-- n_errors: findings of severity error | error 级发现数
SELECT report_year, province, province_name, carrier, count(*) AS n_reports, count(*) FILTER (n_errors > 0) AS n_with_errors,
       round(100.0 * count(*) FILTER (n_errors > 0) / count(*), 2) AS error_rate, sum(n_errors)::BIGINT AS n_errors
FROM reports
WHERE is_primary AND extraction_status IN ('complete', 'partial')
GROUP BY ALL

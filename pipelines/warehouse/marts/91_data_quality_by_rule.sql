-- Share of reports that break each rule of severity error, per rule, year and province. A rule nobody breaks has no row.
-- 各规则（error 级）下存在矛盾的报告比例：按规则、年度、省份。无人违反的规则不出现。
-- n_reports: denominator: reports of that year and province whose tables were read | 当年当省表格已读出的报告数（分母）
-- n_with_rule: numerator: reports with at least one such finding | 分子：至少有一条该发现的报告数
-- share: 100 × n_with_rule / n_reports | 比例
-- n_findings: findings of this rule | 该规则的发现数
WITH readable AS NOT MATERIALIZED (
  SELECT report_id, report_year, province, province_name FROM reports WHERE is_primary AND extraction_status IN ('complete', 'partial')
), held AS NOT MATERIALIZED (
  SELECT report_year, province, province_name, count(*) AS n_reports FROM readable GROUP BY ALL
), broken AS NOT MATERIALIZED (
  SELECT f.rule, r.report_year, r.province, count(DISTINCT f.report_id) AS n_with_rule, count(*) AS n_findings
  FROM quality.findings f JOIN readable r USING (report_id)
  WHERE f.severity = 'error' GROUP BY ALL
)
SELECT b.rule, b.report_year, b.province, h.province_name, h.n_reports, b.n_with_rule,
       round(100.0 * b.n_with_rule / h.n_reports, 2) AS share, b.n_findings
FROM broken b JOIN held h ON h.report_year IS NOT DISTINCT FROM b.report_year AND h.province = b.province

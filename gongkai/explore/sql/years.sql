-- 收录的报告年度 | Report years held
SELECT report_year, count(*) FILTER (is_primary) AS n_reports FROM reports WHERE report_year IS NOT NULL GROUP BY report_year ORDER BY report_year

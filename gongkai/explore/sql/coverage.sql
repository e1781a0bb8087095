-- 各级政府覆盖率 | Governments covered, per province and level
SELECT province_code, province_name, government_level::VARCHAR AS government_level, n_expected, n_held, n_missing, n_without_column,
  n_without_report, coverage
FROM marts.coverage WHERE report_year = $year ORDER BY province_code, n_expected LIMIT 500

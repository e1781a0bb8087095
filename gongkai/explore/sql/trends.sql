-- 历年合计与比率 | Sums and rates per year, level and scope
SELECT report_year, level::VARCHAR AS level, scope::VARCHAR AS scope, n_reports, n_agencies, received, processed_total, disclosed, denied,
       disclosure_rate, denial_rate, not_processed_rate
FROM marts.trends ORDER BY level, scope, report_year LIMIT 500

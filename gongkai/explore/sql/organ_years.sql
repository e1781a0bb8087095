-- 机关历年的主要指标 | An organ's indicators, year by year
SELECT d.report_id, d.report_year, d.scope::VARCHAR AS scope, d.received, d.carried_in, d.processed_total, d.disclosed, d.denied, d.unavailable,
       d.not_processed, d.carried_out, d.disclosure_rate, d.denial_rate, d.is_small
FROM marts.disclosure_rates d WHERE d.agency_id = $agency_id ORDER BY d.scope, d.report_year LIMIT 200

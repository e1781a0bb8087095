-- 机关历年的复议与诉讼 | An organ's reviews and lawsuits
SELECT d.report_id, r.report_year, d.procedure::VARCHAR AS procedure, d.outcome::VARCHAR AS outcome, d.value
FROM disputes d JOIN reports r USING (report_id)
WHERE r.agency_id = $agency_id AND r.is_primary AND d.outcome = 'total' ORDER BY d.procedure, r.report_year LIMIT 500

-- 各机关同侪数据的标记 | A mark of the figures among which each organ's are placed
WITH groups AS (
  SELECT level, scope, report_year, bit_xor(hash(report_id, received, processed_total, disclosure_rate, denial_rate, not_processed_rate, backlog_rate)) AS mark
  FROM marts.disclosure_rates GROUP BY ALL
)
SELECT d.agency_id, bit_xor(hash(d.report_id, g.mark)) AS mark
FROM marts.disclosure_rates d JOIN groups g ON g.level IS NOT DISTINCT FROM d.level AND g.scope IS NOT DISTINCT FROM d.scope AND g.report_year IS NOT DISTINCT FROM d.report_year
WHERE $province IS NULL OR d.province = $province GROUP BY d.agency_id

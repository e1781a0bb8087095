-- 在同级同口径机关中的位置 | Place among the peers
WITH own AS (
  SELECT level, scope, max(report_year) AS report_year FROM reports
  WHERE agency_id = $agency_id AND is_primary AND form_table3 IS NOT NULL GROUP BY ALL ORDER BY report_year DESC LIMIT 1
), near AS (
  SELECT d.* FROM marts.disclosure_rates d JOIN own o ON d.report_year = o.report_year AND d.level = o.level AND d.scope = o.scope
), figures AS (
  UNPIVOT (
    SELECT agency_id, province::VARCHAR AS province, report_year, is_small AS rests_on_few, received::DOUBLE AS received,
           processed_total::DOUBLE AS processed_total, disclosure_rate::DOUBLE AS disclosure_rate, denial_rate::DOUBLE AS denial_rate,
           not_processed_rate::DOUBLE AS not_processed_rate, backlog_rate::DOUBLE AS backlog_rate FROM near
  ) ON received, processed_total, disclosure_rate, denial_rate, not_processed_rate, backlog_rate INTO NAME metric VALUE value
), mine AS (
  SELECT metric, province, report_year, any_value(value) AS value, any_value(rests_on_few) AS rests_on_few FROM figures WHERE agency_id = $agency_id GROUP BY ALL
), grouped AS (
  SELECT m.metric, 'province' AS peer_group, m.report_year, m.value, m.rests_on_few, f.value AS other FROM mine m JOIN figures f ON f.metric = m.metric AND f.province = m.province
  UNION ALL
  SELECT m.metric, 'nation', m.report_year, m.value, m.rests_on_few, f.value FROM mine m JOIN figures f ON f.metric = m.metric
)
SELECT metric, peer_group, report_year, value, count(*) AS n_peers, round(quantile_cont(other, 0.25), 2) AS first_quartile,
       round(quantile_cont(other, 0.5), 2) AS median, round(quantile_cont(other, 0.75), 2) AS third_quartile,
       CASE WHEN count(*) >= 10 THEN round(100.0 * count(*) FILTER (other < value) / count(*), 1) END AS percentile,
       (rests_on_few AND metric LIKE '%_rate') OR count(*) < 10 AS is_small
FROM grouped GROUP BY metric, peer_group, report_year, value, rests_on_few ORDER BY metric, peer_group DESC

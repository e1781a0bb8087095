-- Each report's figures among its peers: the same level, scope and year, in the province and in the nation. Median, quartiles, percentile.
-- 各报告在同级同口径同年度同侪中的位置（省内与全国）：中位数、四分位、百分位。
-- metric: what is compared: received, processed_total, carried_out, or a rate of disclosure_rates | 比较的指标
-- metric_zh: short Chinese label of metric | 指标的中文简称
-- value: this report's figure | 本报告数值
-- peer_group: province or nation | 同侪范围：本省或全国
-- n_peers: denominator: reports compared, this one included | 同侪数（含本报告，分母）
-- first_quartile: a quarter of the peers are below | 下四分位数
-- median: half of the peers are below | 中位数
-- third_quartile: three quarters of the peers are below | 上四分位数
-- percentile: percent of the peers with a smaller value; null with fewer than 10 peers | 小于本值的同侪比例（%）；不足 10 个同侪时为空
-- is_small: the rate rests on fewer than 30 requests, or on fewer than 10 peers: no ranking | 分母小于 30 或同侪不足 10 个，不宜排名
WITH base AS NOT MATERIALIZED (
  SELECT * FROM marts.disclosure_rates WHERE scope IS DISTINCT FROM 'public_institution'
), every AS NOT MATERIALIZED (
  SELECT report_id, agency_id, agency_name, lineage_code, province, province_name, level, scope, report_year, n_recognised, is_small AS rests_on_few, 'received' AS metric, received::DOUBLE AS value FROM base
  UNION ALL
  SELECT report_id, agency_id, agency_name, lineage_code, province, province_name, level, scope, report_year, n_recognised, is_small, 'processed_total', processed_total::DOUBLE FROM base
  UNION ALL
  SELECT report_id, agency_id, agency_name, lineage_code, province, province_name, level, scope, report_year, n_recognised, is_small, 'carried_out', carried_out::DOUBLE FROM base
  UNION ALL
  SELECT report_id, agency_id, agency_name, lineage_code, province, province_name, level, scope, report_year, n_recognised, is_small, 'disclosure_rate', disclosure_rate::DOUBLE FROM base
  UNION ALL
  SELECT report_id, agency_id, agency_name, lineage_code, province, province_name, level, scope, report_year, n_recognised, is_small, 'denial_rate', denial_rate::DOUBLE FROM base
  UNION ALL
  SELECT report_id, agency_id, agency_name, lineage_code, province, province_name, level, scope, report_year, n_recognised, is_small, 'not_processed_rate', not_processed_rate::DOUBLE FROM base
  UNION ALL
  SELECT report_id, agency_id, agency_name, lineage_code, province, province_name, level, scope, report_year, n_recognised, is_small, 'backlog_rate', backlog_rate::DOUBLE FROM base
), figures AS NOT MATERIALIZED (
  SELECT * FROM every WHERE value IS NOT NULL
), grouped AS NOT MATERIALIZED (
  SELECT *, 'province' AS peer_group, province::VARCHAR AS peers FROM figures
  UNION ALL
  SELECT *, 'nation', '' FROM figures
), spread AS NOT MATERIALIZED (
  SELECT peer_group, peers, level, scope, report_year, metric, count(*) AS n_peers,
         quantile_cont(value, 0.25) AS first_quartile, quantile_cont(value, 0.5) AS median, quantile_cont(value, 0.75) AS third_quartile
  FROM grouped GROUP BY ALL
), ranked AS NOT MATERIALIZED (
  SELECT *, rank() OVER (PARTITION BY peer_group, peers, level, scope, report_year, metric ORDER BY value) - 1 AS n_below FROM grouped
)
SELECT r.report_id, r.agency_id, r.agency_name, r.lineage_code, r.province, r.province_name, r.level, r.scope, r.report_year, r.n_recognised, r.metric, n.short_zh AS metric_zh, r.value, r.peer_group,
       s.n_peers, round(s.first_quartile, 2) AS first_quartile, round(s.median, 2) AS median, round(s.third_quartile, 2) AS third_quartile,
       CASE WHEN s.n_peers >= 10 THEN round(100.0 * r.n_below / s.n_peers, 1) END AS percentile,
       (r.rests_on_few AND r.metric LIKE '%_rate') OR s.n_peers < 10 AS is_small
FROM ranked r JOIN spread s ON s.peer_group = r.peer_group AND s.peers = r.peers AND s.level IS NOT DISTINCT FROM r.level
     AND s.scope IS NOT DISTINCT FROM r.scope AND s.report_year = r.report_year AND s.metric = r.metric
LEFT JOIN labels n ON n.column_name = 'metric' AND n.key = r.metric

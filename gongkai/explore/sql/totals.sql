-- 收录总数 | What is held in all
SELECT count(*) FILTER (is_primary) AS n_reports, count(DISTINCT agency_id) AS n_agencies, sum(n_reported)::BIGINT AS n_figures,
       count(*) FILTER (is_primary AND n_errors > 0) AS n_with_errors, max(first_fetched_at) AS last_seen_at
FROM reports

-- 各省收录情况 | Reports held per province
SELECT province::VARCHAR AS province, count(*) AS n_reports, count(DISTINCT agency_id) AS n_agencies,
       count(*) FILTER (extraction_status IN ('complete', 'partial')) AS n_read, count(*) FILTER (n_errors > 0) AS n_with_errors
FROM reports WHERE is_primary AND ($year IS NULL OR report_year = $year)
GROUP BY ALL ORDER BY ALL

-- 报告的各个版本 | The versions of a report
SELECT version, first_fetched_at, title, n_reported, n_blank, content_hash, url
FROM history.report_versions WHERE report_id = $report_id ORDER BY version

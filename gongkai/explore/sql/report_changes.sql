-- 公布后改动的单元格 | Cells edited after publication
SELECT version, previous_version, first_seen_at, table_name, concat_ws(' / ', article, item, metric, line, applicant, procedure, outcome, indicator) AS place,
       change::VARCHAR AS change, old_raw_text, new_raw_text, old_value, new_value, old_evidence, new_evidence
FROM history.cell_changes WHERE report_id = $report_id ORDER BY version DESC, table_name, place LIMIT 1000

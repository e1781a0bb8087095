-- 公布后改动的单元格 | Cells edited after publication
SELECT version, previous_version, first_seen_at, table_name, article::VARCHAR AS article, item::VARCHAR AS item, metric::VARCHAR AS metric, line::VARCHAR AS line, applicant::VARCHAR AS applicant,
       procedure::VARCHAR AS procedure, outcome::VARCHAR AS outcome, indicator::VARCHAR AS indicator,
       change::VARCHAR AS change, old_raw_text, new_raw_text, old_value, new_value, old_evidence, new_evidence
FROM history.cell_changes WHERE report_id = $report_id ORDER BY version DESC, table_name, article, item, metric, line, applicant, procedure, outcome, indicator LIMIT 1000

-- 机关公布后的改动 | Edits after publication
SELECT c.report_id, r.report_year, c.first_seen_at, c.table_name, concat_ws(' / ', c.article, c.item, c.metric, c.line, c.applicant, c.procedure, c.outcome, c.indicator) AS place,
       c.change::VARCHAR AS change, c.old_raw_text, c.new_raw_text
FROM history.cell_changes c JOIN reports r USING (report_id)
WHERE r.agency_id = $agency_id ORDER BY c.first_seen_at DESC LIMIT 300

-- 机关公布后的改动 | Edits after publication
SELECT c.report_id, r.report_year, c.first_seen_at, c.table_name, c.article::VARCHAR AS article, c.item::VARCHAR AS item, c.metric::VARCHAR AS metric, c.line::VARCHAR AS line,
       c.applicant::VARCHAR AS applicant, c.procedure::VARCHAR AS procedure, c.outcome::VARCHAR AS outcome, c.indicator::VARCHAR AS indicator,
       c.change::VARCHAR AS change, c.old_raw_text, c.new_raw_text
FROM history.cell_changes c JOIN reports r USING (report_id)
WHERE r.agency_id = $agency_id ORDER BY c.first_seen_at DESC LIMIT 300

-- How much of a section repeats the year before: shared runs of five characters (Jaccard), per primary report and section.
-- 与上年同一部分文字的重合度（五字片段的 Jaccard 相似度）。
-- previous_report_id: report of the year before | 上一年度报告编号
-- similarity: shared five-character runs in percent of all; no official threshold exists | 相似度（%），无官方阈值
WITH t AS NOT MATERIALIZED (
  SELECT r.report_id, r.agency_id, r.agency_name, r.scope, r.report_year, s.section_no,
         regexp_replace(s.text, '\s', '', 'g') AS text
  FROM reports r JOIN sections s USING (report_id)
  WHERE r.is_primary AND s.section_no IN (1, 5)
), pairs AS NOT MATERIALIZED (
  SELECT g.*, b.report_id AS previous_report_id, b.text AS text_before
  FROM t g JOIN t b ON b.agency_id = g.agency_id AND b.scope IS NOT DISTINCT FROM g.scope
                   AND b.report_year = g.report_year - 1 AND b.section_no = g.section_no
), grams AS NOT MATERIALIZED ( -- after the join: of one pair at a time, not of all sections at once
  SELECT report_id, agency_id, agency_name, scope, report_year, section_no, previous_report_id,
         list_distinct(list_transform(range(1, greatest(len(text) - 3, 1)), lambda i: substr(text, i, 5))) AS runs,
         list_distinct(list_transform(range(1, greatest(len(text_before) - 3, 1)), lambda i: substr(text_before, i, 5))) AS runs_before
  FROM pairs
)
SELECT report_id, agency_id, agency_name, scope, report_year, section_no, previous_report_id,
       round(100.0 * len(list_intersect(runs, runs_before))
             / nullif(len(runs) + len(runs_before) - len(list_intersect(runs, runs_before)), 0), 1) AS similarity
FROM grams

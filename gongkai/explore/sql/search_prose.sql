-- 正文含有检索词的报告 | Sections whose prose holds the words
WITH found AS (
  SELECT report_id, section_no, text FROM sections WHERE $q IS NOT NULL AND contains(text, $q) LIMIT 50
)
SELECT f.report_id, r.title, r.agency_name, r.report_year, f.section_no,
       substr(f.text, greatest(1, strpos(f.text, $q) - 40), 120 + length($q)) AS passage
FROM found f JOIN reports r USING (report_id) ORDER BY r.report_year DESC, r.agency_name, f.section_no

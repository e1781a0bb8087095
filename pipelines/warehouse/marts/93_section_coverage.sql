-- Which of the six sections of the form each primary report has (forms of 2019 and 2021): one row per report and section.
-- 每份主文档（2019、2021 版格式）的六个部分是否齐备：每份报告每个部分一行。
-- section_no: 1-6 as the form numbers them: 1, 5, 6 are prose, 2-4 are tables | 部分序号：一、五、六为文字，二至四为表格
-- section_zh: short Chinese name of the section | 该部分的中文简称
-- is_prose: the section is prose | 是否文字部分
-- n_characters: characters of its text without spaces; null where no such heading was found | 正文字数（不含空白）；未见该标题时为空
-- section_status: present; empty: the heading stands alone; missing: neither heading nor table was found | 有无正文：present 有；empty 有标题而无内容；missing 缺失
WITH held AS NOT MATERIALIZED (
  SELECT report_id, section_no, max(len(regexp_replace(text, '\s', '', 'g'))) AS n_characters
  FROM sections WHERE section_no BETWEEN 1 AND 6 GROUP BY ALL
), tables_held AS NOT MATERIALIZED (
  SELECT DISTINCT report_id, 2 AS section_no FROM proactive_disclosure
  UNION ALL SELECT DISTINCT report_id, 3 FROM applications
  UNION ALL SELECT DISTINCT report_id, 4 FROM disputes
), asked AS NOT MATERIALIZED (
  SELECT r.report_id, r.agency_id, r.agency_name, r.lineage_code, r.province, r.province_name, r.level, r.scope, r.report_year,
         s.section_no, s.section_no IN (1, 5, 6) AS is_prose
  FROM reports r, (SELECT unnest(range(1, 7)) AS section_no) s
  WHERE r.is_primary AND (r.form_table2 IN ('2019', '2021') OR r.form_table3 IN ('2019', '2021'))
)
SELECT a.report_id, a.agency_id, a.agency_name, a.lineage_code, a.province, a.province_name, a.level, a.scope, a.report_year,
       a.section_no, n.short_zh AS section_zh, a.is_prose, h.n_characters,
       CASE WHEN t.report_id IS NOT NULL OR (a.is_prose AND h.n_characters > 0) THEN 'present'
            WHEN h.report_id IS NOT NULL THEN 'empty' ELSE 'missing' END AS section_status
FROM asked a
LEFT JOIN held h ON h.report_id = a.report_id AND h.section_no = a.section_no
LEFT JOIN tables_held t ON t.report_id = a.report_id AND t.section_no = a.section_no
LEFT JOIN labels n ON n.column_name = 'section_no' AND n.key = a.section_no::VARCHAR

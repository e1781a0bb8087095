-- Findings in words, for a list to send out: who, which year, what contradicts what, where it is printed. Current primary reports.
-- 可直接转发的问题清单：机关、年度、问题、出处。仅含现行主文档。
-- rule_zh: the rule in words | 规则名称
-- table_zh: the table in words | 表名
-- place: keys of the cell | 单元格的键
SELECT f.finding_id, f.report_id, r.agency_id, r.agency_name, r.lineage_code, r.province, r.province_name, r.level, r.scope, r.report_year, f.rule,
       u.label_zh AS rule_zh, f.severity,
       CASE f.table_name WHEN 'proactive_disclosure' THEN '表二' WHEN 'applications' THEN '表三' WHEN 'disputes' THEN '表四'
                         WHEN 'legacy_statistics' THEN '2014-2018 年附表' END AS table_zh,
       concat_ws('/', f.item, f.metric, f.line, f.applicant, f.procedure, f.outcome) AS place,
       f.message_zh, f.expected, f.printed, f.suggested_value, f.evidence, r.url, r.title
FROM quality.findings f JOIN reports r USING (report_id) JOIN rules u ON u.rule = f.rule
WHERE r.is_primary

-- Agencies and years with more than one document: which one counts, why, and whether the figures agree.
-- 同一机关、年度、口径有多份文档时：以哪份为准、为何、数字是否一致。
-- n_documents: documents held | 文档数
-- n_disagreements: cells in which a copy prints another figure (findings copies_disagree) | 数字不一致的单元格数
SELECT r.agency_id, r.agency_name, r.scope, r.report_year, r.primary_report_id, r.report_id, r.is_primary, r.primary_reason,
       r.url, r.carrier, r.extraction_status, r.n_reported,
       count(*) OVER (PARTITION BY r.primary_report_id) AS n_documents,
       (SELECT count(*) FROM quality.findings f WHERE f.report_id = r.report_id AND f.rule = 'copies_disagree') AS n_disagreements
FROM reports r
WHERE r.primary_report_id IS NOT NULL
QUALIFY count(*) OVER (PARTITION BY r.primary_report_id) > 1

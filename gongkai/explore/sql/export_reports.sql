-- 导出的报告 | Reports to export
SELECT report_id, agency_id, lineage_code, n_versions FROM reports WHERE $province IS NULL OR province = $province ORDER BY report_id

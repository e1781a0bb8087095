-- 导出的报告 | Reports to export, each with a mark of all that its pages show
WITH rows_of AS (
  SELECT report_id, 1 AS place, bit_xor(hash(t)) AS mark FROM applications t GROUP BY report_id
  UNION ALL SELECT report_id, 2, bit_xor(hash(t)) FROM proactive_disclosure t GROUP BY report_id
  UNION ALL SELECT report_id, 3, bit_xor(hash(t)) FROM disputes t GROUP BY report_id
  UNION ALL SELECT report_id, 4, bit_xor(hash(t)) FROM legacy_statistics t GROUP BY report_id
  UNION ALL SELECT report_id, 5, bit_xor(hash(t)) FROM sections t GROUP BY report_id
  UNION ALL SELECT report_id, 6, bit_xor(hash(t)) FROM quality.findings t GROUP BY report_id
  UNION ALL SELECT report_id, 7, bit_xor(hash(t)) FROM history.report_versions t GROUP BY report_id
  UNION ALL SELECT report_id, 8, bit_xor(hash(t)) FROM history.cell_changes t GROUP BY report_id
  UNION ALL SELECT report_id, 9, bit_xor(hash(t)) FROM crawl.fetches t WHERE payload_digest IS NOT NULL GROUP BY report_id
), marks AS (
  SELECT report_id, bit_xor(hash(place, mark)) AS mark FROM rows_of GROUP BY report_id
), siblings AS (
  SELECT agency_id, bit_xor(hash(report_id, report_year, scope, carrier, title, is_primary)) AS mark FROM reports GROUP BY agency_id
)
SELECT r.report_id, r.agency_id, r.lineage_code, r.n_versions, hash(hash(r), m.mark, s.mark) AS mark
FROM reports r LEFT JOIN marks m USING (report_id) LEFT JOIN siblings s ON s.agency_id = r.agency_id
WHERE $province IS NULL OR r.province = $province ORDER BY r.report_id

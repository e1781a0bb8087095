-- What changed last, newest first: new reports, new versions, with the number of cells that differ.
-- 最近的变化，新的在前：新报告、新版本，附变动单元格数。
-- change: new_report, or new_version of a report that was held | 变化种类：new_report 新报告；new_version 已收录报告的新版本
-- changed_at: when this version was first fetched, UTC | 首次抓到该版本的时间（UTC）
-- n_changed_cells: cells that differ from the version before | 与上一版本不同的单元格数
WITH changed AS NOT MATERIALIZED (
  SELECT report_id, version, count(*) AS n_changed_cells FROM history.cell_changes GROUP BY ALL
)
SELECT v.report_id, v.version, r.agency_id, v.agency_name, r.lineage_code, v.province, r.province_name, v.report_year, v.title, v.url,
       CASE WHEN v.version = 1 THEN 'new_report' ELSE 'new_version' END AS change, v.first_fetched_at AS changed_at,
       coalesce(c.n_changed_cells, 0) AS n_changed_cells
FROM history.report_versions v JOIN reports r ON r.report_id = v.report_id LEFT JOIN changed c
     ON c.report_id = v.report_id AND c.version = v.version
ORDER BY v.first_fetched_at DESC, v.report_id, v.version

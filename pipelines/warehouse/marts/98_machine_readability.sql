-- How well a machine can read what each organ publishes: carrier, share of cells read, contradictions, per organ and year.
-- 各机关所发布报告的机读程度：载体、读出比例、矛盾数，按机关与年度。
-- n_cells: denominator: cells found | 单元格数（分母）
-- n_read: numerator: cells that print a number, a blank or a mark, and could be told | 已读出单元格数（分子）
-- read_share: 100 × n_read / n_cells; null when no table was found | 读出比例（%），未找到表格时为空
-- is_machine_readable: every cell of its tables could be read from text | 全部单元格均可由文本读出
SELECT report_id, agency_id, agency_name, lineage_code, province, province_name, level, scope, report_year, carrier, extraction_status, n_cells,
       n_cells - n_unreadable AS n_read, round(100.0 * (n_cells - n_unreadable) / nullif(n_cells, 0), 2) AS read_share, n_errors,
       extraction_status = 'complete' AND n_unreadable = 0 AND carrier <> 'image' AS is_machine_readable
FROM reports
WHERE is_primary
